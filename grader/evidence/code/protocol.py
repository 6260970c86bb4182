"""Requests to the process that reads code, and its answers."""

from __future__ import annotations

from grader.evidence.code.record import CodeReading
from grader.evidence.code.text_record import CodeText
from grader.records.base import Record


class SourceFile(Record, frozen=True, kw_only=True):
    """A script or a notebook."""

    path: str
    """Where it lies, as the process sees it."""
    file: str
    """What the student calls it."""


class ReadCode(Record, frozen=True, kw_only=True, tag="read-code"):
    """Read the files of a submission together; answered by `CodeRead`."""

    files: tuple[SourceFile, ...]


class CodeRead(Record, frozen=True, kw_only=True, tag="code-read"):
    """What they build and train."""

    reading: CodeReading


class ReadCodeText(Record, frozen=True, kw_only=True, tag="read-code-text"):
    """Give the code of a submission as it is compared; answered by `CodeTextRead`."""

    files: tuple[SourceFile, ...]


class CodeTextRead(Record, frozen=True, kw_only=True, tag="code-text-read"):
    """The code."""

    text: CodeText
