from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from grader.scoring import credit, relative_credit, wilson_interval

shares = st.floats(0, 1)
no_numbers = st.sampled_from([math.nan, math.inf, -math.inf])


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    trials = draw(st.integers(1, 20_000))
    return draw(st.integers(0, trials)), trials


@given(proportions(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_interval_agrees_with_scipy(proportion: tuple[int, int], level: float) -> None:
    """The interval is the one SciPy computes by the same method."""
    successes, trials = proportion
    theirs = binomtest(successes, trials).proportion_ci(level, method="wilson")

    ours = wilson_interval(successes, trials, level=level)

    assert ours.low == pytest.approx(theirs.low, abs=1e-12)
    assert ours.high == pytest.approx(theirs.high, abs=1e-12)


@given(proportions())
def test_wilson_interval_holds_the_share_and_stays_a_share(proportion: tuple[int, int]) -> None:
    """The measured share lies inside the interval, and the interval inside 0 to 1."""
    successes, trials = proportion

    interval = wilson_interval(successes, trials)

    assert 0 <= interval.low <= successes / trials <= interval.high <= 1


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 10), (11, 10), (1, -1)])
def test_wilson_interval_refuses_what_is_no_proportion(successes: int, trials: int) -> None:
    """No trials, or successes outside 0 to trials, are refused."""
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(successes, trials)


@pytest.mark.parametrize("level", [0, 1, -0.5, 2, math.nan, math.inf])
def test_wilson_interval_refuses_a_level_that_is_none(level: float) -> None:
    """A confidence level is a number strictly between 0 and 1."""
    with pytest.raises(ValueError, match="level"):
        wilson_interval(1, 2, level=level)


@given(shares, shares, st.one_of(st.none(), shares))
def test_credit_is_bounded_and_full_from_the_threshold_on(
    value: float, full_at: float, zero_at: float | None
) -> None:
    """Credit is a share, 1 from `full_at` on and 0 up to `zero_at`."""
    if zero_at is not None and zero_at >= full_at:
        zero_at = None

    earned = credit(value, full_at=full_at, zero_at=zero_at)

    assert 0 <= earned <= 1
    assert earned == 1 or value < full_at
    assert zero_at is None or value > zero_at or earned == 0


@given(shares, shares, shares, st.one_of(st.none(), shares))
def test_credit_never_falls_with_the_value(
    one: float, other: float, full_at: float, zero_at: float | None
) -> None:
    """More is never worth less."""
    if zero_at is not None and zero_at >= full_at:
        zero_at = None
    low, high = sorted((one, other))

    assert credit(low, full_at=full_at, zero_at=zero_at) <= credit(
        high, full_at=full_at, zero_at=zero_at
    )


@given(no_numbers, st.sampled_from(["value", "full_at", "zero_at"]), shares)
def test_credit_refuses_what_is_no_number(bad: float, where: str, value: float) -> None:
    """NaN and infinities are refused wherever they stand, whatever the value earns."""
    arguments = {"value": value, "full_at": 0.5, "zero_at": 0.1} | {where: bad}

    with pytest.raises(ValueError, match="number"):
        credit(**arguments)


@pytest.mark.parametrize("value", [0.1, 0.9])
def test_credit_refuses_thresholds_in_the_wrong_order(value: float) -> None:
    """`zero_at` at or above `full_at` is refused, even for a value that earns everything."""
    with pytest.raises(ValueError, match="must be below"):
        credit(value, full_at=0.5, zero_at=0.5)


@given(shares, shares, st.floats(1e-6, 1))
def test_relative_credit_is_bounded_and_monotone(one: float, other: float, best: float) -> None:
    """A relative mark is a share of the best, and more is never worth less."""
    low, high = sorted((one, other))

    assert 0 <= relative_credit(low, best) <= relative_credit(high, best) <= 1
    assert relative_credit(best, best) == 1


def test_relative_credit_is_nothing_where_the_best_is_nothing() -> None:
    """A class in which nobody gets anything right earns nothing, without dividing by zero."""
    assert relative_credit(0, 0) == 0


@given(no_numbers)
def test_relative_credit_refuses_what_is_no_number(bad: float) -> None:
    """NaN and infinities are refused on both sides."""
    with pytest.raises(ValueError, match="number"):
        relative_credit(bad, 0.5)
    with pytest.raises(ValueError, match="number"):
        relative_credit(0.5, bad)


@pytest.mark.parametrize(("value", "best"), [(-0.1, 0.5), (0.5, -0.1)])
def test_relative_credit_refuses_negative_accuracies(value: float, best: float) -> None:
    """An accuracy is never negative."""
    with pytest.raises(ValueError, match="negative"):
        relative_credit(value, best)
