"""The need of answers, and what is read and recorded of them."""

from __future__ import annotations

from typing import ClassVar, Literal

from grader.evidence.need import Need
from grader.records.base import Record

Scalar = bool | int | float | str
AnswerValue = Scalar | tuple[Scalar, ...]

AnswersFormat = Literal["toml", "document"]
Trouble = Literal[
    "syntax", "encoding", "escape", "twice", "no-exercise", "no-value", "nested", "shortened", "too-many",
]  # fmt: skip
Hint = Literal[
    "arrow", "backslash", "bool", "bracket", "equals", "general", "name", "once", "percent", "point",
    "quotes", "straight-quotes", "thousands",
]  # fmt: skip


class Answer(Record, frozen=True, kw_only=True):
    """What a student answers to one question."""

    exercise: str
    """As the student names it: ``2a-model`` of a table; of a document its headings, ``Exercise 2 > a) The model``.
    Empty where nothing says."""
    name: str
    """The question, as the student names it: ``layers``, ``Number of layers``."""
    value: AnswerValue
    """As TOML has it; of a document, text where it is not plainly a number, a truth value or a list."""
    where: str
    """``answers.toml, line 3``, ``report.pdf, page 2``."""


class AnswerProblem(Record, frozen=True, kw_only=True):
    """Something that could not be read, or not in one way."""

    where: str
    what: Trouble
    detail: str = ""
    """The line, or the question."""
    hint: Hint | None = None
    """How a line has to be written; of `syntax` alone."""


class Answers(Record, frozen=True, kw_only=True):
    """The answers in one file."""

    file: str
    format: AnswersFormat
    answers: tuple[Answer, ...] = ()
    """In their order; of a question that is answered twice in one exercise, the first."""
    problems: tuple[AnswerProblem, ...] = ()


class AnswersNeed(Need[Answers], frozen=True):
    """A check looks at what a student answers to closed questions."""

    kind: ClassVar[str] = "answers"
