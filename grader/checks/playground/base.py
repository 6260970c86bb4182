"""What checks on Playground links have in common."""

from __future__ import annotations

from abc import abstractmethod

from grader.checks.base import CheckContext, CheckKind
from grader.checks.playground.asked import AskedRun
from grader.checks.playground.found import (
    FoundRuns,
    Run,
    find_runs,
    links_needs,
    replayed_message,
    run_messages,
)
from grader.evidence.playground.record import LinksNeed
from grader.evidence.playground.view import run_figures
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import message
from grader.records.result import CheckResult


class LinksCheck(CheckKind, frozen=True, kw_only=True):
    """A check on the runs of an exercise that are as `asked`."""

    asked: AskedRun

    def needs(self, exercise: Exercise) -> tuple[LinksNeed, ...]:
        """The links."""
        return links_needs(exercise.artefacts_of(self))

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge the runs; where no artefact could be read, why."""
        exercise = context.exercise
        found = find_runs(context.evidence, exercise.artefacts_of(self), exercise.id, self.asked)
        return self.judge_failure(found) if isinstance(found, Failure) else self.judge_runs(found)

    @abstractmethod
    def judge_runs(self, found: FoundRuns) -> CheckResult:
        """Judge what was found."""

    def no_run(self, found: FoundRuns) -> CheckResult:
        """The result where no link is as asked."""
        said = run_messages(found)
        return self.result(
            "failed", 0.0, message("links.none"), *said, advice=(message("links.how"),)
        )

    def contradicted(self, *runs: Run) -> CheckResult:
        """The result where replays show other losses than were noted."""
        return self.result(
            "failed",
            0.0,
            *map(replayed_message, runs),
            advice=(message("links.fresh"),),
            figures=run_figures([run.link for run in runs]),
            flags=("noted-otherwise",),
        )

    def uncertain(self, *runs: Run) -> CheckResult:
        """The result where losses cannot be certified: a person looks at them."""
        figures = run_figures([run.link for run in runs])
        return self.result("pending", None, *map(replayed_message, runs), figures=figures)
