"""`ReportPresent`: a report was handed in, and says something."""

from __future__ import annotations

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.report.passages import names_any
from grader.evidence.report.record import ReportNeed
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, Name, message
from grader.records.result import CheckResult


class ReportPresent(CheckKind, tag="report-present", frozen=True, kw_only=True):
    """A report could be read and has some words of the student's own; fewer words earn their share."""

    words: int = 50
    """How many words are enough."""
    handout: tuple[str, ...] = ()
    """Phrases of the hand-out: a document that has all of them is the hand-out, and no report."""

    def needs(self, exercise: Exercise) -> tuple[ReportNeed, ...]:
        """The report."""
        return (ReportNeed(artefact=exercise.artefacts_of(self)[0]),)

    def judge(self, context: CheckContext) -> CheckResult:
        """Count its words."""
        (need,) = self.needs(context.exercise)
        report = context.evidence.get(need)
        if isinstance(report, Failure):
            return self.judge_failure(report)
        file = Name(text=report.file)
        text = "\n".join(part.text for part in report.parts)
        if self.handout and all(names_any(text, [phrase]) for phrase in self.handout):
            return self.result(
                "failed",
                0.0,
                message("report-present.handout", file=file),
                advice=(message("report-present.advice"),),
            )
        words = Count(value=report.words)
        # Pages of pictures may hold words that nobody can read but a person.
        if report.words < self.words and (report.figures or report.unread_pages):
            return self.result(
                "pending",
                None,
                message("report-present.pictures", file=file, words=words),
                flags=("needs-review",),
            )
        return self.share_result(
            min(1.0, report.words / max(1, self.words)),
            message("report-present.words", file=file, words=words),
            advice=()
            if report.words >= self.words
            else (
                message("report-present.few", wanted=Count(value=self.words, setting=True)),
                message("report-present.advice"),
            ),
        )
