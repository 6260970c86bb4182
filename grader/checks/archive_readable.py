"""`ArchiveReadable`: what was handed in can be opened, packed or not."""

from __future__ import annotations

from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.archive.record import ArchiveNeed
from grader.evidence.code.record import CodeNeed
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, Name, message
from grader.records.result import CheckResult


class ArchiveReadable(CheckKind, tag="archive-readable", frozen=True, kw_only=True):
    """The archive can be unpacked and holds files; files that were handed in loose can be read as they are.

    Its first artefact is the archive, the second code, all others reports.
    """

    at_least: int = 1
    """How many files it holds; fewer earn their share."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The archive, and what counts in its place where there is none."""
        archive, *others = exercise.artefacts_of(self)
        code = [CodeNeed(artefact=artefact) for artefact in others[:1]]
        reports = [ReportNeed(artefact=artefact) for artefact in others[1:]]
        return (ArchiveNeed(artefact=archive), *code, *reports)

    def judge(self, context: CheckContext) -> CheckResult:
        """Count the files; without an archive, look whether anything could be read."""
        need, *others = self.needs(context.exercise)
        listing = context.evidence.get(need)
        if isinstance(listing, Failure):
            read = (context.evidence.get(other) for other in others)
            if listing.reason == "missing" and any(not isinstance(item, Failure) for item in read):
                return self.result("passed", 1.0, message("archive-readable.loose"))
            return self.judge_failure(listing)
        held = len(listing.members)
        wanted = Count(value=self.at_least, setting=True)
        return self.share_result(
            min(1.0, held / max(1, self.at_least)),
            message(
                "archive-readable.unpacked", file=Name(text=listing.file), count=Count(value=held)
            ),
            advice=()
            if held >= self.at_least
            else (message("archive-readable.few", wanted=wanted),),
        )
