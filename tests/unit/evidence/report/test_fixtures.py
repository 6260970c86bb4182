"""What hidden tests see of a report."""

from __future__ import annotations

from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.evidence.report.fixtures import report, report_needs
from grader.evidence.report.record import ReportNeed, ReportReading


def test_hidden_tests_see_the_report() -> None:
    """As it was read, of the artefact that the test looks at."""
    read = ReportReading(file="report.md", format="markdown")
    needs = report_needs(FixtureRequest(artefact="report"))

    assert needs == (ReportNeed(artefact="report"),)
    assert report(FixtureEvidence(needs=needs, get={needs[0]: read}.__getitem__)) is read
