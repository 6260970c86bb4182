"""Read one report, isolated as always: what stands in it."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.report import KIND
from grader.evidence.report.collect import read_in_box
from grader.evidence.report.profile import PROFILE
from grader.evidence.report.record import ReportReading
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened
from grader.upkeep.one_file import read_one_file

#: Endings of files that are read as reports. A notebook is inspected as code.
ENDINGS = (".pdf", ".docx", ".doc", ".odt", ".md", ".markdown", ".html", ".htm", ".txt")


def is_report(path: Path) -> bool:
    """Whether something is a report by its name."""
    return path.suffix.lower() in ENDINGS and not path.is_dir()


def inspect_report(
    path: Path, *, isolation: Isolation, limits: Limits | None = None
) -> ReportReading:
    """Read a report.

    Args:
        path: The file.
        isolation: The isolation level it is read at; ``auto`` is the strongest that works here.
        limits: What reading it may use.

    Raises:
        NotOpenedError: It is no report that can be read; the message says why.
        IsolationError: It cannot be isolated as asked for.
    """
    with Sandboxes(limits or Limits(), choose_level(isolation)) as sandboxes:
        read = read_report(path.name, path, sniff_file(path), sandboxes)
    if isinstance(read, Failure):
        raise not_opened(read)
    return read


def read_report(file: str, path: Path, kind: str, sandboxes: Sandboxes) -> ReportReading | Failure:
    """Read a report in a process of its own.

    Args:
        file: What it is called.
        path: Where it lies.
        kind: What its first bytes say it is.
        sandboxes: Where the process comes from.
    """
    return read_one_file(KIND, PROFILE, read_in_box, file, path, kind, sandboxes)
