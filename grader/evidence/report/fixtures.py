"""What hidden tests see of reports."""

from __future__ import annotations

from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.report.record import ReportNeed, ReportReading


def report_needs(request: FixtureRequest) -> tuple[ReportNeed, ...]:
    """The report."""
    return (ReportNeed(artefact=request.artefact),)


def report(evidence: FixtureEvidence) -> ReportReading:
    """The report."""
    found: ReportReading = evidence.get(evidence.needs[0])
    return found
