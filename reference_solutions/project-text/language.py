"""Language generation: a small recurrent model that predicts the next character better than 5-grams do.

One layer of gated recurrent units reads the text character by character; its state carries who a sentence is about to
where that decides what is said. It is trained on windows of the first nine tenths of the corpus, and the last of those
are held out; the grader measures it on the last tenth.

Run `python language.py`; it writes `language.h5`, `vocab.json` and `bits.json` beside itself. The corpus is made by
`chronicle.py`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader.files import write_whole
from reference_solutions.training import Options, run, train

EPOCHS = 40
BATCH = 32
WINDOW = 80
UNITS = 112
CORPUS = Path(__file__).with_name("corpus.txt")
#: Characters before each that is measured, at least.
CONTEXT = 100
#: The last tenth is what models are measured on; the twentieth before it is held out, and choices were made on it.
TRAINED, HELD_OUT = 0.85, 0.9


def vocabulary(text: str) -> dict[str, int]:
    """Every character of a text, in order, with its index."""
    return {character: index for index, character in enumerate(sorted(set(text)))}


def windows(codes: NDArray[np.int32], step: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Windows of a text, `step` characters apart, and the characters that follow each of theirs."""
    starts = np.arange(0, len(codes) - WINDOW - 1, step)[:, None]
    places = starts + np.arange(WINDOW)
    return codes[places], codes[places + 1]


def build_model(characters: int) -> keras.Model:
    """An embedding, gated recurrent units, and a softmax over the characters at every step."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(characters, 32),
            layers.GRU(UNITS, return_sequences=True),
            layers.Dense(characters, activation="softmax"),
        ],
        name="language",
    )


def bits_per_character(model: keras.Model, codes: NDArray[np.int32], first: int) -> float:
    """The mean bits of the characters from `first` on, each behind at least `CONTEXT` others."""
    ends = np.arange(first + CONTEXT - 1, len(codes), CONTEXT)[:, None]
    places = ends + np.arange(-2 * CONTEXT, 0)
    predicted = model.predict(codes[places], verbose=0)[:, -CONTEXT:]
    following = codes[places[:, -CONTEXT:] + 1]
    return float(-np.log2(np.take_along_axis(predicted, following[..., None], axis=2)).mean())


def main(options: Options) -> None:
    """Train and save."""
    keras.utils.set_random_seed(0)
    text = CORPUS.read_text(encoding="utf-8")
    indices = vocabulary(text)
    codes = np.array([indices[character] for character in text], np.int32)
    trained, held_out = int(TRAINED * len(codes)), int(HELD_OUT * len(codes))
    inputs, following = windows(codes[:trained], WINDOW // 2)

    model = build_model(len(indices))
    model.summary()
    steps = EPOCHS * -(-len(inputs) // BATCH)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(4e-3, steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    train(
        model,
        inputs,
        following,
        validation_data=windows(codes[trained:held_out], WINDOW),
        batch_size=BATCH,
        epochs=EPOCHS,
        options=options,
    )
    vocab = json.dumps(indices, ensure_ascii=False, indent=1)
    write_whole(options.out / "vocab.json", f"{vocab}\n".encode())
    bits = round(bits_per_character(model, codes, held_out), 4)
    write_whole(options.out / "bits.json", f"{json.dumps({'bits': bits})}\n".encode())
    print(f"{options.exercise}: {bits:.3f} bits per character on the last tenth of the corpus")


if __name__ == "__main__":
    run(main)
