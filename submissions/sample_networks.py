"""The networks of the sample submissions: how they are built and trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from keras import layers

from grader import datasets

BATCH = 128


@dataclass(frozen=True)
class Trained:
    """A network, trained and saved the way a student would."""

    build: Callable[[], keras.Model]
    """Makes the untrained network."""

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

    raw: bool = False
    """Whether pixels stay 0 to 255 instead of being scaled to 0..1."""

    shift: float = 0.0
    """How far images are moved while training, as a share of their side."""

    mirror: bool = False
    """Whether images are mirrored while training."""

    optimizer_saved: bool = False
    """Whether the file holds the optimiser's state, as Keras does unless told otherwise."""

    spoil_network: Callable[[keras.Model], None] | None = None
    """Damage done to the trained network."""

    spoil_file: Callable[[Path], None] | None = None
    """Damage done to the saved file."""

    def write(self, path: Path) -> None:
        """Train and save to `path`; its ending chooses the format."""
        network = self.build()
        shape = network.input_shape[1:]
        train = datasets.get(self.dataset).load("train")[: self.images]
        used = train.labels < (self.classes or 256)
        labels, images = train.labels[used], train.images[used].astype("float32")
        changes: list[layers.Layer] = []
        if self.mirror:
            changes.append(layers.RandomFlip("horizontal"))
        if self.shift:
            changes.append(layers.RandomTranslation(self.shift, self.shift, fill_mode="nearest"))
        training = keras.Sequential([keras.Input(shape), *changes, network])
        steps = self.epochs * -(-len(labels) // BATCH)
        training.compile(
            keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(self.rate, steps)),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        scale = 1 if self.raw else 255
        training.fit(
            images.reshape(-1, *shape) / scale,
            labels,
            batch_size=BATCH,
            epochs=self.epochs,
            verbose=2,
        )
        if self.spoil_network:
            self.spoil_network(network)
        network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        if self.optimizer_saved:
            network.optimizer.build(network.trainable_variables)
        network.save(path, include_optimizer=self.optimizer_saved)
        if self.spoil_file:
            self.spoil_file(path)


def softmax_regression(shape: Sequence[int], outputs: int = 10) -> keras.Model:
    """No hidden layer at all."""
    return keras.Sequential(
        [keras.Input(shape), layers.Flatten(), layers.Dense(outputs, activation="softmax")]
    )


def mlp(
    shape: Sequence[int], hidden: Sequence[int], outputs: int = 10, *, pool: int = 1
) -> keras.Model:
    """Hidden layers only, no convolution; `pool` shrinks colour images first."""
    network = keras.Sequential([keras.Input(shape)])
    if pool > 1:
        network.add(layers.AveragePooling2D(pool))
    if len(shape) > 1:
        network.add(layers.Flatten())
    for units in hidden:
        network.add(layers.Dense(units, activation="relu"))
    network.add(layers.Dense(outputs, activation="softmax"))
    return network


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

    A `normalised` network adapts to the range of its pixels, and so depends on it.
    """
    options = {"padding": "same", "activation": "relu"} | convolution
    network = keras.Sequential([keras.Input(shape)])
    if normalised:
        network.add(layers.BatchNormalization())
    for count in filters:
        network.add(layers.Conv2D(count, kernel, **options))
        network.add(layers.MaxPooling2D())
    network.add(layers.Flatten())
    if dropout:
        network.add(layers.Dropout(dropout))
    network.add(layers.Dense(hidden, activation=options["activation"]))
    network.add(layers.Dense(outputs, activation="softmax"))
    return network


def normalised_cnn(
    filters: Sequence[tuple[int, int]], outputs: int, dropout: float = 0.1
) -> keras.Model:
    """For 32 x 32 colour images: normalised convolutions of (filters, stride), then a mean.

    Of the small networks these get most out of a short training.
    """
    network = keras.Sequential([keras.Input((32, 32, 3))])
    for count, stride in filters:
        network.add(layers.Conv2D(count, 3, stride, padding="same", use_bias=False))
        network.add(layers.BatchNormalization())
        network.add(layers.ReLU())
    network.add(layers.GlobalAveragePooling2D())
    network.add(layers.Dropout(dropout))
    network.add(layers.Dense(outputs, activation="softmax"))
    return network
