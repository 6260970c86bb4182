"""What a sample submission is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Reason = Literal[
    "missing",
    "wrong-format",
    "corrupt",
    "weights-only",
    "bad-output",
    "bad-text-predictions",
    "no-policy",
    "no-vocabulary",
    "bad-vocabulary",
    "corpus-not-utf-8",
]

GREY, FLAT, CHANNEL, COLOUR = (28, 28), (784,), (28, 28, 1), (32, 32, 3)

#: What a student's training program looks like, where one is handed in.
TRAINING_PROGRAM = '''\
"""Train a network on MNIST."""

import keras

(x, y), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 255, y, epochs=5)
model.save("my_model.h5")
'''


class Maker(Protocol):
    """Something that writes one file."""

    def write(self, path: Path) -> None:
        """Write it to `path`."""


@dataclass(frozen=True)
class Sample:
    """What one student hands in."""

    student: str
    """First name; the name of the folder."""

    about: str
    """One sentence on what the sample shows."""

    files: Mapping[str, Maker]
    """File names and what makes them."""

    loses: tuple[str, ...] = ()
    """The checks that cost points, as exercise/check; empty for full marks."""

    reason: Reason | None = None
    """Why a file cannot be judged, where one cannot."""

    exercises: tuple[str, ...] = ()
    """Ids of the exercises it is about, where it hands in nothing for the others; empty for all."""


def changed(text: str, *pairs: str) -> str:
    """A text with words replaced: old, new, old, new; every old one must be there."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        if old not in text:
            raise ValueError(f"'{old}' is not in the text")
        text = text.replace(old, new)
    return text
