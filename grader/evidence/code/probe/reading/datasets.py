"""The shapes that the usual loaders give."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Value

#: Name: (training rows, test rows, shape of an image, classes, shape of a label).
_KERAS: Mapping[str, tuple[int, int, tuple[int | None, ...], int, tuple[int, ...]]] = {
    "mnist": (60_000, 10_000, (28, 28), 10, ()),
    "fashion_mnist": (60_000, 10_000, (28, 28), 10, ()),
    "cifar10": (50_000, 10_000, (32, 32, 3), 10, (1,)),
    "cifar100": (50_000, 10_000, (32, 32, 3), 100, (1,)),
    "imdb": (25_000, 25_000, (), 2, ()),
    "reuters": (8_982, 2_246, (), 46, ()),
    "boston_housing": (404, 102, (13,), 0, ()),
    "california_housing": (16_512, 4_128, (8,), 0, ()),
}
_SVHN = {"train": 73_257, "test": 26_032, "extra": 531_131}


def keras_dataset(name: str, arguments: Mapping[str, Value]) -> Value:
    """What ``keras.datasets.<name>.load_data()`` gives."""
    known = _KERAS.get(name)
    if known is None:
        return UNKNOWN
    train, test, image, classes, label = known
    if name == "cifar100" and "coarse" in (arguments.get("label_mode"), arguments.get("0")):
        classes = 20

    def split(rows: int, part: str) -> tuple[Array, Array]:
        source = f"{name}/{part}"
        labels = Array((rows, *label), source, classes=classes or None)
        return Array((rows, *image), source), labels

    return split(train, "train"), split(test, "test")


def split_size(source: str) -> int | None:
    """How many images a split has, such as ``mnist/train``."""
    name, _, part = source.partition("/")
    if name == "svhn":
        return _SVHN.get(part)
    known = _KERAS.get(name)
    return None if known is None else {"train": known[0], "test": known[1]}.get(part)


def matlab_file(path: Value) -> Value:
    """What `scipy.io.loadmat` gives for a file of SVHN, whose images stand along the last axis."""
    found = re.search(r"(train|test|extra)[^/\\]*$", path) if isinstance(path, str) else None
    if found is None:
        return UNKNOWN
    part = found.group(1)
    rows, source = _SVHN[part], f"svhn/{part}"
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
