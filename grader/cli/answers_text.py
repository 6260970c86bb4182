"""The answers in a file, as text."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from grader.evidence.answers.view import problem_message
from grader.evidence.answers.words import value_text
from grader.messages import catalogue, visible
from grader.records.names import counted

if TYPE_CHECKING:
    from grader.evidence.answers.record import Answers

_WIDTH = 80


def answers_lines(answers: Answers) -> list[str]:
    """The answers by exercise, then what could not be read."""
    lines = textwrap.wrap(f"{answers.file}: {counted(len(answers.answers), 'answer')}", _WIDTH)
    for exercise, group in groupby(answers.answers, key=lambda answer: answer.exercise):
        lines += ["", *_wrapped(visible(exercise) or "in no exercise", indent=0)]
        for answer in group:
            shown = f"{visible(answer.name)}: {visible(value_text(answer.value))}"
            lines += _wrapped(f"{shown} ({visible(answer.where)})", indent=2)
    if answers.problems:
        lines += ["", "Not read, or not as it is written:"]
        translate = catalogue("en").translate
        for problem in answers.problems:
            lines += _wrapped(translate(problem_message(problem)), indent=2)
    return lines


def _wrapped(text: str, *, indent: int) -> list[str]:
    first = " " * indent
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=f"{first}  ")
