"""Read reports on request."""

from __future__ import annotations

from pathlib import Path

from grader.evidence.report.probe.read import read_report
from grader.evidence.report.protocol import ReadReport, ReportRead
from grader.records.evidence import Failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import memory_failure, serve_records


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests until the connection closes."""

    def answer(request: ReadReport) -> ReportRead | Failure:
        try:
            reading = read_report(Path(request.path), request.file, request.kind)
        except MemoryError as error:
            failure = memory_failure(error, request.file, limits)
            if failure is None:
                raise
            return failure
        return reading if isinstance(reading, Failure) else ReportRead(reading=reading)

    serve_records(connection, ReadReport, answer)
