"""Read one report, isolated as always: what stands in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.evidence.report import KIND
from grader.evidence.report.collect import read_in_box
from grader.evidence.report.profile import PROFILE
from grader.evidence.report.record import ReportReading
from grader.grading.isolation import choose_level
from grader.grading.plan import format_table
from grader.intake.artefacts import format_of
from grader.intake.sniffing import sniff_file
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened

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
    read = _read(path, isolation, limits or Limits())
    if isinstance(read, Failure):
        raise not_opened(msgspec.structs.replace(read, kind=KIND.name))
    return read


def _read(path: Path, isolation: Isolation, limits: Limits) -> ReportReading | Failure:
    kind, accepted = sniff_file(path), tuple(dict.fromkeys(KIND.accepts.values()))
    found = format_of(kind, path.name, accepted, format_table())
    if isinstance(found, Failure):
        return found
    level = choose_level(isolation)
    with Sandboxes(limits, level) as sandboxes, sandboxes.open(PROFILE) as box:
        read = read_in_box(box, path, path.name, kind, limits)
    if isinstance(read, Failure) and read.reason == "wrong-format":
        return msgspec.structs.replace(read, formats=accepted)
    return read
