"""Requests to the process that opens a model of text, and its answers."""

from __future__ import annotations

from grader.evidence.language.record import Encoding
from grader.evidence.models.protocol import Opened, OpenModel
from grader.records.base import Record
from grader.records.evidence import Failure


class Inspect(Record, frozen=True, kw_only=True, tag="inspect"):
    """Say how the opened model takes a sequence; answered by `Inspected`."""


class Inspected(Record, frozen=True, kw_only=True, tag="inspected"):
    """What its summary does not say."""

    stateful: bool
    """Whether a layer remembers from one call to the next."""


class PredictSteps(Record, frozen=True, kw_only=True, tag="predict-steps"):
    """Predict with windows of a text; their indices follow as int32, row by row. Answered by `StepsPredicted`."""

    rows: int
    length: int
    """Indices of each row."""
    encoding: Encoding
    features: int = 1
    """Numbers that stand for one index in the model's input: as many as indices where they are one-hot."""
    scale: float = 1.0
    """What indices are divided by, where they are scaled."""
    steps: int
    """How many steps at the end of each row are wanted."""
    width: int
    """Numbers of each step."""
    reset: bool = True
    """Whether the model forgets what it remembers before it sees the first row."""


class StepsPredicted(Record, frozen=True, kw_only=True, tag="steps-predicted"):
    """The outputs follow: rows x steps x width float32, little-endian."""


LanguageRequest = OpenModel | Inspect | PredictSteps
LanguageAnswer = Opened | Inspected | StepsPredicted | Failure
