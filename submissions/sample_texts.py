"""The models, vocabularies and texts of project-text: how they are made."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).parents[1] / "reference_solutions" / "project-text"))
from chronicle import chronicle

#: Characters of a text that is long enough.
LONG = 100_500

#: What students leave out of words.
_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'

#: How a model takes its text: a one for each character, indices, indices as a share of all, or words of a line.
Form = Literal["one-hot", "stateful-logits", "scaled", "words", "dense"]


@cache
def text(seed: int, size: int = LONG) -> str:
    """A chronicle of its own for each student."""
    return chronicle(size, seed)


@dataclass(frozen=True)
class Corpus:
    """A text that is handed in."""

    seed: int
    size: int = LONG
    encoding: str = "utf-8"
    change: Callable[[str], str] = str

    def write(self, path: Path) -> None:
        """Write it."""
        path.write_bytes(self.change(text(self.seed)[: self.size]).encode(self.encoding))


def characters(seed: int) -> list[str]:
    """The characters of a text in order."""
    return sorted(set(text(seed)))


def words_of(line: str) -> list[str]:
    """The words of a line as a Keras tokenizer splits it."""
    return line.lower().translate(str.maketrans(dict.fromkeys(_FILTERS, " "))).split()


@cache
def word_index(seed: int) -> dict[str, int]:
    """The words of a text, the most frequent first, from 1."""
    counted = Counter(word for line in text(seed).split("\n") for word in words_of(line))
    return {word: place for place, (word, _) in enumerate(counted.most_common(), 1)}


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary as one of several programs saves it."""

    seed: int
    form: Literal["table", "lookup", "tokenizer", "by-index"] = "table"

    def write(self, path: Path) -> None:
        """Write it."""
        known = characters(self.seed)
        content: object = {character: place for place, character in enumerate(known)}
        if self.form == "lookup":
            content = ["[UNK]", *known]
        elif self.form == "by-index":
            content = dict(enumerate(known))
        elif self.form == "tokenizer":
            settings = {
                "num_words": None,
                "filters": _FILTERS,
                "lower": True,
                "split": " ",
                "char_level": False,
                "oov_token": None,
                "word_index": json.dumps(word_index(self.seed)),
            }
            content = json.dumps({"class_name": "Tokenizer", "config": settings})
        path.write_text(json.dumps(content), encoding="utf-8")


@dataclass(frozen=True)
class TextModel:
    """A model of a text, trained and saved the way a student would."""

    seed: int
    form: Form
    units: int = 96
    epochs: int = 12
    window: int = 40
    trained: int | None = None
    """Characters of the text that it is trained on; None for the first nine tenths."""
    spoil_model: Callable[[keras.Model], None] | None = None
    spoil_file: Callable[[Path], None] | None = None

    def write(self, path: Path) -> None:
        """Train and save."""
        model = self._words() if self.form == "words" else self._characters()
        if self.spoil_model:
            self.spoil_model(model)
        model.save(path, include_optimizer=False)
        if self.spoil_file:
            self.spoil_file(path)

    def _codes(self) -> tuple[NDArray[np.int64], int]:
        known = characters(self.seed)
        first = 1 if self.form == "stateful-logits" else 0
        index = {character: place for place, character in enumerate(known, first)}
        said = text(self.seed)
        said = said[: self.trained or int(len(said) * 0.9)]
        return np.array([index[character] for character in said]), len(known) + first

    def _characters(self) -> keras.Model:
        """Trained at every step of long windows, which is faster, and saved in the form asked for."""
        codes, size = self._codes()
        if self.form == "dense":
            return self._dense(codes, size)
        places = np.arange(0, len(codes) - 81, 40 if self.trained is None else 7)[:, None]
        places = places + np.arange(80)
        inputs, following = codes[places], codes[places + 1]
        model = self._build(size, None, sequences=True)
        loss = keras.losses.SparseCategoricalCrossentropy(
            from_logits=self.form == "stateful-logits"
        )
        rate = keras.optimizers.schedules.CosineDecay(5e-3, self.epochs * -(-len(inputs) // 32))
        model.compile(keras.optimizers.Adam(rate), loss)
        model.fit(
            self._given(inputs, size), following, batch_size=32, epochs=self.epochs, verbose=2
        )
        saved = self._build(size, self.window, sequences=self.form == "stateful-logits")
        saved.set_weights(model.get_weights())
        return saved

    def _given(self, codes: NDArray[np.int64], size: int) -> NDArray[np.floating]:
        if self.form == "one-hot":
            return np.eye(size, dtype=np.float32)[codes]
        return codes[..., None] / size if self.form == "scaled" else codes

    def _build(self, size: int, window: int | None, *, sequences: bool) -> keras.Model:
        if self.form == "stateful-logits":
            saved = window is not None
            shape = {"batch_shape": (1, None) if saved else (None, None)}
            return keras.Sequential(
                [
                    keras.Input(**shape),
                    layers.Embedding(size, 24),
                    layers.GRU(self.units, return_sequences=True, stateful=saved),
                    layers.Dense(size),
                ]
            )
        return keras.Sequential(
            [
                keras.Input((window, 1 if self.form == "scaled" else size)),
                layers.LSTM(self.units, return_sequences=sequences),
                layers.Dense(size, activation="softmax"),
            ]
        )

    def _dense(self, codes: NDArray[np.int64], size: int) -> keras.Model:
        model = keras.Sequential(
            [
                keras.Input((self.window, size)),
                layers.Flatten(),
                layers.Dense(self.units, activation="relu"),
                layers.Dense(size, activation="softmax"),
            ]
        )
        places = np.arange(len(codes) - self.window - 1)[:, None] + np.arange(self.window)
        given = np.eye(size, dtype=np.float32)[codes[places]]
        model.compile("adam", "sparse_categorical_crossentropy")
        following = codes[places[:, -1] + 1]
        model.fit(given, following, batch_size=128, epochs=self.epochs, verbose=2)
        return model

    def _words(self) -> keras.Model:
        """The next word behind those of its line, which zeros are put before."""
        index = word_index(self.seed)
        lines = text(self.seed)[: int(LONG * 0.9)].split("\n")
        rows = []
        for line in lines:
            codes = [index[word] for word in words_of(line) if word in index]
            rows += [codes[max(0, end - self.window) : end + 1] for end in range(1, len(codes))]
        padded = np.zeros((len(rows), self.window + 1), np.int64)
        for place, row in enumerate(rows):
            padded[place, -len(row) :] = row
        model = keras.Sequential(
            [
                keras.Input((self.window,)),
                layers.Embedding(len(index) + 1, 16),
                layers.LSTM(self.units),
                layers.Dense(len(index) + 1, activation="softmax"),
            ]
        )
        model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy")
        model.fit(padded[:, :-1], padded[:, -1], batch_size=128, epochs=self.epochs, verbose=2)
        return model
