"""The models of the sample submissions: how they are built and trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray
from samples import COLOUR

from grader import datasets

BATCH = 128


#: "inverted" is 0..1 with dark ink on white paper, "standardised" has mean 0 and deviation 1.
Scaling = Literal["0..1", "0..255", "inverted", "standardised"]


@dataclass(frozen=True)
class Trained:
    """A model, trained and saved the way a student would."""

    build: Callable[[], keras.Model]
    """Makes the untrained model."""

    dataset: str
    """What it is trained on."""

    epochs: int = 3
    """How long."""

    images: int | None = None
    """How many training images are used; None for all."""

    classes: int | None = None
    """Only the images of the first so many classes are used; None for all."""

    rate: float = 2e-3
    """Learning rate at the start; it falls along a cosine."""

    pixels: Scaling = "0..1"
    """How pixels are scaled before the model sees them."""

    shift: float = 0.0
    """How far images are moved while training, as a share of their side."""

    mirror: bool = False
    """Whether images are mirrored while training."""

    optimizer_saved: bool = False
    """Whether the file holds the optimizer's state, as Keras does unless told otherwise."""

    spoil_model: Callable[[keras.Model], None] | None = None
    """Damage done to the trained model."""

    spoil_file: Callable[[Path], None] | None = None
    """Damage done to the saved file."""

    def write(self, path: Path) -> None:
        """Train and save to `path`; its ending chooses the format."""
        model = self.build()
        shape = model.input_shape[1:]
        train = datasets.get(self.dataset).load("train")[: self.images]
        used = train.labels < (self.classes or 256)
        labels, images = train.labels[used], train.images[used].astype("float32")
        changes: list[layers.Layer] = []
        if self.mirror:
            changes.append(layers.RandomFlip("horizontal"))
        if self.shift:
            changes.append(layers.RandomTranslation(self.shift, self.shift, fill_mode="nearest"))
        training = keras.Sequential([keras.Input(shape), *changes, model])
        steps = self.epochs * -(-len(labels) // BATCH)
        training.compile(
            keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(self.rate, steps)),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        training.fit(
            scaled(images, self.pixels).reshape(-1, *shape),
            labels,
            batch_size=BATCH,
            epochs=self.epochs,
            verbose=2,
        )
        if self.spoil_model:
            self.spoil_model(model)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        if self.optimizer_saved:
            model.optimizer.build(model.trainable_variables)
        model.save(path, include_optimizer=self.optimizer_saved)
        if self.spoil_file:
            self.spoil_file(path)


def scaled(images: NDArray[np.float32], pixels: Scaling) -> NDArray[np.float32]:
    """Training images with ink 0 to 255, scaled the way a student does it."""
    if pixels == "0..255":
        return images
    if pixels == "standardised":
        return (images - images.mean()) / images.std()
    return 1 - images / 255 if pixels == "inverted" else images / 255


def softmax_regression(shape: Sequence[int], outputs: int = 10) -> keras.Model:
    """No hidden layer at all."""
    return keras.Sequential(
        [keras.Input(shape), layers.Flatten(), layers.Dense(outputs, activation="softmax")]
    )


def mlp(
    shape: Sequence[int],
    hidden: Sequence[int],
    outputs: int = 10,
    *,
    pool: int = 1,
    activation: str = "relu",
) -> keras.Model:
    """Hidden layers only, no convolution; `pool` shrinks colour images first."""
    model = keras.Sequential([keras.Input(shape)])
    if pool > 1:
        model.add(layers.AveragePooling2D(pool))
    if len(shape) > 1:
        model.add(layers.Flatten())
    for units in hidden:
        model.add(layers.Dense(units, activation=activation))
    model.add(layers.Dense(outputs, activation="softmax"))
    return model


def cnn(
    shape: Sequence[int],
    filters: Sequence[int],
    hidden: int = 32,
    outputs: int = 10,
    *,
    kernel: int = 3,
    dropout: float = 0.0,
    normalised: bool = False,
    **convolution: Any,
) -> keras.Model:
    """Convolutions each followed by pooling, then one hidden layer.

    A `normalised` model adapts to the range of its pixels, and so depends on it.
    """
    options = {"padding": "same", "activation": "relu"} | convolution
    model = keras.Sequential([keras.Input(shape)])
    if normalised:
        model.add(layers.BatchNormalization())
    for count in filters:
        model.add(layers.Conv2D(count, kernel, **options))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(hidden, activation=options["activation"]))
    model.add(layers.Dense(outputs, activation="softmax"))
    return model


def normalised_cnn(
    filters: Sequence[tuple[int, int]],
    outputs: int = 10,
    dropout: float = 0.1,
    shape: Sequence[int] = COLOUR,
) -> keras.Model:
    """Convolutions of (filters, stride), each with batch normalisation, then a mean.

    Of the small models these learn most in a short training.
    """
    model = keras.Sequential([keras.Input(shape)])
    for count, stride in filters:
        model.add(layers.Conv2D(count, 3, stride, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dropout(dropout))
    model.add(layers.Dense(outputs, activation="softmax"))
    return model
