"""What a dataset of texts is: named splits of texts with labels, and an id for each text."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import LabelledDataset, SplitName

#: Hexadecimal digits of an id. The letter before them keeps spreadsheets from taking some for numbers.
_DIGITS = 12


@dataclass(frozen=True)
class TextSplit:
    """Texts with their labels, in the dataset's own order."""

    texts: tuple[str, ...]
    """N texts, as they were published."""

    labels: NDArray[np.uint8]
    """Shape (N,); the class index of every text."""

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, rows: slice) -> TextSplit:
        return TextSplit(self.texts[rows], self.labels[rows])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over texts and labels: the same data give the same digest anywhere."""
        sha = hashlib.sha256(f"texts {len(self.texts)}".encode())
        for text in self.texts:
            sha.update(f"\0{text}".encode(errors="surrogatepass"))
        sha.update(np.ascontiguousarray(self.labels).data)
        return sha.hexdigest()


class TextDataset(LabelledDataset):
    """A named set of labelled texts."""

    @abstractmethod
    def load(self, split: SplitName) -> TextSplit:
        """Read one split.

        Raises:
            DataUnavailableError: The split is not on this machine; the hint says how to get it.
            DataError: The files are there but damaged or of another form.
        """


def text_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """An id for each text, in their order; a text that comes again has its number behind it.

    An id is computed from the text alone: it tells neither the label nor the place in the dataset, and is found again
    in the same texts.
    """
    seen: Counter[str] = Counter()
    ids = []
    for text in texts:
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        name = f"t{digest[:_DIGITS]}"
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(ids)
