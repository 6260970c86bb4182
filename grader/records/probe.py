"""What the trusted side asks of a sandboxed process, and what comes back. Neither carries a label."""

from __future__ import annotations

from grader.records.base import Record
from grader.records.evidence import Failure, ModelFormat, ModelSummary, Scaling


class OpenModel(Record, frozen=True, kw_only=True, tag="open-model"):
    """Open a saved network; answered by `Opened`."""

    path: str
    """Where the file lies."""
    file: str
    """What the student calls it."""
    format: ModelFormat


class Predict(Record, frozen=True, kw_only=True, tag="predict"):
    """Answer images with the opened network; their bytes follow. Answered by `Predicted`."""

    dataset: str
    shape: tuple[int, ...]
    """(N, height, width) or (N, height, width, 3), uint8."""
    classes: int
    scaling: Scaling


class Opened(Record, frozen=True, kw_only=True, tag="opened"):
    """The network is open."""

    summary: ModelSummary


class Predicted(Record, frozen=True, kw_only=True, tag="predicted"):
    """The network's outputs follow: N x classes float32, little-endian, row by row."""


class Usage(Record, frozen=True, kw_only=True):
    """What the process has used so far, by its own account."""

    peak_memory_bytes: int = 0


Request = OpenModel | Predict
Answer = Opened | Predicted | Failure


class Reply(Record, frozen=True, kw_only=True):
    """The head of every message from the sandbox."""

    answer: Answer
    usage: Usage = Usage()
