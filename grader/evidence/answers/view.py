"""Answers as checks see them, and as pages show them."""

from __future__ import annotations

import msgspec

from grader.evidence.answers.record import Answer, AnswerProblem, Answers, AnswersNeed
from grader.evidence.answers.words import value_text
from grader.evidence.base import StoredRecord
from grader.records.message import Code, Count, Message, Name, Value, message
from grader.records.section import Column, Section, Table

_COLUMNS = ("exercise", "question", "value", "where")


def decode_answers(need: AnswersNeed, stored: StoredRecord) -> Answers:
    """The record as it was stored."""
    return msgspec.json.decode(stored.raw, type=Answers)


def answer_sections(answers: Answers) -> tuple[Section, ...]:
    """A table with a row for each answer; what could not be read stands below it."""
    return (
        Table(
            title=message("answers.title", count=Count(value=len(answers.answers))),
            columns=tuple(Column(title=message(f"answers.{name}")) for name in _COLUMNS),
            rows=tuple(map(_row, answers.answers)),
            notes=tuple(map(problem_message, answers.problems)),
        ),
    )


def problem_message(problem: AnswerProblem) -> Message:
    """What is said about a problem: where it is, and how to fix it."""
    values: dict[str, Value] = {
        "where": Name(text=problem.where),
        "detail": Code(text=problem.detail),
    }
    if problem.hint is not None:
        values["hint"] = message(f"answers.hint-{problem.hint}")
    return Message(key=f"answers.{problem.what}", values=values)


def _row(answer: Answer) -> tuple[Value, ...]:
    return (
        Name(text=answer.exercise),
        Name(text=answer.name),
        Code(text=value_text(answer.value)),
        Name(text=answer.where),
    )
