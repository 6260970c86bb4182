"""A question that a lab asks students to answer in a file."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record

AnswerForm = Literal[
    "number", "numbers", "yes-no", "word", "words", "interval", "set", "formula",
]  # fmt: skip


class Question(Record, frozen=True, kw_only=True):
    """What is asked, and in which form it is answered; never what the right answer is."""

    exercise: str
    """Id of the exercise it belongs to."""
    name: str
    """What stands in front of the answer: ``layers``."""
    form: AnswerForm
    text: str = ""
    """The question in the lab's language; may be empty."""
