"""Read one file by a kind of evidence, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.evidence.base import EvidenceKind
from grader.grading.plan import format_table
from grader.intake.artefacts import format_of
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.sandbox import Box, Limits, Sandboxes, SandboxProfile

T = TypeVar("T", bound=Record)

ReadInBox = Callable[[Box, Path, str, str, Limits], T | Failure]
"""Given a box, where the file lies, what it is called, its kind and the limits."""


def read_one_file(
    evidence: EvidenceKind,
    profile: SandboxProfile,
    read_in_box: ReadInBox[T],
    file: str,
    path: Path,
    kind: str,
    sandboxes: Sandboxes,
) -> T | Failure:
    """Read a file, if it is of a format that a kind of evidence accepts.

    Args:
        evidence: The kind of evidence.
        profile: Of the process.
        read_in_box: Has the process read it.
        file: What it is called.
        path: Where it lies.
        kind: What its first bytes say it is.
        sandboxes: Where the process comes from.
    """
    accepted = tuple(dict.fromkeys(evidence.accepts.values()))
    read: T | Failure | str = format_of(kind, file, accepted, format_table())
    if isinstance(read, str):
        with sandboxes.open(profile) as box:
            read = read_in_box(box, path, file, kind, profile.limits(sandboxes.limits))
    if isinstance(read, Failure):
        formats = accepted if read.reason == "wrong-format" else read.formats
        return msgspec.structs.replace(read, formats=formats, kind=evidence.name)
    return read
