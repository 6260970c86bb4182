"""Collect what a report says: it is read in one sandboxed process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.need import Need
from grader.evidence.report.protocol import ReadReport, ReportRead
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.base import Record
from grader.records.evidence import Failure, file_failure
from grader.sandbox import Box, Limits, SandboxClient


def collect_report(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need with what was read, and needs of other kinds by saying what the file is instead.

    Whatever goes wrong becomes a `Failure`.
    """
    file = task.file
    with context.open_box() as box:
        reading = read_in_box(box, task.path, file.path, file.kind, context.limits)
        peak = box.max_rss
    other: ReportReading | Failure = file_failure("wrong-format", file.path, f"kind-{file.kind}")
    records: dict[Need[Any], Record | Failure] = {
        need: _with_formats(
            reading if isinstance(need, ReportNeed) or isinstance(reading, Failure) else other,
            task.artefact.formats,
        )
        for need in task.needs
    }
    return Collected(records=records, peak_memory_bytes=peak)


def _with_formats(
    reading: ReportReading | Failure, formats: tuple[str, ...]
) -> ReportReading | Failure:
    if isinstance(reading, Failure) and reading.reason == "wrong-format":
        return msgspec.structs.replace(reading, formats=formats)
    return reading


def read_in_box(
    box: Box, path: Path, file: str, kind: str, limits: Limits
) -> ReportReading | Failure:
    """Read a report.

    Args:
        box: A process with the kind's profile.
        path: Where the report lies.
        file: What the student calls it.
        kind: What its first bytes say it is.
        limits: What the box was started with.
    """
    request = ReadReport(path=box.bring(path.resolve()), file=file, kind=kind)
    answer = SandboxClient(box, file, limits).ask(request, ReportRead, replay=True)
    return answer if isinstance(answer, Failure) else answer[0].reading
