"""What is said of a file that `grader inspect` cannot open."""

from __future__ import annotations

from grader.errors import NotOpenedError
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure


def not_opened(failure: Failure) -> NotOpenedError:
    """The error that words a failure, with its advice as the hint."""
    text = failure_text(failure, catalogue("en"))
    return NotOpenedError(text.message, hint=text.advice)
