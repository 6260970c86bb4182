"""Functions of `keras.backend` that today's library has no equal of."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.evidence.code.probe.running.shims import keras_gradients
from grader.evidence.code.probe.running.shims.patching import Used, library
from grader.evidence.code.probe.running.shims.symbolic import accepting_symbolic

_FORMATS = {"th": "channels_first", "tf": "channels_last"}


class Session:
    """A session of TensorFlow 1: it evaluates what it is given."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.graph = None

    def run(self, fetches: Any, feed_dict: Any = None, **_: Any) -> Any:
        """The values, as arrays."""
        if isinstance(fetches, (list, tuple)):
            return [self.run(item) for item in fetches]
        if isinstance(fetches, dict):
            return {name: self.run(item) for name, item in fetches.items()}
        return value_of(fetches)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def as_default(self) -> Session:
        """Itself."""
        return self

    def close(self) -> None:
        """Nothing to close."""


def value_of(item: Any) -> Any:
    """The value of a tensor or a variable as an array."""
    if item is None:
        return None
    return np.asarray(getattr(item, "value", item)) if not callable(item) else item


def _nothing(*_: Any, **__: Any) -> None:
    return None


def old_functions() -> dict[str, Any]:
    """What `keras.backend` held once, by name."""
    keras = library("keras")
    if keras is None:
        return {}
    session = Session()

    def set_dim_ordering(ordering: str) -> None:
        keras.backend.set_image_data_format(_FORMATS.get(ordering, ordering))

    def dim_ordering() -> str:
        return "th" if keras.backend.image_data_format() == "channels_first" else "tf"

    def get_value(variable: Any) -> Any:
        return value_of(variable)

    def set_value(variable: Any, value: Any) -> None:
        variable.assign(value)

    def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
        chosen = x if training else alt
        return chosen() if callable(chosen) else chosen

    def multi_gpu_model(model: Any, *_: Any, **__: Any) -> Any:
        return model

    return {
        "function": keras_gradients.function,
        "gradients": keras_gradients.gradients,
        "get_session": lambda *_: session,
        "set_session": _nothing,
        "manual_variable_initialization": _nothing,
        "learning_phase": lambda: keras_gradients.Fed("phase"),
        "set_learning_phase": _nothing,
        "symbolic_learning_phase": lambda: keras_gradients.Fed("phase"),
        "set_image_dim_ordering": set_dim_ordering,
        "image_dim_ordering": dim_ordering,
        "get_value": get_value,
        "batch_get_value": lambda variables: [value_of(item) for item in variables],
        "set_value": set_value,
        "eval": get_value,
        "in_train_phase": in_train_phase,
        "in_test_phase": lambda x, alt, training=None: in_train_phase(alt, x, training),
        "_get_available_gpus": list,
        "placeholder": _placeholder(keras),
        "multi_gpu_model": multi_gpu_model,
        "print_summary": lambda model, **named: model.summary(),
    }


def _placeholder(keras: Any) -> Any:
    def placeholder(shape: Any = None, ndim: Any = None, dtype: Any = None, **_: Any) -> Any:
        batch_shape = tuple(shape) if shape is not None else (None,) * int(ndim or 1)
        return keras.Input(batch_shape=batch_shape, dtype=dtype)

    return placeholder


def install_keras_backend(used: Used) -> None:
    """Let the old functions of the backend be part of functional models."""
    legacy = library("keras._tf_keras.keras.backend")
    if legacy is None:
        return
    for name, function in list(vars(legacy).items()):
        if callable(function) and not name.startswith("_") and not isinstance(function, type):
            setattr(legacy, name, accepting_symbolic(function, used, f"K.{name}"))
