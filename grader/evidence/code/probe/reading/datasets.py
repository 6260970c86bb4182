"""The shapes that the usual loaders give."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.evidence.code.probe.known_datasets import KNOWN, named
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Value

#: The datasets whose loader in Keras gives labels as a column.
_COLUMN_LABELS = frozenset({"cifar10", "cifar100"})


def keras_dataset(name: str, arguments: Mapping[str, Value]) -> Value:
    """What ``keras.datasets.<name>.load_data()`` gives."""
    known = KNOWN.get(named(name))
    if known is None:
        return UNKNOWN
    label = (1,) if name in _COLUMN_LABELS else ()
    classes = known.classes
    if name == "cifar100" and "coarse" in (arguments.get("label_mode"), arguments.get("0")):
        classes = 20

    def split(rows: int, part: str) -> tuple[Array, Array]:
        source = f"{name}/{part}"
        labels = Array((rows, *label), source, classes=classes or None)
        return Array((rows, *known.shape), source), labels

    return split(known.train, "train"), split(known.test, "test")


def split_size(source: str) -> int | None:
    """How many images a split has, such as ``mnist/train``."""
    name, _, part = source.partition("/")
    known = KNOWN.get(named(name))
    return None if known is None else known.rows(part)


def matlab_file(path: Value) -> Value:
    """What `scipy.io.loadmat` gives for a file of SVHN, whose images stand along the last axis."""
    found = re.search(r"(train|test|extra)[^/\\]*$", path) if isinstance(path, str) else None
    if found is None:
        return UNKNOWN
    part = found.group(1)
    rows, source = KNOWN["svhn"].rows(part), f"svhn/{part}"
    return {"X": Array((32, 32, 3, rows), source), "y": Array((rows, 1), source, classes=10)}


def openml(name: Value) -> Value:
    """Images and labels of MNIST as OpenML has them; nothing of another set."""
    if isinstance(name, str) and name.lower().startswith("mnist"):
        return Array((70_000, 784), "mnist/all"), Array((70_000,), "mnist/all", classes=10)
    return UNKNOWN


def small_digits() -> tuple[Array, Array, Array]:
    """Data, images and labels of scikit-learn's digits."""
    source = "digits/all"
    return (
        Array((1797, 64), source),
        Array((1797, 8, 8), source),
        Array((1797,), source, classes=10),
    )


def mnist_npz(path: Value) -> Value:
    """What `np.load` gives for Keras' ``mnist.npz``."""
    if not isinstance(path, str) or "mnist" not in path.lower():
        return UNKNOWN
    (x_train, y_train), (x_test, y_test) = keras_dataset("mnist", {})
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
