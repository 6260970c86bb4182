"""Models without TensorFlow: each predicts by the distance to class prototypes, in its own normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Split
from grader.evidence.models.candidates import pixels_of
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.probe.loaded_model import PredictFunction
from grader.evidence.models.probe.pixels import apply_pixels
from grader.evidence.models.probe.prediction import predict
from grader.evidence.models.protocol import Predict
from grader.evidence.models.record import LayerSummary, ModelSummary, Port
from grader.evidence.models.session import EvaluationSession, EvaluationTarget, open_session
from grader.evidence.predictions.interface import Preprocessing
from grader.records.evidence import Failure, file_failure

CLASSES = 10
SIDE = 8


def pictures(count: int = 400, *, colour: bool = False, seed: int = 1) -> Split:
    """Noisy copies of ten faint prototypes, (N, 8, 8) or (N, 8, 8, 3): the best model errs on some."""
    shape = (SIDE, SIDE, 3) if colour else (SIDE, SIDE)
    drawn = np.random.default_rng(5)
    brightness = drawn.normal(110, 25, (CLASSES, *[1] * len(shape)))
    prototypes = brightness + drawn.normal(0, 55, (CLASSES, *shape))
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, count).astype(np.uint8)
    noisy = prototypes[labels] + rng.normal(0, 130, (count, *shape))
    return Split(noisy.clip(0, 255).astype(np.uint8), labels)


class Prototypes:
    """Softmax over negative squared distances to the mean image of each class, in one normalization."""

    def __init__(
        self,
        training: Split,
        preprocessing: Preprocessing,
        *,
        shape: tuple[int | None, ...] | None = None,
        spoil: Callable[[NDArray[Any]], NDArray[Any]] = lambda outputs: outputs,
    ) -> None:
        images = training.images.astype(np.float32)
        images = images[..., np.newaxis] if images.ndim == 3 else images
        brought = apply_pixels(images, pixels_of(preprocessing, Calibration.of(training)))
        flat = brought.reshape(len(brought), -1)
        self._means = np.stack(
            [flat[training.labels == label].mean(axis=0) for label in range(CLASSES)]
        )
        self._sharpness = _sharpness(self._distances(brought), training.labels)
        self._spoil = spoil
        width = spoil(np.zeros((1, CLASSES), np.float32)).shape[1]
        self.inputs = (Port(name="pixels", shape=(None, *(shape or images.shape[1:]))),)
        self.outputs = (Port(name="class", shape=(None, width)),)
        self.max_layer_size = flat.shape[1]

    def predict_function(self, output: int) -> PredictFunction:
        return self._predict

    def _predict(self, batch: NDArray[Any]) -> NDArray[Any]:
        return self._spoil(_softmax(-self._sharpness * self._distances(batch)))

    def _distances(self, batch: NDArray[Any]) -> NDArray[Any]:
        flat = batch.reshape(len(batch), 1, -1)
        distances: NDArray[Any] = ((flat - self._means) ** 2).sum(axis=2)
        return distances


def _softmax(logits: NDArray[Any]) -> NDArray[Any]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)


def _sharpness(distances: NDArray[Any], labels: NDArray[Any]) -> float:
    """What distances are multiplied by for the labels to be likeliest, as training would find it."""
    steps = np.geomspace(0.01, 100, 60) / distances.mean()
    right = np.arange(len(labels)), labels
    return float(
        max(steps, key=lambda step: np.log(_softmax(-step * distances)[right] + 1e-9).sum())
    )


class DirectClient:
    """Stands in for `ModelClient`: the probe runs in this process."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.sent = 0
        """Images predicted so far."""
        self.timeout_s = 60.0

    def predict(self, request: Predict, images: NDArray[np.uint8]) -> NDArray[Any] | Failure:
        self.sent += len(images)
        return predict(self._model, request, images.tobytes(), file="m.h5")

    def timed_out(self, detail: str) -> Failure:
        return file_failure("timed-out", "m.h5", detail=detail)


def summary_of(model: Prototypes, activation: str = "softmax") -> ModelSummary:
    """What the sandbox would say of it."""
    last = LayerSummary(
        name="last",
        type="Dense",
        output_shape=None,
        parameters=0,
        settings={"activation": activation},
    )
    return ModelSummary(
        file="m.h5",
        format="hdf5",
        keras_version="3.15",
        backend="",
        inputs=model.inputs,
        outputs=model.outputs,
        parameters=0,
        trainable_parameters=0,
        layers=(last,),
    )


def session_with(
    model: Prototypes,
    split: Split,
    *,
    calibration: Calibration | None = None,
    declared: ModelDeclaration | None = None,
    resizing: bool = True,
) -> EvaluationSession:
    """An evaluation session of such a model on such images."""
    subject = EvaluationTarget("pictures", split.images.shape[1:], CLASSES, calibration, resizing)
    client: Any = DirectClient(model)
    session = open_session(client, summary_of(model), subject, declared)
    assert not isinstance(session, Failure)
    return session
