"""`ReturnAtLeast`: the mean return of the episodes."""

from __future__ import annotations

from grader.checks.episodes.base import EpisodesCheck, mean_interval, shown_steps
from grader.evidence.episodes.record import Episodes
from grader.records.message import Count, Message, Number, message
from grader.records.result import CheckResult
from grader.records.section import Fact, Interval


class ReturnAtLeast(EpisodesCheck, tag="return-at-least", frozen=True, kw_only=True):
    """The mean return of the episodes: below `passes_at` it earns nothing, from `full_at` everything."""

    passes_at: float = 195.0
    """The mean that earns the first points."""
    share_at_pass: float = 0.5
    """The share of the points it earns; more grows linearly to `full_at`."""
    full_at: float = 475.0

    def __post_init__(self) -> None:
        if not 0 < self.passes_at < self.full_at:
            raise ValueError("passes_at is above 0 and below full_at")
        if not 0 < self.share_at_pass <= 1:
            raise ValueError("share_at_pass is a share above 0")

    def judge_episodes(self, episodes: Episodes) -> CheckResult:
        """Compare the mean with both thresholds."""
        returns = episodes.returns
        mean = sum(returns) / len(returns)
        interval = mean_interval(returns)
        share = self._share(mean)
        near = any(limit in interval for limit in (self.passes_at, self.full_at))
        found = episodes.reading.source == "practice"
        return self.share_result(
            share,
            message(
                "episodes.mean",
                count=Count(value=len(returns), setting=True),
                mean=shown_steps(mean),
                low=shown_steps(interval.low),
                high=shown_steps(interval.high),
            ),
            message(
                "episodes.mean-full" if share == 1 else "episodes.mean-needed",
                passes=Number(value=self.passes_at),
                full=Number(value=self.full_at),
            ),
            advice=_advice(episodes, share),
            score_interval=Interval(
                low=self.points * min(share, self._share(interval.low)),
                high=self.points * max(share, self._share(interval.high)),
            ),
            facts=(
                Fact(
                    label=message("episodes.mean-return"),
                    value=shown_steps(mean),
                    interval=interval,
                    needed=self.full_at,
                ),
                Fact(label=message("episodes.shortest"), value=Count(value=min(returns))),
                Fact(
                    label=message("episodes.full-episodes"),
                    value=Count(value=sum(item.ending == "full" for item in episodes.played)),
                ),
            ),
            flags=(
                *(("threshold-in-interval",) if near else ()),
                *(("scaling-found",) if found else ()),
            ),
        )

    def _share(self, mean: float) -> float:
        if mean < self.passes_at:
            return 0.0
        above = (mean - self.passes_at) / (self.full_at - self.passes_at)
        return min(1.0, self.share_at_pass + (1 - self.share_at_pass) * above)


def _advice(episodes: Episodes, share: float) -> tuple[Message, ...]:
    """What to do next where points are lost: about how most episodes end, and about states that were scaled."""
    if share == 1:
        return ()
    endings = [episode.ending.partition("-")[0] for episode in episodes.played]
    off_track = endings.count("track") > endings.count("pole")
    said = [message("episodes.advice-track" if off_track else "episodes.advice-pole")]
    if episodes.reading.source == "usual":
        said.append(message("episodes.advice-scaling"))
    return tuple(said)
