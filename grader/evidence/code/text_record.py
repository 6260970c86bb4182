"""The code of a submission as the submissions of a class are compared: its text, and its tokens without names."""

from __future__ import annotations

from typing import ClassVar

from grader.evidence.need import Need
from grader.records.base import Record


class CodePiece(Record, frozen=True, kw_only=True):
    """A script, or a code cell of a notebook, whatever stands below it."""

    file: str
    """What the student calls the file."""
    cell: int | None = None
    """Place among all cells of the notebook, from 1; None of a script."""
    text: str
    """As it was submitted, with lines ended by ``\\n``."""
    tokens: str
    """Of each line of `text` the tokens, separated by spaces; their lines are ended as those of `text`.

    Comments and docstrings have none. Names that the code gives itself are ``$``, texts are ``'``, numbers ``0``; names
    of libraries are themselves.
    """


class CodeText(Record, frozen=True, kw_only=True):
    """The code of all scripts and notebooks of a submission that is read."""

    pieces: tuple[CodePiece, ...]


class CodeTextNeed(Need[CodeText], frozen=True):
    """The submissions of a class are compared by their code."""

    kind: ClassVar[str] = "code"
    about: ClassVar[str] = "text"
