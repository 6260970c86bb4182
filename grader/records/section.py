"""Parts of a page: what checks and kinds of evidence show besides sentences, as data."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import msgspec

from grader.records.base import Record
from grader.records.message import Message, Value


class Interval(Record, frozen=True, kw_only=True):
    """A 95 % interval."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


class Fact(Record, frozen=True, kw_only=True):
    """A figure or a word with a label."""

    label: Message
    value: Value
    interval: Interval | None = None
    needed: float | None = None
    """The value that earns full points, where there is one."""
    gauge: bool = False
    """Whether pages draw it on a scale from 0 to 1."""
    reference: float | None = None
    """What the reference solution reaches."""


class Facts(Record, frozen=True, kw_only=True, tag="facts"):
    """Labels and values under a title."""

    title: Message
    facts: tuple[Fact, ...]


class Column(Record, frozen=True, kw_only=True):
    """A column of a table."""

    title: Message
    numeric: bool = False
    """Whether its cells are numbers, which are aligned at their right."""


class Table(Record, frozen=True, kw_only=True, tag="table"):
    """A table, folded until the reader opens it."""

    title: Message
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[Message, ...] = ()


class Curve(Record, frozen=True, kw_only=True):
    """One line of a diagram."""

    name: Value
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    """Points where either is None are left out."""

    def __post_init__(self) -> None:
        """JSON has no NaN and no infinity: they are stored as None."""
        for name in ("x", "y"):
            found = getattr(self, name)
            finite = tuple(
                value if value is not None and math.isfinite(value) else None for value in found
            )
            if finite != found:
                msgspec.structs.force_setattr(self, name, finite)


class Curves(Record, frozen=True, kw_only=True, tag="curves"):
    """A diagram of lines over a common axis."""

    title: Message
    x_label: Message
    y_label: Message
    curves: tuple[Curve, ...]


class Picture(Record, frozen=True, kw_only=True):
    """An image with a caption."""

    png: bytes
    caption: Value


class Pictures(Record, frozen=True, kw_only=True, tag="pictures"):
    """Images side by side."""

    title: Message
    pictures: tuple[Picture, ...]


class CountedValues(Record, frozen=True, kw_only=True, tag="counted-values"):
    """A histogram: how many values fall into each of several equal ranges."""

    title: Message
    x_label: Message
    y_label: Message
    low: float
    """Where the first range begins."""
    high: float
    """Where the last one ends."""
    counts: Annotated[tuple[int, ...], msgspec.Meta(min_length=1)]
    """One for each range."""


Tone = Literal["soft", "strong", "own"]
"""The colour of a shape: of what is around, of what matters, of what is the student's."""


class Stroke(Record, frozen=True, kw_only=True, tag="stroke"):
    """A line through several points."""

    points: tuple[tuple[float, float], ...]
    """From the left and from the top of the drawing, as all places in it."""
    tone: Tone


class Box(Record, frozen=True, kw_only=True, tag="box"):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone


class Disc(Record, frozen=True, kw_only=True, tag="disc"):
    """A filled circle."""

    x: float
    y: float
    radius: float
    tone: Tone


Shape = Stroke | Box | Disc


class Drawing(Record, frozen=True, kw_only=True):
    """A drawing of a few shapes, the later ones over the earlier, with a caption."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    caption: Value


class Drawings(Record, frozen=True, kw_only=True, tag="drawings"):
    """Drawings side by side, in their order."""

    title: Message
    drawings: tuple[Drawing, ...]


class Excerpt(Record, frozen=True, kw_only=True, tag="excerpt"):
    """Lines of a submitted text."""

    title: Message
    source: Value
    """Where it is from."""
    text: str
    first_line: int | None = 1
    """The number of its first line; None of prose, whose lines have none."""


class Mistake(Record, frozen=True, kw_only=True):
    """An image a model got wrong."""

    image: int
    """Its place in the dataset's test images, from 0."""
    label: int
    predicted: int


class ConfusionMatrix(Record, frozen=True, kw_only=True, tag="confusion-matrix"):
    """How often the images of each class were predicted as each class."""

    dataset: str
    classes: int
    counts: bytes
    """Labels x predictions, uint16, little-endian, zlib-compressed; see `grader.confusion`."""
    mistakes: tuple[Mistake, ...] = ()
    """The wrong predictions with the highest scores, highest first."""


Section = Facts | Table | Curves | CountedValues | Pictures | Drawings | Excerpt | ConfusionMatrix
