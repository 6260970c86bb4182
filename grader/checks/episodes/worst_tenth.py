"""`WorstTenth`: the mean return of the shortest tenth of the episodes."""

from __future__ import annotations

from grader.checks.episodes.base import EpisodesCheck, shown_steps
from grader.evidence.episodes.record import Episodes
from grader.records.message import Count, Number, message
from grader.records.result import CheckResult
from grader.records.section import Fact
from grader.scoring import credit


class WorstTenth(EpisodesCheck, tag="worst-tenth", frozen=True, kw_only=True):
    """The mean return of the shortest tenth of the episodes: a policy that is stable has no bad episodes."""

    full_at: float = 400.0
    zero_at: float = 50.0

    def __post_init__(self) -> None:
        if not 0 <= self.zero_at < self.full_at:
            raise ValueError("zero_at is at least 0 and below full_at")

    def judge_episodes(self, episodes: Episodes) -> CheckResult:
        """Compare their mean with the thresholds."""
        worst = sorted(episodes.returns)[: max(1, len(episodes.played) // 10)]
        mean = sum(worst) / len(worst)
        share = credit(mean, full_at=self.full_at, zero_at=self.zero_at)
        return self.share_result(
            share,
            message(
                "episodes.worst",
                count=Count(value=len(worst), setting=True),
                mean=shown_steps(mean),
                full=Number(value=self.full_at),
            ),
            advice=() if share == 1 else (message("episodes.advice-worst"),),
            facts=(
                Fact(
                    label=message("episodes.worst-mean"),
                    value=shown_steps(mean),
                    needed=self.full_at,
                ),
            ),
        )
