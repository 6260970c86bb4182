"""Exports of a class in the formats other programs read, one a module.

An exporter is a module that defines ``EXPORTER``, or an entry point of the group ``grader.exporters``. Most make files
of their own from the reports (`Exporter`); some also need what else a run folder holds (`RunExporter`), and some fill
a file that the instructor has from a learning platform (`Filler`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import registry

if TYPE_CHECKING:
    from grader.records.result import GradeReport
    from grader.reporting.sheets.filling import Filled, FillOptions
    from grader.runs.store import RunStore


#: Options of what fills marks into a column of a file.
MARK_OPTIONS = frozenset({"column", "scale", "include_open", "in_place"})


@dataclass(frozen=True)
class ExportFormat:
    """A format results are exported in."""

    description: str
    """One line for people."""

    @property
    def options(self) -> frozenset[str]:
        """The options of ``grader export`` that change what comes out, without dashes; others are refused."""
        return frozenset()


@dataclass(frozen=True)
class Exporter(ExportFormat):
    """Makes files of its own from the reports."""

    render: Callable[[Sequence[GradeReport]], dict[str, bytes]]
    """Reports to files, by their names. Sentences come from `grader.reporting.feedback`, redacted for the reader."""
    per_student: bool = False
    """Whether there is a file for each student, which goes into a folder."""
    render_for_excel: Callable[[Sequence[GradeReport], str], dict[str, bytes]] | None = None
    """As `render`, in the form Excel opens: takes the separator of its locale, ``,`` or ``;``. None: it has none."""

    @property
    def options(self) -> frozenset[str]:
        """Only ``excel``, where there is that form."""
        return frozenset({"excel"} if self.render_for_excel else ())


@dataclass(frozen=True)
class RunExporter(ExportFormat):
    """Makes a file of its own from the reports and what else the run folder holds, such as the students' pages."""

    render: Callable[[Sequence[GradeReport], RunStore], dict[str, bytes]]
    """Reports and their run folder to files, by their names."""


@dataclass(frozen=True)
class Filler(ExportFormat):
    """Fills a file that the instructor has from a learning platform."""

    fill: Callable[[bytes, str, Sequence[GradeReport], FillOptions], Filled]
    """The file's bytes, its name for messages, the reports and what was asked for to the filled file."""
    blank: Callable[[Sequence[GradeReport]], bytes] | None = None
    """A file of the reports' students to fill where the instructor has none; None where only theirs will do."""
    uses: frozenset[str] = MARK_OPTIONS
    """The options it has a use for, besides those of every filler."""

    @property
    def options(self) -> frozenset[str]:
        """``into``, ``dry_run``, and what it uses."""
        return self.uses | {"into", "dry_run"}


def exporter(name: str) -> ExportFormat:
    """The exporter of that name.

    Raises:
        UnknownNameError: There is none.
    """
    found: ExportFormat = registry.EXPORTERS.get(name)
    return found


def render(name: str, reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """Files of one format that takes nothing but the reports, by their names. None says whose submissions are similar.

    Raises:
        UnknownNameError: There is no such format.
        TypeError: The format needs more than the reports.
    """
    from grader.reporting.redaction import without_similarity

    found = exporter(name)
    if not isinstance(found, Exporter):
        raise TypeError(f"'{name}' needs more than the reports")
    return found.render([without_similarity(report) for report in reports])
