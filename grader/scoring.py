"""What a measurement earns: thresholds, partial credit, relative marks, late rules, intervals.

Every function refuses NaN and infinities with ValueError: a mark is never computed from a number that is none.
Sources: Wilson's score interval as in Brown, Cai & DasGupta, *Interval Estimation for a Binomial Proportion*,
Statistical Science 16 (2001).
"""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta, timezone
from statistics import NormalDist

from grader.records.lab import LatePolicy
from grader.records.result import Lateness
from grader.records.section import Interval
from grader.records.zones import time_zone


def _finite(*values: float) -> None:
    for value in values:
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a number points can be computed from")


def wilson_interval(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """The Wilson score interval of a proportion.

    Args:
        successes: How many succeeded, 0 to `trials`.
        trials: How many were tried, at least 1.
        level: Confidence, between 0 and 1.

    Raises:
        ValueError: No trials, successes outside 0 to trials, or a level outside 0 to 1.
    """
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no proportion")
    if not 0 < level < 1:
        raise ValueError(f"{level} is no confidence level")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = successes / trials
    centre = share + z2 / (2 * trials)
    margin = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * trials)) / trials)
    scale = 1 + z2 / trials
    # The ends are exact where nothing or everything succeeded; rounding must not push them outside.
    low = 0.0 if successes == 0 else max(0.0, (centre - margin) / scale)
    high = 1.0 if successes == trials else min(1.0, (centre + margin) / scale)
    return Interval(low=low, high=high)


def credit(value: float, *, full_at: float, zero_at: float | None = None) -> float:
    """Share of the points a measured value earns, 0 to 1.

    Args:
        value: What was measured; more is better.
        full_at: Earns everything from here on.
        zero_at: Earns nothing up to here, and linearly more above; None is all-or-nothing.

    Raises:
        ValueError: A number is not finite, or `zero_at` is not below `full_at`.
    """
    _finite(value, full_at)
    if zero_at is not None:
        _finite(zero_at)
        if zero_at >= full_at:
            raise ValueError(f"zero_at ({zero_at:g}) must be below full_at ({full_at:g})")
    if value >= full_at:
        return 1.0
    if zero_at is None:
        return 0.0
    return max(0.0, (value - zero_at) / (full_at - zero_at))


def relative_credit(value: float, best: float) -> float:
    """Share of the points in a relative mark: ``value / best``, at most 1, and 0 where the best is 0.

    Raises:
        ValueError: A number is negative or not finite.
    """
    _finite(value, best)
    if value < 0 or best < 0:
        raise ValueError("accuracies cannot be negative")
    return 0.0 if best == 0 else min(1.0, value / best)


def lateness(policy: LatePolicy, received_at: datetime, *, excused: bool = False) -> Lateness:
    """What the late rule makes of a hand-in time.

    Day n after the deadline ends n calendar days later at the deadline's time on the clocks of the policy's zone,
    so a day in which clocks change has 23 or 25 hours. Grace is a time that passes, whatever clocks do.

    Raises:
        ValueError: `received_at` has no UTC offset.
    """
    if received_at.tzinfo is None:
        raise ValueError("the hand-in time needs a UTC offset")
    late_by = received_at.astimezone(UTC) - policy.deadline.astimezone(UTC)
    on_time = late_by <= timedelta(minutes=policy.grace_minutes)
    days = 0 if on_time else _days_begun(policy, received_at)
    if excused or days == 0:
        factor = 1.0
    elif policy.closes_after_days is not None and received_at > _end_of_day(
        policy, policy.closes_after_days
    ):
        factor = 0.0
    else:
        factor = max(0.0, 1.0 - policy.penalty_per_day * days)
    return Lateness(
        received_at=received_at,
        deadline=policy.deadline,
        days=days,
        factor=factor,
        excused=excused,
    )


def _days_begun(policy: LatePolicy, received_at: datetime) -> int:
    """Days begun at a time after the deadline; the first is day 1."""
    late_by = received_at.astimezone(UTC) - policy.deadline.astimezone(UTC)
    # A change of clocks makes the calendar differ from days of 24 hours by one at most.
    first = max(1, math.ceil(late_by / timedelta(days=1)) - 1)
    return next(day for day in itertools.count(first) if received_at <= _end_of_day(policy, day))


def _end_of_day(policy: LatePolicy, day: float) -> datetime:
    """When a day after the deadline ends, in UTC; a half day is 12 hours on the clock.

    A time that clocks show twice counts the second time, and one that they skip counts as if they had not yet been
    changed: the later of two readings.
    """
    zone = (
        time_zone(policy.timezone)
        if policy.timezone
        else timezone(policy.deadline.utcoffset() or timedelta())
    )
    end = policy.deadline.astimezone(zone).replace(tzinfo=None) + timedelta(days=day)
    return max(end.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
