"""Requests to the process that reads reports, and its answers."""

from __future__ import annotations

from grader.evidence.report.record import ReportReading
from grader.records.base import Record


class ReadReport(Record, frozen=True, kw_only=True, tag="read-report"):
    """Read one report; answered by `ReportRead` or a `Failure`."""

    path: str
    """Where it lies, as the process sees it."""
    file: str
    """What the student calls it."""
    kind: str
    """What its first bytes say it is."""


class ReportRead(Record, frozen=True, kw_only=True, tag="report-read"):
    """What stands in it."""

    reading: ReportReading
