"""Failures of models, built on both sides of the sandbox."""

from __future__ import annotations

from grader.records.evidence import Failure
from grader.records.message import Name, Value


def bad_output(file: str, why: str, **values: Value) -> Failure:
    """A model whose outputs are no usable predictions.

    Args:
        file: What the student calls the model's file.
        why: Key of ``[why]``.
        values: What the sentence fills in.
    """
    filled = {"file": Name(text=file), **values}
    return Failure(reason="bad-output", why=(why,), values=filled)
