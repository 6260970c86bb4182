"""Answers while they are read, within bounds."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass, field
from typing import Any

from grader.evidence.answers.names import name_key
from grader.evidence.answers.record import (
    Answer,
    AnswerProblem,
    Answers,
    AnswersFormat,
    AnswerValue,
    Hint,
    Scalar,
    Trouble,
)

#: What is kept: answers and problems of a file, items of a list, characters of names and texts.
_MOST_ANSWERS = 300
_MOST_PROBLEMS = 50
_MOST_ITEMS = 50
_MOST_NAME = 80
_MOST_EXERCISE = 200
_MOST_TEXT = 1_000
#: Whole numbers that JSON readers take; larger ones are kept as decimal numbers.
_LARGEST = 2**63 - 1
#: Characters that text of people has no use for: control characters and halves of surrogate pairs.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: What TOML makes of the backslashes of formulas: of `\frac`, `\beta`, `\rho` and `\theta`.
_ESCAPED = re.compile(r"[\x08\x0c]|[\t\r](?=[a-z])")


@dataclass
class Draft:
    """What was read so far."""

    file: str
    format: AnswersFormat
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """By the keys of the exercise and the question."""
    problems: list[AnswerProblem] = field(default_factory=list)
    is_full: bool = False
    """Whether no more answers are kept."""

    def add(self, exercise: str, name: str, value: Any, where: str) -> None:
        """Add an answer with a value as TOML has it, as far as there is room."""
        if self.is_full:
            return
        exercise, name = one_line(exercise, _MOST_EXERCISE), one_line(name, _MOST_NAME)
        typed = self._typed(name, value, where)
        if typed is None:
            return
        key = (name_key(exercise), name_key(name))
        before = self.answers.get(key)
        if before is not None:
            if before.value != typed:
                self.trouble(where, "twice", name)
            return
        if len(self.answers) >= _MOST_ANSWERS:
            self.trouble(where, "too-many", str(_MOST_ANSWERS))
            self.is_full = True
            return
        self.answers[key] = Answer(exercise=exercise, name=name, value=typed, where=where)

    def trouble(
        self, where: str, what: Trouble, detail: str = "", hint: Hint | None = None
    ) -> None:
        """Add a problem, as far as there is room."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(
                AnswerProblem(
                    where=where, what=what, detail=one_line(detail, _MOST_NAME), hint=hint
                )
            )

    def finish(self) -> Answers:
        """The record of it."""
        return Answers(
            file=self.file,
            format=self.format,
            answers=tuple(self.answers.values()),
            problems=tuple(self.problems),
        )

    def _typed(self, name: str, value: Any, where: str) -> AnswerValue | None:
        """The value as it is recorded; None where it is none that is."""
        wrong = _wrong(value)
        if wrong is not None:
            self.trouble(where, wrong, name)
            return None
        if not isinstance(value, list):
            return self._scalar(name, value, where)
        if len(value) > _MOST_ITEMS:
            self.trouble(where, "shortened", name)
        return tuple(self._scalar(name, item, where) for item in value[:_MOST_ITEMS])

    def _scalar(self, name: str, value: Any, where: str) -> Scalar:
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and abs(value) <= _LARGEST:
            return value
        if isinstance(value, int | float):
            number = _decimal(value)
            return (
                number if math.isfinite(number) else str(number)
            )  # JSON has no infinity and no NaN
        if isinstance(value, datetime.date | datetime.time):  # a datetime is a date, too
            return value.isoformat()
        if self.format == "toml" and _ESCAPED.search(str(value)):
            self.trouble(where, "escape", name)
        text = _UNUSABLE.sub("", str(value)).strip()
        if len(text) > _MOST_TEXT:
            self.trouble(where, "shortened", name)
        return text[:_MOST_TEXT].rstrip()


def _wrong(value: Any) -> Trouble | None:
    """Why a value is no answer; None where it is one."""
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, list | dict) for item in items):
        return "nested"
    texts = [_UNUSABLE.sub("", item).strip() if isinstance(item, str) else item for item in items]
    return "no-value" if all(text == "" for text in texts) else None


def _decimal(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return math.inf if value > 0 else -math.inf


def one_line(text: str, most: int) -> str:
    """A text in one line, with at most some characters."""
    return " ".join(_UNUSABLE.sub("", text[: 10 * most]).split())[:most].rstrip()
