"""Points: decimal hundredths, rounded where they arise, so that what is shown adds up to what is shown.

A number of points is stored as the float nearest to its two decimals. Sums and products are computed in whole
hundredths, never in binary fractions, so that no total is 0.7999999999999999.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

#: Floats from here on have no hundredths left.
_NO_HUNDREDTHS = 2.0**46


def round_points(points: float) -> float:
    """Round to hundredths, halves up, as a person would.

    Raises:
        ValueError: `points` is not finite.
    """
    if not math.isfinite(points):
        raise ValueError(f"{points} is not a number points can be computed from")
    return points if abs(points) >= _NO_HUNDREDTHS else _hundredths(points) / 100


def sum_points(points: Iterable[float]) -> float:
    """The exact sum of points, each taken to hundredths."""
    return sum(map(_hundredths, points)) / 100


def late_points(points: float, factor: float) -> float:
    """What a late rule leaves of points: ``points x factor``, to hundredths.

    Args:
        points: As earned.
        factor: 0 to 1.
    """
    return round_points(float(_decimal(points) * _decimal(factor)))


def median_points(points: Sequence[float]) -> float:
    """The median, to hundredths; 0 of nothing."""
    return round_points(median(points)) if points else 0.0


def share_out(points: Sequence[float], total: float) -> tuple[float, ...]:
    """Points to hundredths that sum to `total`: what rounding down leaves goes to the largest remainders.

    Args:
        points: As they were computed: thirds of 10, say.
        total: What they sum to, give or take half a hundredth.
    """
    exact = [_decimal(value) * 100 for value in points]
    whole = [math.floor(value) for value in exact]
    left = _hundredths(total) - sum(whole)
    by_remainder = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    for place in by_remainder[:left]:
        whole[place] += 1
    return tuple(hundredths / 100 for hundredths in whole)


def points_text(points: float) -> str:
    """Points for programs and terminals: ``30``, ``12.5``, ``0.07``; a point for the decimal sign, no more digits."""
    return f"{round_points(points):.2f}".rstrip("0").rstrip(".")


def _hundredths(points: float) -> int:
    return int((_decimal(points) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _decimal(number: float) -> Decimal:
    """The decimal a person would write: what binary fractions add behind the ninth decimal is dropped."""
    return Decimal(repr(round(float(number), 9)))
