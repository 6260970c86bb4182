"""JUnit XML: a suite a student, a case a check; points as properties, since the format has no score."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from grader.records.feedback import CheckFeedback, Feedback
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.reporting.exporters import Exporter
from grader.reporting.feedback import staff_feedback

#: Characters XML 1.0 cannot hold.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[GradeReport]) -> dict[str, bytes]:
    """``junit.xml`` for staff; partial credit is a failure that names the points."""
    return render_feedback([staff_feedback(report) for report in reports])


def render_feedback(reports: Sequence[Feedback]) -> dict[str, bytes]:
    """``junit.xml`` of results that were worded for whoever reads it."""
    checks = [check for report in reports for check in report.checks]
    root = ET.Element("testsuites", {"name": reports[0].lab if reports else "grader"})
    _count(root, checks)
    for report in reports:
        root.append(_suite(report))
    ET.indent(root)
    return {"junit.xml": ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"}


def _suite(report: Feedback) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _clean(report.student.id)})
    _count(suite, report.checks)
    _properties(suite, report.points, report.max_points)
    for exercise in report.exercises:
        for check in exercise.checks:
            case = ET.SubElement(
                suite,
                "testcase",
                {
                    "name": _clean(check.title),
                    "classname": f"{report.lab}.{exercise.exercise_id}.{check.check_id}",
                },
            )
            _properties(case, check.score or 0.0, check.max_score)
            _outcome(case, check)
    return suite


def _outcome(case: ET.Element, check: CheckFeedback) -> None:
    text = _clean(check.sentences.replace("\n", " "))
    message = {"message": _clean(check.feedback)}
    match check.status:
        case "passed":
            pass
        case "partial" | "failed":
            ET.SubElement(case, "failure", message | {"type": check.status}).text = text
        case "error":
            ET.SubElement(case, "error", message | {"type": "needs-review"}).text = text
        case "skipped" | "pending":
            ET.SubElement(case, "skipped", message)


def _properties(parent: ET.Element, score: float, max_score: float) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in (("score", score), ("max_score", max_score)):
        ET.SubElement(properties, "property", {"name": name, "value": points_text(value)})


def _count(element: ET.Element, checks: Sequence[CheckFeedback]) -> None:
    statuses = [check.status for check in checks]
    element.set("tests", str(len(statuses)))
    element.set("failures", str(statuses.count("failed") + statuses.count("partial")))
    element.set("errors", str(statuses.count("error")))
    element.set("skipped", str(statuses.count("skipped") + statuses.count("pending")))


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


EXPORTER = Exporter(
    description="JUnit XML, a suite a student, for CI servers (junit.xml)", render=render
)
