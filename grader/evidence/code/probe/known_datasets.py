"""How large the public datasets are that code asks for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class KnownDataset(NamedTuple):
    """The published form of a dataset."""

    train: int
    """Training rows."""
    test: int
    """Test rows."""
    shape: tuple[int, ...]
    """Of one row; empty for texts, whose rows differ in length."""
    classes: int = 10
    """0 where the labels are no classes."""
    extra: int = 0
    """Rows of a third split."""

    def rows(self, split: str) -> int | None:
        """How many rows a split has; None where there is no such split."""
        return {"train": self.train, "test": self.test, "extra": self.extra}.get(split) or None


#: By the names the grader uses.
KNOWN: Mapping[str, KnownDataset] = {
    "mnist": KnownDataset(60_000, 10_000, (28, 28)),
    "fashion-mnist": KnownDataset(60_000, 10_000, (28, 28)),
    "kmnist": KnownDataset(60_000, 10_000, (28, 28)),
    "emnist-letters": KnownDataset(88_800, 14_800, (28, 28), 27),
    "emnist-balanced": KnownDataset(112_800, 18_800, (28, 28), 47),
    "emnist-digits": KnownDataset(240_000, 40_000, (28, 28)),
    "cifar10": KnownDataset(50_000, 10_000, (32, 32, 3)),
    "cifar100": KnownDataset(50_000, 10_000, (32, 32, 3), 100),
    "svhn": KnownDataset(73_257, 26_032, (32, 32, 3), extra=531_131),
    "imdb": KnownDataset(25_000, 25_000, (), 2),
    "reuters": KnownDataset(8_982, 2_246, (), 46),
    "boston-housing": KnownDataset(404, 102, (13,), 0),
    "california-housing": KnownDataset(16_512, 4_128, (8,), 0),
}


def named(name: str) -> str:
    """The grader's name of a dataset that a library spells with underscores or capitals."""
    return name.lower().replace("_", "-")
