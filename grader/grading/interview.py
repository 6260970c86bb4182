"""Put images to one opened network under different assumptions of what it expects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration
from grader.grading.asking import Conversation
from grader.grading.candidates import pixels_of
from grader.grading.reading import Reading, read_outputs
from grader.probes.layout import Layout, find_layout, shape_text
from grader.records.contract import Fit, InputContract
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure, ModelSummary
from grader.records.probe import Predict


@dataclass(frozen=True)
class Subject:
    """The dataset a network is asked about."""

    dataset: str
    image: tuple[int, ...]
    """Shape of an image, (H, W) or (H, W, 3)."""
    classes: int
    calibration: Calibration | None
    resizing: bool
    """Whether images may be brought to the size of a network built for another."""


@dataclass(frozen=True)
class Interview:
    """An opened network, a dataset, and how images of the one lie in the input of the other."""

    talk: Conversation
    file: str
    """What the student calls the network's file."""
    subject: Subject
    reading: Reading
    layout: Layout

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The ways to bring the images to the network's size."""
        return self.layout.fits(self.subject.image)

    def ask(
        self, contract: InputContract, images: NDArray[np.uint8]
    ) -> NDArray[np.float32] | Failure:
        """Outputs of shape (N, width) for images brought to the network as `contract` says."""
        request = Predict(
            dataset=self.subject.dataset,
            shape=images.shape,
            output=self.reading.output,
            width=self.reading.width,
            pixels=pixels_of(contract, self.subject.calibration),
            fit=contract.fit,
        )
        return self.talk.predict(request, images)


def prepare_interview(
    talk: Conversation,
    summary: ModelSummary,
    subject: Subject,
    declared: ModelDeclaration | None,
) -> Interview | Failure:
    """Find how the dataset's images lie in a network's input and which output answers.

    Returns:
        A `Failure` where its inputs or outputs cannot serve the dataset.
    """
    if len(summary.inputs) != 1:
        names = ", ".join(port.name for port in summary.inputs)
        count = str(len(summary.inputs))
        return _bad_output(summary, why="several-inputs", count=count, names=names)
    wanted = summary.inputs[0].shape[1:]
    layout = find_layout(subject.image, wanted)
    if layout is None or not (subject.resizing or layout.fits(subject.image) == ("as-is",)):
        return Failure(
            reason="wrong-input",
            args={
                "file": summary.file,
                "found": shape_text(wanted),
                "expected": shape_text(subject.image),
                "dataset": subject.dataset,
            },
        )
    reading = read_outputs(summary, subject.classes, declared)
    if isinstance(reading, Failure):
        return reading
    return Interview(talk=talk, file=summary.file, subject=subject, reading=reading, layout=layout)


def _bad_output(summary: ModelSummary, **args: str) -> Failure:
    return Failure(reason="bad-output", args={"file": summary.file, **args})
