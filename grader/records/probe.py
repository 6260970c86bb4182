"""What the trusted side asks of a sandboxed process, and what comes back. Neither carries a label."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record
from grader.records.contract import Fit
from grader.records.evidence import Failure, ModelFormat, ModelSummary


class OpenModel(Record, frozen=True, kw_only=True, tag="open-model"):
    """Open a saved network; answered by `Opened`."""

    path: str
    """Where the file lies."""
    file: str
    """What the student calls it."""
    format: ModelFormat


class Unpack(Record, frozen=True, kw_only=True, tag="unpack"):
    """Take the files out of an archive; answered by `Unpacked`."""

    path: str
    """Where the archive lies."""
    file: str
    """What the student calls it."""


class Member(Record, frozen=True, kw_only=True):
    """A file that lay in an archive."""

    path: str
    """Within the archive, with forward slashes."""
    size: int
    """Bytes."""


class Unpacked(Record, frozen=True, kw_only=True, tag="unpacked"):
    """What an archive held."""

    members: tuple[Member, ...]
    """None for what is no archive of files."""


class Fetch(Record, frozen=True, kw_only=True, tag="fetch"):
    """Hand over bytes of a file out of the archive; answered by `Fetched`."""

    member: int
    """Its place in `Unpacked.members`."""
    start: int
    length: int


class Fetched(Record, frozen=True, kw_only=True, tag="fetched"):
    """The bytes follow, as many as were asked for."""


class Pixels(Record, frozen=True, kw_only=True):
    """Arithmetic on pixels: ``(x - offset) / scale``, or another `rule`.

    `offset` and `scale` hold one number, one a channel, or one for every pixel and channel of an image.
    """

    inverted: bool = False
    reversed_channels: bool = False
    """Blue first, as networks of Caffe have it."""
    rule: Literal["affine", "standardise", "l2-image", "l2-rows", "l2-columns", "binarise"] = (
        "affine"
    )
    offset: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (255.0,)


class Predict(Record, frozen=True, kw_only=True, tag="predict"):
    """Answer images with the opened network; their bytes follow. Answered by `Predicted`."""

    dataset: str
    shape: tuple[int, ...]
    """(N, height, width) or (N, height, width, 3), uint8."""
    output: int
    """Which of the network's outputs is wanted."""
    width: int
    """How many numbers it must have for each image."""
    pixels: Pixels = Pixels()
    fit: Fit = "as-is"


class Opened(Record, frozen=True, kw_only=True, tag="opened"):
    """The network is open."""

    summary: ModelSummary


class Predicted(Record, frozen=True, kw_only=True, tag="predicted"):
    """The network's outputs follow: N x width float32, little-endian, row by row."""


class Usage(Record, frozen=True, kw_only=True):
    """What the process has used so far, by its own account."""

    peak_memory_bytes: int = 0


Request = OpenModel | Predict | Unpack | Fetch
Answer = Opened | Predicted | Unpacked | Fetched | Failure


class Reply(Record, frozen=True, kw_only=True):
    """The head of every message from the sandbox."""

    answer: Answer
    usage: Usage = Usage()
