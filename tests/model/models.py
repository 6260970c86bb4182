"""Tiny models and damaged files, created for every test; opened and evaluated in the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.client import ModelClient
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelFormat, ModelSummary
from grader.evidence.models.session import EvaluationTarget, open_session
from grader.evidence.predictions.interface import Preprocessing
from grader.records.evidence import Failure
from grader.sandbox import Sandboxes

layers = keras.layers


def classifier(
    shape: tuple[int, ...] = (28, 28), classes: int = 10, *, seed: int = 0, last: str = "softmax"
) -> keras.Model:
    """A random model with a convolution where the shape allows one."""
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
    """A linear model that is right for images divided by `divisor`, and for no other normalization."""
    flat = images.reshape(len(images), -1).astype(np.float64) / divisor
    means = np.stack([flat[labels == label].mean(axis=0) for label in range(10)])
    dense = layers.Dense(10)
    model = keras.Sequential([keras.Input(images.shape[1:]), layers.Flatten(), dense])
    dense.set_weights([means.T, -0.5 * (means**2).sum(axis=1)])
    return model


def edit_hdf5_config(path: Path, change: Any) -> Path:
    """Rewrite the description of the model inside an HDF5 file."""
    with h5py.File(path, "r+") as store:
        config = json.loads(store.attrs["model_config"])
        change(config)
        store.attrs["model_config"] = json.dumps(config)
    return path


def drop_hdf5_config(path: Path) -> Path:
    """What `save_weights` of Keras 2 wrote: weights without a model."""
    with h5py.File(path, "r+") as store:
        del store.attrs["model_config"]
    return path


def open_model(
    sandboxes: Sandboxes, path: Path, kind: ModelFormat = "hdf5"
) -> ModelSummary | Failure:
    """Open a file in a sandboxed process."""
    with sandboxes.open(PROFILE) as box:
        return ModelClient(box, path.name, sandboxes.limits).open(path, kind)


def predict_images(
    sandboxes: Sandboxes,
    path: Path,
    images: NDArray[np.uint8],
    preprocessing: Preprocessing | None = None,
    *,
    kind: ModelFormat = "hdf5",
) -> NDArray[np.float32] | Failure:
    """What the model in a file predicts on images of ten classes, in a sandboxed process."""
    target = EvaluationTarget(
        dataset="test-set", image=images.shape[1:], classes=10, calibration=None, resizing=False
    )
    with sandboxes.open(PROFILE) as box:
        client = ModelClient(box, path.name, sandboxes.limits)
        summary = client.open(path, kind)
        assert isinstance(summary, ModelSummary), summary
        session = open_session(client, summary, target, None)
        if isinstance(session, Failure):
            return session
        return session.predict(preprocessing or Preprocessing(), images)
