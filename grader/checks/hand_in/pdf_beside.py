"""`PdfBeside`: a PDF is handed in beside an archive, not only within it."""

from __future__ import annotations

from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.archive.record import ArchiveNeed
from grader.evidence.code.record import CodeNeed
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Name, message
from grader.records.result import CheckResult


class PdfBeside(CheckKind, tag="pdf-beside", frozen=True, kw_only=True):
    """Where an archive holds a PDF, there is one beside it, too. Without an archive nothing is asked.

    Its artefacts are the archive, the report, and what else may be handed in.
    """

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """What the archive holds and what lies beside it; without one, whether anything else is there."""
        archive, *others = exercise.artefacts_of(self)
        reports = tuple(ReportNeed(artefact=report) for report in others[:1])
        codes = tuple(CodeNeed(artefact=code) for code in others[1:])
        return (ArchiveNeed(artefact=archive), *reports, *codes)

    def judge(self, context: CheckContext) -> CheckResult:
        """Compare what lies beside the archive with what it holds."""
        archive_id = context.exercise.artefacts_of(self)[0]
        archive = context.evidence.get(ArchiveNeed(artefact=archive_id))
        if isinstance(archive, Failure):
            found = [context.evidence.get(need) for need in self.needs(context.exercise)[1:]]
            is_anything_there = any(not isinstance(item, Failure) for item in found)
            if archive.reason != "missing" or not is_anything_there:
                return self.judge_failure(archive)
            return self.result("passed", 1.0, message("pdf-beside.no-archive"))
        packed = [item.path for item in archive.members if item.path.lower().endswith(".pdf")]
        name = Name(text=archive.file)
        if not packed:
            return self.result("passed", 1.0, message("pdf-beside.no-pdf", archive=name))
        if archive.pdfs_beside:
            return self.result("passed", 1.0, message("pdf-beside.beside", archive=name))
        return self.result(
            "failed",
            0.0,
            message("pdf-beside.within", file=Name(text=packed[0]), archive=name),
            advice=(message("pdf-beside.advice"),),
        )
