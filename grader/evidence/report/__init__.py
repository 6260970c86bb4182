"""Reports: what students hand in to be read, as PDF, Word, Markdown, HTML, plain text or the text of a notebook."""

from __future__ import annotations

from grader.evidence.base import EvidenceKind
from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.report.profile import PROFILE
from grader.evidence.report.record import ReportNeed

KIND = EvidenceKind(
    name="report",
    version=2,
    needs=(ReportNeed,),
    accepts={
        "pdf": "pdf",
        "word": "word",
        "html": "html",
        "text": "plain-text",
        "utf-16": "plain-text",
        "notebook": "notebook-text",
    },
    may_accept={"office": "word"},
    related=("image",),
    collect="grader.evidence.report.collect:collect_report",
    decode="grader.evidence.report.view:decode_report",
    sections="grader.evidence.report.view:report_sections",
    profile=PROFILE,
    libraries=("pypdf", "python-docx", "markdown-it-py", "pillow"),
    page_needs=(ReportNeed,),
    fixtures=(
        EvidenceFixture(
            name="report",
            about="The report as it was read: its text in parts, numbers, figures (ReportReading).",
            needs="grader.evidence.report.fixtures:report_needs",
            value="grader.evidence.report.fixtures:report",
        ),
    ),
)
