"""Answers in the short form that tables show, the same in every language."""

from __future__ import annotations

from grader.evidence.answers.record import AnswerValue


def value_text(value: AnswerValue) -> str:
    """``3``, ``true``, ``relu, softmax``: without quotation marks, and with all decimals."""
    if isinstance(value, tuple):
        return ", ".join(map(value_text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
