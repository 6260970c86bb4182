"""What a training changed, taken after it and put back in place of it: weights, history, callbacks, files."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import keras
import numpy as np

from grader.evidence.code.probe.running.kept_bytes import (
    Array,
    LeftByTraining,
    RandomState,
    Settings,
)

#: Files that callbacks write, and bytes of all of them.
_FILES, _FILES_BYTES = 100, 200 << 20

#: Bytes of a number, for nearly all models.
_NUMBER_BYTES = 4

Snapshot = Mapping[str, tuple[int, int]]
"""Path of a file to its size and when it was changed."""


def files_in(root: Path) -> Snapshot:
    """The files below a folder as they are now."""
    found: dict[str, tuple[int, int]] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            with suppress(OSError):
                state = path.stat()
                found[path.relative_to(root).as_posix()] = (state.st_size, state.st_mtime_ns)
    return found


def files_written(root: Path, before: Snapshot) -> dict[str, bytes]:
    """The files below a folder that were written since.

    Args:
        root: The folder.
        before: The files there were.

    Raises:
        ValueError: There are too many.
    """
    changed = {name: state for name, state in files_in(root).items() if before.get(name) != state}
    if len(changed) > _FILES or sum(size for size, _ in changed.values()) > _FILES_BYTES:
        raise ValueError("it writes too many files")
    return {name: (root / name).read_bytes() for name in changed}


def size_of(model: Any) -> int:
    """Bytes of the weights of a model and of the variables of its optimizer, about."""
    variables = (*model.weights, *model.optimizer.variables)
    return sum(math.prod(variable.shape) * _NUMBER_BYTES for variable in variables)


def left_by(
    model: Any,
    history: Any,
    callbacks: Sequence[Any],
    seconds: float,
    files: Mapping[str, bytes],
) -> LeftByTraining:
    """What a training left.

    Args:
        model: That was trained.
        history: It gave back.
        callbacks: It was given.
        seconds: It took.
        files: It wrote, by their paths.

    Raises:
        ValueError: It cannot be kept, with what it cannot be kept for.
    """
    return LeftByTraining(
        weights=_arrays(model.weights),
        optimizer=_arrays(model.optimizer.variables),
        history={str(name): _series(values) for name, values in history.history.items()},
        epochs=[int(epoch) for epoch in history.epoch],
        params={
            name: value
            for name, value in (history.params or {}).items()
            if value is None or isinstance(value, int | str)
        },
        seconds=seconds,
        random=_random_state(),
        callbacks=[_settings(callback) for callback in callbacks],
        files=files,
    )


def put_back(model: Any, left: LeftByTraining, callbacks: Sequence[Any], root: Path) -> Any:
    """Give a model what a training left, and return its history; nothing is changed where that does not fit.

    Args:
        model: Built.
        left: It.
        callbacks: That the training is given.
        root: The folder in which it writes.

    Raises:
        ValueError: It is of another model.
    """
    variables = list(model.weights)
    if not _fit(variables, left.weights) or len(callbacks) != len(left.callbacks):
        raise ValueError("it is of another model")
    model.optimizer.build(model.trainable_variables)
    state = list(model.optimizer.variables)
    if not _fit(state, left.optimizer):
        raise ValueError("it is of another optimizer")
    for variable, value in zip((*variables, *state), (*left.weights, *left.optimizer), strict=True):
        variable.assign(value)
    for callback, settings in zip(callbacks, left.callbacks, strict=True):
        vars(callback).update(settings)
    for name, data in left.files.items():
        path = root / name
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if left.random is not None:
        _set_random_state(left.random)
    return _history(model, left, callbacks)


def _history(model: Any, left: LeftByTraining, callbacks: Sequence[Any]) -> Any:
    """The history as Keras gives it back: the callback itself where one was given."""
    given = [item for item in callbacks if isinstance(item, keras.callbacks.History)]
    history = given[-1] if given else keras.callbacks.History()
    history.set_model(model)
    history.history = {name: values.tolist() for name, values in left.history.items()}
    history.epoch = list(left.epochs)
    history.params = dict(left.params)
    model.history = history
    return history


def _arrays(variables: Sequence[Any]) -> list[Array]:
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def _fit(variables: Sequence[Any], arrays: Sequence[Array]) -> bool:
    """Whether arrays are the values of variables."""
    return [tuple(item.shape) for item in variables] == [array.shape for array in arrays]


def _series(values: Any) -> Array:
    """A series of a history.

    Raises:
        ValueError: Its values are no numbers.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except TypeError as error:
        raise ValueError(f"a series that holds no numbers: {error}") from error
    if found.ndim != 1:
        raise ValueError("a series that holds no single numbers")
    return found


def _settings(callback: Any) -> Settings:
    """What a callback of Keras says of the training: in which epoch it stopped, which value was best."""
    return {
        name: value
        for name, value in vars(callback).items()
        if not name.startswith("_")
        and isinstance(value, int | float)
        and (math.isfinite(value) and abs(value) < 1 << 53)
    }


def _random_state() -> RandomState:
    _, words, position, has_gauss, gauss = np.random.get_state(legacy=True)  # noqa: NPY002
    return RandomState(
        python=random.getstate(),
        numpy=(tuple(map(int, words)), int(position), int(has_gauss), float(gauss)),
    )


def _set_random_state(state: RandomState) -> None:
    random.setstate(state.python)
    words, position, has_gauss, gauss = state.numpy
    numbers = np.array(words, np.uint32)
    np.random.set_state(("MT19937", numbers, position, has_gauss, gauss))  # noqa: NPY002
