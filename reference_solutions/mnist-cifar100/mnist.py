"""MNIST: a small convolutional network that reads more than 99 % of the test digits.

Two convolutions with pooling see strokes wherever they lie; dropout keeps the last layers from
learning single images by heart, and the learning rate falls along a cosine to zero.

Run `python mnist.py`; it writes `mnist.h5` beside itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader import datasets
from reference_solutions.training import Options, report, run, train

EPOCHS = 12
BATCH = 128
#: The last training images are held out: the choices above were made on them.
HELD_OUT = 5_000


def as_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale bytes to 0..1 and add the axis of the one grey channel."""
    return images[..., None].astype("float32") / 255


def build_model() -> keras.Model:
    """Two convolutions with pooling, one hidden layer: 51,000 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(24, activation="relu"),
            layers.Dropout(0.25),
            layers.Dense(10, activation="softmax"),
        ],
        name="mnist",
    )


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    mnist, test = datasets.get("mnist").load("train"), datasets.get("mnist").load("test")
    images, labels = as_input(mnist.images), mnist.labels

    model = build_model()
    model.summary()
    steps = EPOCHS * (len(labels) - HELD_OUT) // BATCH
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    train(
        model,
        images[:-HELD_OUT],
        labels[:-HELD_OUT],
        validation_data=(images[-HELD_OUT:], labels[-HELD_OUT:]),
        batch_size=BATCH,
        epochs=EPOCHS,
        options=options,
    )
    report(model, as_input(test.images), test.labels, options=options)


if __name__ == "__main__":
    run(main)
