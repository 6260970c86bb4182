from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records.points import (
    late_points,
    median_points,
    points_text,
    round_points,
    share_out,
    sum_points,
)

no_numbers = st.sampled_from([math.nan, math.inf, -math.inf])
hundredths = st.integers(0, 10_000_00).map(lambda number: number / 100)


def digits(number: float) -> int:
    """How many decimals a program would write."""
    return len(repr(number).partition(".")[2].rstrip("0"))


@pytest.mark.parametrize(
    ("points", "rounded"),
    [(0.125, 0.13), (0.135, 0.14), (1.005, 1.01), (2.675, 2.68), (0.004, 0), (39.995, 40)],
)
def test_points_are_rounded_half_up_as_written(points: float, rounded: float) -> None:
    """Halves go up as a person reads them, not as the binary fraction has them."""
    assert round_points(points) == rounded


@given(st.floats(0, 1e6))
def test_rounded_points_are_near_and_stay(points: float) -> None:
    """Rounding moves points by half a hundredth at most, and only once."""
    rounded = round_points(points)

    assert abs(rounded - points) <= 0.005 + 1e-9
    assert round_points(rounded) == rounded


@given(no_numbers)
def test_points_that_are_no_number_are_not_rounded(bad: float) -> None:
    """NaN and infinities never become a mark."""
    with pytest.raises(ValueError, match="number"):
        round_points(bad)


@pytest.mark.parametrize(
    ("share", "points", "earned"),
    [(0.615, 3, 1.85), (1.1, 1.1, 1.21), (0.8449999, 1, 0.84)],
)
def test_binary_fractions_cost_no_hundredth(share: float, points: float, earned: float) -> None:
    """0.615 of 3 points are 1.845 to a person, whatever the floats say."""
    assert round_points(share * points) == earned


@given(st.lists(hundredths, max_size=40))
def test_a_sum_is_what_a_person_adds_up(points: Sequence[float]) -> None:
    """The sum is the decimal one, and every step of it has two decimals at most."""
    exact = sum(Decimal(repr(value)) for value in points)

    assert sum_points(points) == float(exact)
    assert all(digits(step) <= 2 for step in accumulate(points, lambda a, b: sum_points([a, b])))


@given(hundredths, st.integers(0, 100).map(lambda percent: percent / 100))
def test_a_late_rule_takes_a_decimal_share(points: float, factor: float) -> None:
    """Points times the factor, as decimals, halves up."""
    exact = Decimal(repr(points)) * Decimal(repr(factor))

    assert late_points(points, factor) == float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    assert 0 <= late_points(points, factor) <= points


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=12))
def test_shares_are_hundredths_and_sum_to_the_total(points: Sequence[float]) -> None:
    """No share is further from its points than a hundredth, and none is lost."""
    total = round_points(sum(points))

    shares = share_out(points, total)

    assert sum_points(shares) == total
    assert all(digits(share) <= 2 for share in shares)
    assert all(
        abs(share - value) < 0.01 + 1e-9 for share, value in zip(shares, points, strict=True)
    )


def test_thirds_of_ten_sum_to_ten() -> None:
    """The first of equals takes the hundredth that is left."""
    assert share_out([10 / 3] * 3, 10) == (3.34, 3.33, 3.33)


@given(st.lists(hundredths, min_size=1, max_size=9))
def test_a_median_has_two_decimals(points: Sequence[float]) -> None:
    """Half a hundredth between two marks goes up."""
    assert digits(median_points(points)) <= 2
    assert min(points) <= median_points(points) <= max(points)


def test_the_median_of_nobody_is_nothing() -> None:
    """A class without submissions has a median all the same."""
    assert median_points([]) == 0


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (30, "30"),
        (12.5, "12.5"),
        (0.07, "0.07"),
        (0, "0"),
        (100, "100"),
        (12345.67, "12345.67"),
        (1e6, "1000000"),
    ],
)
def test_points_as_text_have_no_more_digits_than_needed(points: float, text: str) -> None:
    """Neither exponents nor zeros at the end, however many points there are."""
    assert points_text(points) == text
