"""The datasets of torchvision, served whatever folder they are looked for in; only where it is installed."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from grader.evidence.code.probe.running.data.file_contents import class_names
from grader.evidence.code.probe.running.data.served import ServedData, ServedSplit

#: The grader's name of each class that is served.
_NAMES = {
    "MNIST": "mnist",
    "FashionMNIST": "fashion-mnist",
    "KMNIST": "kmnist",
    "EMNIST": "emnist",
    "CIFAR10": "cifar10",
    "CIFAR100": "cifar100",
    "SVHN": "svhn",
}

#: The splits of EMNIST that are served.
_EMNIST = {
    "letters": "emnist-letters",
    "balanced": "emnist-balanced",
    "digits": "emnist-digits",
    "mnist": "mnist",
}


def install(data: ServedData) -> None:
    """Let the classes of torchvision hold served data, where it was imported before the fork.

    Args:
        data: What they hold.
    """
    datasets: Any = sys.modules.get("torchvision.datasets")
    if datasets is None:
        return
    constructors = {name: getattr(datasets, name).__init__ for name in _NAMES}
    for name, construct in constructors.items():
        kind = getattr(datasets, name)
        kind.__init__ = _constructor(name, construct, datasets.VisionDataset, data)


def _constructor(
    kind: str, original: Callable[..., None], base: Any, data: ServedData
) -> Callable[..., None]:
    signature = inspect.signature(original)

    @wraps(original)
    def construct(self: Any, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(self, *args, **kwargs)
        given = bound.arguments | bound.arguments.get("kwargs", {})
        name, split = _wanted(kind, given)
        if name is None:
            original(self, *args, **kwargs)
            return
        transforms = {key: given.get(key) for key in ("transform", "target_transform")}
        base.__init__(self, str(given.get("root", "")), **transforms)
        self.train, self.split, self.served_as = split == "train", split, (name, split)
        self.classes = [str(item) for item in class_names(name)]
        with contextlib.suppress(AttributeError):  # some classes make it of the others
            self.class_to_idx = {item: place for place, item in enumerate(self.classes)}
        _fill(self, kind, data.get(name, split))

    return construct


def _wanted(kind: str, given: dict[str, Any]) -> tuple[str | None, str]:
    """The grader's dataset and split that a constructor is asked for; no dataset for one that is not served."""
    if kind == "SVHN":
        return "svhn", str(given.get("split", "train"))
    name = _EMNIST.get(str(given.get("split"))) if kind == "EMNIST" else _NAMES[kind]
    return name, "train" if given.get("train", True) else "test"


def _fill(dataset: Any, kind: str, content: ServedSplit) -> None:
    """The images and labels, in the form in which the class holds them."""
    labels = content.labels.astype(np.int64)
    if kind == "SVHN":
        dataset.data, dataset.labels = content.images.transpose(0, 3, 1, 2), labels
    elif kind.startswith("CIFAR"):
        dataset.data, dataset.targets = content.images, labels.tolist()
    else:
        torch: Any = sys.modules["torch"]
        dataset.data, dataset.targets = torch.from_numpy(content.images), torch.from_numpy(labels)
