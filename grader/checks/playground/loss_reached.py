"""`LossReached`: a run as asked reaches a test loss."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.playground.asked import loss_value
from grader.checks.playground.base import LinksCheck
from grader.checks.playground.found import FoundRuns, Run, replayed_message
from grader.evidence.playground.replaying import shown
from grader.evidence.playground.view import run_figures
from grader.records.message import message
from grader.records.result import CheckResult
from grader.scoring import credit


class LossReached(LinksCheck, tag="loss-reached", frozen=True, kw_only=True):
    """The best replayed test loss is at most `full_at`; up to `zero_at` it earns a share."""

    full_at: float
    """As the page shows it, to three decimals."""
    zero_at: float | None = None
    """Credit falls linearly from `full_at` to here; None is all or nothing."""

    def __post_init__(self) -> None:
        if not self.full_at > 0:
            raise ValueError("full_at is a loss, above 0")
        if self.zero_at is not None and not self.zero_at > self.full_at:
            raise ValueError("zero_at is a loss above full_at")

    def judge_runs(self, found: FoundRuns) -> CheckResult:
        """Take the best of the runs that are certified and not contradicted."""
        if not found.runs:
            return self.no_run(found)
        losses = [(loss, run) for run in found.runs if (loss := _certified_loss(run)) is not None]
        if not losses:
            return self._without_any(found.runs)
        loss, best = min(losses, key=lambda pair: pair[0])
        share = self._share(shown(loss))
        return self.share_result(
            share,
            message("links.best", loss=loss_value(loss), needed=loss_value(self.full_at)),
            replayed_message(best),
            advice=() if share == 1 else (message("links.try-more"),),
            figures=run_figures([best.link]),
        )

    def _share(self, loss: float) -> float:
        """Of the points; less loss is better."""
        zero_at = None if self.zero_at is None else -self.zero_at
        return credit(-loss, full_at=-self.full_at, zero_at=zero_at)

    def _without_any(self, runs: Sequence[Run]) -> CheckResult:
        uncertain = [run for run in runs if not run.is_certain and not run.is_contradicted]
        return self.uncertain(*uncertain) if uncertain else self.contradicted(*runs)


def _certified_loss(run: Run) -> float | None:
    """The best test loss of a run; None where it is not certified or contradicted."""
    return run.best_test_loss if run.is_certain and not run.is_contradicted else None
