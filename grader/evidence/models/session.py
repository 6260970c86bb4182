"""Predictions of one opened model on images, with one preprocessing or another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration
from grader.evidence.models.candidates import pixels_of
from grader.evidence.models.client import ModelClient
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.failures import bad_output
from grader.evidence.models.layout import Layout, find_layout, shape_text
from grader.evidence.models.outputs import OutputSpec, read_outputs
from grader.evidence.models.protocol import Predict
from grader.evidence.models.record import ModelSummary
from grader.evidence.predictions.interface import Fit, Preprocessing
from grader.records.evidence import Failure, file_failure
from grader.records.message import Code, Count, Name


@dataclass(frozen=True)
class EvaluationTarget:
    """The dataset a model is evaluated on."""

    dataset: str
    image: tuple[int, ...]
    """Shape of an image, (H, W) or (H, W, 3)."""
    classes: int
    calibration: Calibration | None
    resizing: bool
    """Whether images may be brought to the size of a model built for another."""


@dataclass(frozen=True)
class EvaluationSession:
    """An opened model, a dataset, and how the images of the one fit the input of the other."""

    client: ModelClient
    file: str
    """What the student calls the model's file."""
    target: EvaluationTarget
    outputs: OutputSpec
    layout: Layout

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The ways to bring the images to the model's size."""
        return self.layout.fits(self.target.image)

    def predict(
        self, preprocessing: Preprocessing, images: NDArray[np.uint8]
    ) -> NDArray[np.float32] | Failure:
        """Outputs of shape (N, width) for images preprocessed that way."""
        request = Predict(
            dataset=self.target.dataset,
            shape=images.shape,
            output=self.outputs.output,
            width=self.outputs.width,
            pixels=pixels_of(preprocessing, self.target.calibration),
            fit=preprocessing.fit,
        )
        return self.client.predict(request, images)


def open_session(
    client: ModelClient,
    summary: ModelSummary,
    target: EvaluationTarget,
    declared: ModelDeclaration | None,
) -> EvaluationSession | Failure:
    """Find how the dataset's images fit a model's input and which output classifies them.

    Returns:
        A `Failure` where its inputs or outputs do not suit the dataset.
    """
    if len(summary.inputs) != 1:
        listed = (f"{port.name}: {shape_text(port.shape[1:])}" for port in summary.inputs)
        return bad_output(
            summary.file,
            "several-inputs",
            count=Count(value=len(summary.inputs)),
            names=Name(text=", ".join(listed)),
            image=Code(text=shape_text(target.image)),
        )
    wanted = summary.inputs[0].shape[1:]
    layout = find_layout(target.image, wanted)
    if layout is None or not (target.resizing or layout.fits(target.image) == ("as-is",)):
        return file_failure(
            "wrong-input",
            summary.file,
            found=Code(text=shape_text(wanted)),
            expected=Code(text=shape_text(target.image)),
            dataset=Name(text=target.dataset),
        )
    outputs = read_outputs(summary, target.classes, declared)
    if isinstance(outputs, Failure):
        return outputs
    return EvaluationSession(
        client=client, file=summary.file, target=target, outputs=outputs, layout=layout
    )
