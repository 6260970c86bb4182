"""Exports of a class in the formats other programs read, one a module.

An exporter is a module that defines ``EXPORTER``, or an entry point of the group ``grader.exporters``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import registry

if TYPE_CHECKING:
    from grader.records.result import GradeReport


@dataclass(frozen=True)
class Exporter:
    """A format results are exported in."""

    description: str
    """One line for people."""
    render: Callable[[Sequence[GradeReport]], dict[str, bytes]]
    """Reports to files, by their names. Sentences come from `grader.reporting.feedback`, redacted for the reader."""
    per_student: bool = False
    """Whether there is a file for each student, which goes into a folder."""


def exporter(name: str) -> Exporter:
    """The exporter of that name.

    Raises:
        UnknownNameError: There is none.
    """
    found: Exporter = registry.EXPORTERS.get(name)
    return found


def render(name: str, reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """Files of one format, by their names. None says whose submissions are similar.

    Raises:
        UnknownNameError: There is no such format.
    """
    from grader.reporting.redaction import without_similarity

    return exporter(name).render([without_similarity(report) for report in reports])
