"""Requests to the process that reads answers, and what it sends back."""

from __future__ import annotations

from grader.evidence.answers.record import Answers
from grader.records.base import Record


class ReadAnswers(Record, frozen=True, kw_only=True, tag="read-answers"):
    """Read one file; answered by `AnswersRead` or a `Failure`."""

    path: str
    """Where it lies, as the process sees it."""
    file: str
    """What the student calls it."""
    kind: str
    """What its first bytes say it is."""


class AnswersRead(Record, frozen=True, kw_only=True, tag="answers-read"):
    """The answers in it."""

    answers: Answers
