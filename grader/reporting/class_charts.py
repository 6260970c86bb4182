"""Charts of the class as numbers between 0 and 1: a histogram of marks, and dots on an axis for every check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.messages import Catalogue
from grader.records.feedback import CheckFeedback, FactFeedback

#: Columns of the histogram of marks.
BINS = 10

#: Marks of an axis from 0 to 1.
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

#: Dots nearer to each other than this, as a share of the axis, are stacked: 6 pixels on a telephone.
_NEAR = 0.02


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    position: float
    """0 to 1."""
    text: str


@dataclass(frozen=True)
class Bar:
    """A column of a histogram."""

    left: float
    """0 to 1, as `width` and `height`."""
    width: float
    height: float
    count: int
    text: str
    """The range of values and how many there are."""


@dataclass(frozen=True)
class Histogram:
    """How many values fall into each range."""

    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Dot:
    """One submission on an axis."""

    position: float
    """0 to 1."""
    level: int
    """0 on the axis, higher where others are in the way."""


@dataclass(frozen=True)
class DotRow:
    """The class as dots on an axis from 0 to 1."""

    label: str
    dots: tuple[Dot, ...]
    levels: int
    """How many dots are stacked at most."""
    ticks: tuple[Tick, ...]
    needed: float | None
    needed_text: str
    reference: float | None
    reference_text: str
    unmeasured_text: str
    """How many submissions have no dot; empty where all have one."""


def histogram(values: Sequence[float], full: float, translate: Catalogue) -> Histogram | None:
    """How many marks fall into each tenth of the points; full marks belong to the last."""
    if not values or not full:
        return None
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int(BINS * value / full))] += 1
    return counted_values(counts, 0, full, translate)


def counted_values(
    counts: Sequence[int], low: float, high: float, translate: Catalogue
) -> Histogram:
    """A histogram of values that are counted already.

    Args:
        counts: How many fall into each of several equal ranges; one at least.
        low: Where the first range begins.
        high: Where the last one ends.
        translate: The language.
    """
    top = _round_top(max(counts))
    ends = [low + (high - low) * place / len(counts) for place in range(len(counts) + 1)]
    bars = tuple(
        Bar(
            left=place / len(counts),
            width=1 / len(counts),
            height=count / top,
            count=count,
            text=f"{translate.points(ends[place])} – {translate.points(ends[place + 1])}: {count}",
        )
        for place, count in enumerate(counts)
    )
    return Histogram(
        bars=bars,
        x_ticks=tuple(
            Tick(share, translate.points(low + (high - low) * share)) for share in _TICKS
        ),
        y_ticks=tuple(Tick(count / top, str(count)) for count in _whole_ticks(top)),
    )


def percent_ticks(translate: Catalogue) -> tuple[Tick, ...]:
    """The marks of an axis from 0 to 100 %."""
    return tuple(Tick(share, translate.percent(share)) for share in _TICKS)


def _round_top(most: int) -> int:
    """The end of an axis for counts: even, so that it can be halved."""
    return most + most % 2 if most > 1 else max(most, 1)


def _whole_ticks(top: int) -> tuple[int, ...]:
    return (0, top // 2, top) if top > 1 else (0, top)


def dot_rows(checks: Sequence[CheckFeedback], translate: Catalogue) -> tuple[DotRow, ...]:
    """One check of every submission: a row for each measurement, else one for the share of the points."""
    rows: dict[str, list[FactFeedback]] = {}
    for fact in (fact for check in checks for fact in check.facts if fact.gauge):
        rows.setdefault(fact.label, []).append(fact)
    if rows:
        return tuple(_measured_row(row, len(checks), translate) for row in rows.values())
    shares = [
        check.score / check.max_score
        for check in checks
        if check.score is not None and check.max_score
    ]
    if not shares:
        return ()
    return (_row(translate("page.share"), shares, None, None, len(checks), translate),)


def _measured_row(facts: Sequence[FactFeedback], submissions: int, translate: Catalogue) -> DotRow:
    first = facts[0]
    values = [float(fact.value) for fact in facts]
    return _row(first.label, values, first.needed, first.reference, submissions, translate)


def _row(
    label: str,
    values: Sequence[float],
    needed: float | None,
    reference: float | None,
    submissions: int,
    translate: Catalogue,
) -> DotRow:
    dots = _stack(values)
    without = submissions - len(values)
    return DotRow(
        label=label,
        dots=dots,
        levels=1 + max((dot.level for dot in dots), default=0),
        ticks=percent_ticks(translate),
        needed=needed,
        needed_text="" if needed is None else translate.percent(needed),
        reference=reference,
        reference_text="" if reference is None else translate.percent(reference),
        unmeasured_text=translate("page.unmeasured", count=without, submissions=submissions)
        if without
        else "",
    )


def _stack(values: Sequence[float]) -> tuple[Dot, ...]:
    """Dots from left to right; each on the lowest level where it touches no other."""
    last: list[float] = []
    dots = []
    for value in sorted(values):
        level = next(
            (place for place, taken in enumerate(last) if value - taken >= _NEAR), len(last)
        )
        if level == len(last):
            last.append(value)
        last[level] = value
        dots.append(Dot(min(max(value, 0.0), 1.0), level))
    return tuple(dots)
