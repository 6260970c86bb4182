"""`LossReached`: a run as asked reaches a test loss."""

from __future__ import annotations

from grader.checks.base import CheckContext, CheckKind
from grader.checks.playground.asked import AskedRun, loss_value
from grader.checks.playground.found import (
    Run,
    find_runs,
    links_needs,
    replayed_message,
    run_messages,
)
from grader.evidence.playground.record import LinksNeed
from grader.evidence.playground.replaying import shown
from grader.evidence.playground.view import run_figures
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import message
from grader.records.result import CheckResult


class LossReached(CheckKind, tag="loss-reached", frozen=True, kw_only=True):
    """The best replayed test loss is at most `full_at`; up to `zero_at` it earns a share."""

    asked: AskedRun
    full_at: float
    """As the page shows it, to three decimals."""
    zero_at: float | None = None
    """Credit falls linearly from `full_at` to here; None is all or nothing."""

    def __post_init__(self) -> None:
        if not self.full_at > 0:
            raise ValueError("full_at is a loss, above 0")
        if self.zero_at is not None and not self.zero_at > self.full_at:
            raise ValueError("zero_at is a loss above full_at")

    def needs(self, exercise: Exercise) -> tuple[LinksNeed, ...]:
        """The links."""
        return links_needs(exercise.artefacts_of(self))

    def judge(self, context: CheckContext) -> CheckResult:
        """Take the best of the runs that the replay does not contradict."""
        exercise = context.exercise
        found = find_runs(context.evidence, exercise.artefacts_of(self), exercise.id, self.asked)
        if isinstance(found, Failure):
            return self.judge_failure(found)
        if not found.runs:
            return self.result(
                "failed",
                0.0,
                message("links.none"),
                *run_messages(found),
                advice=(message("links.how"),),
            )
        best = best_run(found.runs)
        if best is None:
            return self._without_any(found.runs)
        loss = shown(best.best_test_loss or 0.0)
        share = self._share(loss)
        return self.share_result(
            share,
            message("links.best", loss=loss_value(loss), needed=loss_value(self.full_at)),
            replayed_message(best),
            advice=() if share == 1 else (message("links.try-more"),),
            figures=run_figures([best.link]),
        )

    def _share(self, loss: float) -> float:
        if loss <= self.full_at:
            return 1.0
        if self.zero_at is None or loss >= self.zero_at:
            return 0.0
        return (self.zero_at - loss) / (self.zero_at - self.full_at)

    def _without_any(self, runs: tuple[Run, ...]) -> CheckResult:
        chaotic = [run for run in runs if not run.is_certain and not run.is_contradicted]
        if chaotic:
            figures = run_figures([run.link for run in chaotic])
            return self.result("pending", None, *map(replayed_message, chaotic), figures=figures)
        return self.result(
            "failed",
            0.0,
            *map(replayed_message, runs),
            advice=(message("links.fresh"),),
            figures=run_figures([run.link for run in runs]),
            flags=("noted-otherwise",),
        )


def best_run(runs: tuple[Run, ...]) -> Run | None:
    """The run with the lowest test loss of those that are certified and not contradicted; None without any."""
    believed = [
        run
        for run in runs
        if run.is_certain and not run.is_contradicted and run.best_test_loss is not None
    ]
    return min(believed, key=lambda run: run.best_test_loss or 0.0, default=None)
