"""`SmallestModel`: the smallest model whose run reaches a test loss, against the smallest one known."""

from __future__ import annotations

from grader.checks.playground.asked import loss_value
from grader.checks.playground.base import LinksCheck
from grader.checks.playground.found import FoundRuns, Run, run_messages
from grader.evidence.playground.replaying import shown
from grader.evidence.playground.words import layers_text
from grader.records.message import Code, Count, Name, message
from grader.records.result import CheckResult
from grader.scoring import credit


class SmallestModel(LinksCheck, tag="smallest-model", frozen=True, kw_only=True):
    """As few neurons as the smallest model known earn all points, `zero_at` neurons none."""

    loss: float
    """To be reached, as the page shows it."""
    smallest: int
    """Neurons of the smallest model known to reach it."""
    zero_at: int

    def __post_init__(self) -> None:
        if not 0 <= self.smallest < self.zero_at:
            raise ValueError("zero_at is a number of neurons above smallest")

    def judge_runs(self, found: FoundRuns) -> CheckResult:
        """Take the smallest of the models that reach the loss."""
        reaching = [run for run in found.runs if self._reaches(run)]
        if not reaching:
            nothing = message("links.none-reaches", needed=loss_value(self.loss))
            return self.result("failed", 0.0, nothing, *run_messages(found))
        best = min(reaching, key=lambda run: (run.settings.neurons, len(run.settings.hidden)))
        neurons = best.settings.neurons
        share = credit(-neurons, full_at=-self.smallest, zero_at=-self.zero_at)
        return self.share_result(
            share,
            message(
                "links.smallest",
                where=Name(text=best.link.where),
                layers=Code(text=layers_text(best.settings.hidden)),
                neurons=Count(value=neurons, setting=True),
            ),
            advice=() if share == 1 else (message("links.smaller"),),
            detail=f"the smallest model known has {self.smallest} neurons",
        )

    def _reaches(self, run: Run) -> bool:
        loss = run.best_test_loss
        believed = run.is_certain and not run.is_contradicted
        return believed and loss is not None and shown(loss) <= self.loss
