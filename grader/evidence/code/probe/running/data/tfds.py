"""`tensorflow_datasets`, as far as it loads images, where it is not installed."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.evidence.code.probe.known_datasets import KNOWN, named
from grader.evidence.code.probe.running.data.file_contents import class_names
from grader.evidence.code.probe.running.data.patching import new_module
from grader.evidence.code.probe.running.data.served import ServedData, ServedSplit

_OTHER_NAMES = {"svhn-cropped": "svhn", "emnist": "emnist-balanced"}
_PART = re.compile(r"(\w+)(?:\[(-?\d+%?)?:(-?\d+%?)?\])?")


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Make the package importable where it is not installed.

    Args:
        data: What it loads.
        used: Told when something is loaded.
    """
    if importlib.util.find_spec("tensorflow_datasets") is not None:
        return

    def load(
        name: str,
        *,
        split: Any = None,
        batch_size: int | None = None,
        as_supervised: bool = False,
        with_info: bool = False,
        **kwargs: Any,
    ) -> Any:
        dataset = _dataset(name)
        used("tensorflow_datasets")

        def read(wanted: Any) -> Any:
            if isinstance(wanted, Mapping):
                return {key: read(value) for key, value in wanted.items()}
            if isinstance(wanted, list | tuple):
                return type(wanted)(read(part) for part in wanted)
            return _loaded(_selected(data, dataset, str(wanted)), batch_size, as_supervised)

        loaded = read({part: part for part in ("train", "test")} if split is None else split)
        return (loaded, _info(dataset)) if with_info else loaded

    new_module(
        "tensorflow_datasets",
        load=load,
        as_numpy=_as_numpy,
        list_builders=lambda: sorted(KNOWN),
        disable_progress_bar=lambda: None,
        enable_progress_bar=lambda: None,
    )


def _dataset(name: str) -> str:
    """The grader's name of ``svhn_cropped``, ``emnist/letters``, ``mnist:3.*.*``.

    Raises:
        ValueError: There is no such dataset of images.
    """
    plain = named(name.partition(":")[0]).replace("/", "-")
    found = _OTHER_NAMES.get(plain, plain)
    if found not in KNOWN or len(KNOWN[found].shape) < 2:
        raise ValueError(f"the dataset {name!r} cannot be downloaded: there is no network")
    return found


def _selected(data: ServedData, name: str, split: str) -> ServedSplit:
    """The rows that ``train[:80%]``, ``train+test`` or a part of them names."""
    parts = []
    for part in split.replace(" ", "").split("+"):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f"Unrecognized split format: {part!r}")
        whole = data.original(name, found.group(1))
        count = len(whole.labels)
        rows = slice(_place(found.group(2), count), _place(found.group(3), count))
        parts.append(ServedSplit(whole.images[rows], whole.labels[rows]))
    if len(parts) == 1:
        return parts[0]
    return ServedSplit(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _place(text: str | None, count: int) -> int | None:
    if text is None:
        return None
    return round(count * int(text[:-1]) / 100) if text.endswith("%") else int(text)


def _loaded(split: ServedSplit, batch_size: int | None, pairs: bool) -> Any:
    import tensorflow as tf

    images = split.images if split.images.ndim == 4 else split.images[..., None]
    labels = split.labels.astype(np.int64)
    content: Any = (images, labels) if pairs else {"image": images, "label": labels}
    if batch_size == -1:
        return tf.nest.map_structure(tf.convert_to_tensor, content)
    dataset = tf.data.Dataset.from_tensor_slices(content)
    return dataset if batch_size is None else dataset.batch(batch_size)


def _info(name: str) -> Any:
    """What code usually asks of the description of a dataset."""
    known, names = KNOWN[name], class_names(name)
    shape = known.shape if len(known.shape) == 3 else (*known.shape, 1)
    label = SimpleNamespace(
        num_classes=len(names),
        names=names,
        shape=(),
        dtype=np.int64,
        int2str=names.__getitem__,
        str2int=names.index,
    )
    image = SimpleNamespace(shape=shape, dtype=np.uint8)
    return SimpleNamespace(
        name=name,
        features={"image": image, "label": label},
        splits={
            part: SimpleNamespace(name=part, num_examples=known.rows(part))
            for part in ("train", "test")
        },
        supervised_keys=("image", "label"),
    )


def _as_numpy(dataset: Any) -> Any:
    import tensorflow as tf

    if isinstance(dataset, tf.data.Dataset):
        return _arrays(dataset)
    return tf.nest.map_structure(
        lambda value: value.numpy() if hasattr(value, "numpy") else value, dataset
    )


def _arrays(dataset: Any) -> Iterator[Any]:
    yield from dataset.as_numpy_iterator()
