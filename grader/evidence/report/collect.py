"""Collect what a report says: it is read in one sandboxed process."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.report.protocol import ReadReport, ReportRead
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.sandbox import Box, Limits, SandboxClient


def collect_report(task: CollectTask, context: CollectContext) -> Collected:
    """Answer every need of a report with what was read. Whatever goes wrong becomes a `Failure`."""
    with context.open_box() as box:
        reading = read_in_box(box, task.path, task.file.path, task.file.kind, context.limits)
        collected = Collected.one_record(task, ReportNeed, reading)
        collected.peak_memory_bytes = box.max_rss
        return collected


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
    answer = SandboxClient(box, file, limits).ask_to_open(request, ReportRead)
    return answer if isinstance(answer, Failure) else answer.reading
