"""What is said to people, before it is a sentence: a key of the message catalogues with typed values.

Redaction rounds or drops values by what they are; only then `grader.messages` makes a sentence in the reader's
language.
"""

from __future__ import annotations

import math

import msgspec

from grader.records.base import Record
from grader.records.points import round_points


class Share(Record, frozen=True, kw_only=True, tag="share"):
    """A share between 0 and 1, such as an accuracy; read as a percentage."""

    value: float
    dataset: str = ""
    """The dataset it was measured on; empty where it was measured on none."""
    setting: bool = False
    """Whether it is a setting of the lab, such as a threshold, and so shown exactly whatever was measured."""

    def __post_init__(self) -> None:
        _refuse_infinite(self.value)


class Points(Record, frozen=True, kw_only=True, tag="points"):
    """A number of points, in hundredths."""

    value: float

    def __post_init__(self) -> None:
        _refuse_infinite(self.value)
        msgspec.structs.force_setattr(self, "value", round_points(self.value))


class Count(Record, frozen=True, kw_only=True, tag="count"):
    """A whole number of things."""

    value: int
    setting: bool = False
    """Whether it is known without measuring anything, such as how many images there are, and so shown exactly."""


class Number(Record, frozen=True, kw_only=True, tag="number"):
    """Any other number that was measured."""

    value: float
    dataset: str = ""
    """As in `Share`."""

    def __post_init__(self) -> None:
        _refuse_infinite(self.value)


class Name(Record, frozen=True, kw_only=True, tag="name"):
    """Text that somebody else chose: the name of a file, a layer, a dataset."""

    text: str


class Code(Record, frozen=True, kw_only=True, tag="code"):
    """Text in a formal language: code, settings, a shape."""

    text: str


class Message(Record, frozen=True, kw_only=True, tag="message"):
    """A sentence or a phrase of a catalogue."""

    key: str
    """Section and key: ``accuracy.passed``."""
    values: dict[str, Value] = {}
    """What its named fields are filled with."""


class Listing(Record, frozen=True, kw_only=True, tag="listing"):
    """Several values one after the other."""

    items: tuple[Value, ...]
    separator: str = ", "
    last: str = ""
    """Key of the phrase between the last two, such as ``format.or``; empty for the separator there too."""


Value = Share | Points | Count | Number | Name | Code | Message | Listing


def message(key: str, **values: Value) -> Message:
    """A message with its values."""
    return Message(key=key, values=values)


def _refuse_infinite(value: float) -> None:
    """JSON has neither NaN nor infinity, so what is stored could not be read again."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that can be shown")
