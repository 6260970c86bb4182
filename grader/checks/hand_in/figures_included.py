"""`FiguresIncluded`: the figures are in the report, or saved in the notebook."""

from __future__ import annotations

import re
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.code.record import CodeNeed, NotebookCell
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, Name, message
from grader.records.result import CheckResult

#: What stands for the picture that links a notebook to where it runs.
_BADGE = re.compile(r"^open in \w+$|badge", re.IGNORECASE)


class FiguresIncluded(CheckKind, tag="figures-included", frozen=True, kw_only=True):
    """A report shows figures, or a notebook was saved with them; fewer than asked for earn their share.

    Its artefacts are the report, and code.
    """

    at_least: int = 1

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The report, and the saved outputs of notebooks."""
        report, *codes = exercise.artefacts_of(self)
        return (ReportNeed(artefact=report), *(CodeNeed(artefact=code) for code in codes))

    def judge(self, context: CheckContext) -> CheckResult:
        """Count the figures of the report and of each notebook, and take the file with most."""
        report_id, *codes = context.exercise.artefacts_of(self)
        report = context.evidence.get(ReportNeed(artefact=report_id))
        counts: dict[str, int] = {}
        for code in codes:
            reading = context.evidence.get(CodeNeed(artefact=code))
            for notebook in () if isinstance(reading, Failure) else reading.notebooks:
                counts[notebook.file] = sum(map(_images, notebook.cells))
        if not isinstance(report, Failure):
            counts[report.file] = max(_figures(report), counts.get(report.file, 0))
        elif not counts or report.fault == "grader":
            return self.judge_failure(report)
        file = max(counts, key=lambda name: counts[name])
        share = min(1.0, counts[file] / self.at_least)
        found = message(
            "figures-included.found", figures=Count(value=counts[file]), file=Name(text=file)
        )
        wanted = Count(value=self.at_least, setting=True)
        return self.share_result(
            share,
            found,
            advice=() if share == 1 else (message("figures-included.advice", figures=wanted),),
        )


def _figures(report: ReportReading) -> int:
    """Images and drawings; of a report that has some, no fewer than its captions count."""
    figures = [figure for figure in report.figures if not _BADGE.search(figure.caption)]
    found = len(figures) + len(report.drawings)
    return max(found, len({caption.number for caption in report.captions})) if found else 0


def _images(cell: NotebookCell) -> int:
    return sum(output.kind == "image" for output in cell.outputs)
