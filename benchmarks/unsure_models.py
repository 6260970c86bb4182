"""Small models that are seldom sure of what they predict, each trained on one of the usual inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Split
from grader.evidence.models.candidates import pixels_of
from grader.evidence.models.probe.pixels import apply_pixels
from grader.evidence.predictions.interface import Preprocessing

#: The inputs that models are trained on.
INPUTS = (
    Preprocessing(),
    Preprocessing(normalization="0..255"),
    Preprocessing(normalization="-1..1"),
    Preprocessing(normalization="standardised"),
    Preprocessing(normalization="standardised-pixels"),
    Preprocessing(normalization="mean-subtracted"),
    Preprocessing(normalization="l2-image"),
    Preprocessing(normalization="l2-columns"),
    Preprocessing(inverted=True),
)

_LEARNING_RATE = 3e-3


@dataclass(frozen=True)
class Recipe:
    """How a model is built and trained."""

    layers: Callable[[], list[Any]]
    """All but the input."""
    images: int = 6_000
    epochs: int = 1
    smoothing: float = 0.0
    loss: str = "categorical_crossentropy"
    temperature: float = 1.0
    """What the last layer's weights are divided by after training."""


@dataclass(frozen=True)
class UnsureModel:
    """A recipe and the input its model is trained on."""

    recipe: str
    trained_on: Preprocessing

    @property
    def file(self) -> str:
        """Name of the saved model."""
        return f"{self.recipe} {self.trained_on.name}.keras".replace(" ", "_")


def unsure_models() -> list[UnsureModel]:
    """Every recipe with every input."""
    return [UnsureModel(recipe, given) for recipe, given in product(RECIPES, INPUTS)]


def train(
    model: UnsureModel,
    training: Split,
    calibration: Calibration,
    path: Path,
    *,
    epochs: int | None = None,
    seed: int = 1,
) -> None:
    """Train a model and save it.

    Args:
        model: What to train.
        training: Images of shape (N, H, W) and labels; the recipe says how many are used.
        calibration: Statistics of the input come from it.
        path: Of the file, which ends in ``.keras``.
        epochs: Where it is not the recipe that says so.
        seed: Of the first weights and of the order of the images.
    """
    import keras

    recipe = RECIPES[model.recipe]
    keras.utils.set_random_seed(seed)
    used = training[: recipe.images]
    images = preprocessed(used.images, model.trained_on, calibration)
    built = keras.Sequential([keras.Input(images.shape[1:]), *recipe.layers()])
    softened = np.eye(10)[used.labels] * (1 - recipe.smoothing) + recipe.smoothing / 10
    # Larger numbers need smaller steps.
    rate = _LEARNING_RATE / max(1.0, float(images.std())) ** 0.5
    built.compile(keras.optimizers.Adam(rate), recipe.loss)
    built.fit(images, softened, batch_size=64, epochs=epochs or recipe.epochs, verbose=0)
    last = next(layer for layer in reversed(built.layers) if layer.weights)
    last.set_weights([array / recipe.temperature for array in last.get_weights()])
    built.save(path)


def preprocessed(
    images: NDArray[np.uint8], preprocessing: Preprocessing, calibration: Calibration
) -> NDArray[np.float32]:
    """Images (N, H, W) as a model takes them, (N, H, W, 1)."""
    whole = images.astype(np.float32)[..., np.newaxis]
    return apply_pixels(whole, pixels_of(preprocessing, calibration))


def _dense(units: int, activation: str, *, drop: float = 0.0, last: str = "softmax") -> list[Any]:
    from keras import layers

    return [
        layers.Flatten(),
        layers.Dense(units, activation=activation),
        layers.Dropout(drop),
        layers.Dense(10, activation=last),
    ]


def _linear() -> list[Any]:
    from keras import layers

    return [layers.Flatten(), layers.Dense(10, activation="softmax")]


def _pooled(*, normalised: bool) -> list[Any]:
    """Convolutions, of whose channels the averages are classified."""
    from keras import layers

    return [
        layers.Conv2D(8, 3, strides=2, activation="relu"),
        *([layers.BatchNormalization(momentum=0.9)] if normalised else []),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ]


def _convolutional() -> list[Any]:
    from keras import layers

    return [
        layers.Conv2D(8, 5, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]


RECIPES = {
    "linear": Recipe(_linear),
    "tanh": Recipe(lambda: _dense(32, "tanh"), smoothing=0.1),
    "tanh-smooth": Recipe(lambda: _dense(64, "tanh"), smoothing=0.3),
    "tiny": Recipe(lambda: _dense(8, "relu"), epochs=2),
    "dropout": Recipe(lambda: _dense(48, "relu", drop=0.6), smoothing=0.1),
    "warm": Recipe(lambda: _dense(48, "relu"), temperature=8.0),
    "sigmoid": Recipe(lambda: _dense(32, "elu", last="sigmoid"), loss="binary_crossentropy"),
    "cnn": Recipe(_convolutional, smoothing=0.2),
    "cnn-gap": Recipe(lambda: _pooled(normalised=False), images=10_000, epochs=4),
    "cnn-gap-norm": Recipe(lambda: _pooled(normalised=True), epochs=2, smoothing=0.1),
}  # fmt: skip
