"""Requests to the process that opens a model, and its answers. Neither carries a label."""

from __future__ import annotations

from typing import Literal

from grader.evidence.models.record import ModelFormat, ModelSummary
from grader.evidence.predictions.interface import Fit
from grader.records.base import Record
from grader.records.evidence import Failure


class CompanionFile(Record, frozen=True, kw_only=True):
    """A file that belongs to the one that is opened."""

    path: str
    """Where it lies."""
    file: str
    """What the student calls it."""
    kind: str
    """What its first bytes say it is."""


class OpenModel(Record, frozen=True, kw_only=True, tag="open-model"):
    """Open a saved model; answered by `Opened`."""

    path: str
    """Where the file lies."""
    file: str
    """What the student calls it."""
    format: ModelFormat
    companions: tuple[CompanionFile, ...] = ()


class Opened(Record, frozen=True, kw_only=True, tag="opened"):
    """The model is open."""

    summary: ModelSummary


class Pixels(Record, frozen=True, kw_only=True):
    """Arithmetic on pixels: ``(x - offset) / scale``, or another `rule`.

    `offset` and `scale` hold one number, one a channel, or one for every pixel and channel of an image.
    """

    inverted: bool = False
    reversed_channels: bool = False
    """Blue first, as models of Caffe have it."""
    rule: Literal["affine", "standardise", "l2-image", "l2-rows", "l2-columns", "binarise"] = (
        "affine"
    )
    offset: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (255.0,)


class Predict(Record, frozen=True, kw_only=True, tag="predict"):
    """Predict images with the opened model; their bytes follow. Answered by `Predicted`."""

    dataset: str
    shape: tuple[int, ...]
    """(N, height, width) or (N, height, width, 3), uint8."""
    output: int
    """Which of the model's outputs is wanted."""
    width: int
    """How many numbers it must have for each image."""
    pixels: Pixels = Pixels()
    fit: Fit = "as-is"


class Compute(Record, frozen=True, kw_only=True, tag="compute"):
    """Compute an output for numbers; those of each input follow, float32, little-endian. Answered by `Predicted`."""

    shapes: tuple[tuple[int, ...], ...]
    """Of each input, all with the same first extent N."""
    output: int
    """Which of the model's outputs is wanted."""
    width: int
    """How many numbers it must have in each row."""


class Predicted(Record, frozen=True, kw_only=True, tag="predicted"):
    """The model's outputs follow: N x width float32, little-endian, row by row."""


ModelRequest = OpenModel | Predict | Compute
ModelAnswer = Opened | Predicted | Failure
