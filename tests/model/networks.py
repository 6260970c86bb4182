"""Tiny networks and damaged files, made anew for every test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

layers = keras.layers


def classifier(
    shape: tuple[int, ...] = (28, 28), classes: int = 10, *, seed: int = 0, last: str = "softmax"
) -> keras.Model:
    """A random network with a convolution where the shape allows one."""
    keras.utils.set_random_seed(seed)
    stack: list[Any] = [keras.Input(shape)]
    if len(shape) == 3 and shape[0] > 3:
        stack += [layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D()]
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(classes, activation=last)])


def save(model: keras.Model, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return path


def nearest_mean(images: np.ndarray, labels: np.ndarray, *, divisor: float) -> keras.Model:
    """A linear network that is right for images divided by `divisor`, and for no other scaling."""
    flat = images.reshape(len(images), -1).astype(np.float64) / divisor
    means = np.stack([flat[labels == label].mean(axis=0) for label in range(10)])
    dense = layers.Dense(10)
    model = keras.Sequential([keras.Input(images.shape[1:]), layers.Flatten(), dense])
    dense.set_weights([means.T, -0.5 * (means**2).sum(axis=1)])
    return model


def edit_hdf5_config(path: Path, change: Any) -> Path:
    """Rewrite the description of the network inside an HDF5 file."""
    with h5py.File(path, "r+") as store:
        config = json.loads(store.attrs["model_config"])
        change(config)
        store.attrs["model_config"] = json.dumps(config)
    return path


def drop_hdf5_config(path: Path) -> Path:
    """What `save_weights` of Keras 2 wrote: weights without a network."""
    with h5py.File(path, "r+") as store:
        del store.attrs["model_config"]
    return path
