"""`RunsRepeated` and `SpreadNoted`: one model trained from several initial weights, and how far its losses differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from grader.checks.playground.asked import loss_value
from grader.checks.playground.base import LinksCheck
from grader.checks.playground.found import FoundRuns, Run, replayed_message, run_messages
from grader.evidence.playground.view import run_figures
from grader.records.message import Count, Message, message
from grader.records.result import CheckResult


class RunsRepeated(LinksCheck, tag="runs-repeated", frozen=True, kw_only=True):
    """Runs as asked that begin with different weights, each of which earns the same share up to `runs`."""

    runs: int = 4

    def judge_runs(self, found: FoundRuns) -> CheckResult:
        """Count the starts."""
        starts = len(believed_runs(found))
        contradicted = [run for run in found.runs if run.is_contradicted]
        share = min(1.0, starts / self.runs)
        return self.share_result(
            share,
            message(
                "links.starts",
                count=Count(value=starts, setting=True),
                asked=Count(value=self.runs, setting=True),
            ),
            *map(replayed_message, contradicted),
            *(run_messages(found) if share < 1 else ()),
            advice=() if share == 1 else (message("links.how-again"),),
            figures=run_figures([run.link for run in found.runs]),
            flags=("noted-otherwise",) if contradicted else (),
        )


class SpreadNoted(LinksCheck, tag="spread-noted", frozen=True, kw_only=True):
    """The test losses that were noted of repeated runs are those of the replay."""

    runs: int = 4

    def judge_runs(self, found: FoundRuns) -> CheckResult:
        """Compare the losses that were noted with the replay, run by run."""
        noted = [run for run in found.runs if run.link.claim.test_loss is not None]
        if not noted:
            nothing = message("links.no-losses")
            return self.result("failed", 0.0, nothing, advice=(message("links.note"),))
        agreeing = [run for run in believed_runs(found) if run in noted]
        contradicted = [run for run in noted if run.is_contradicted]
        share = 0.0 if contradicted else min(1.0, len(agreeing) / self.runs)
        return self.share_result(
            share,
            *_spread(agreeing),
            *map(replayed_message, contradicted),
            advice=() if share == 1 else (message("links.note"),),
            flags=("noted-otherwise",) if contradicted else (),
        )


def believed_runs(found: FoundRuns) -> list[Run]:
    """Runs that the replay does not contradict, one for each start that shows what was noted."""
    starts: Counter[tuple[object, ...]] = Counter()
    believed = []
    for run in found.runs:
        if not run.is_contradicted and starts[run.start] < max(1, run.replay.starts):
            starts[run.start] += 1
            believed.append(run)
    return believed


def _spread(runs: Sequence[Run]) -> list[Message]:
    """The lowest and the highest replayed test loss."""
    losses = [run.losses.test for run in runs if run.losses.test is not None]
    if not losses:
        return []
    low, high = loss_value(min(losses)), loss_value(max(losses))
    return [message("links.spread", low=low, high=high, count=Count(value=len(losses)))]
