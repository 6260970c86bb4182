"""Bands around lines are deviations, as error bars are."""

from __future__ import annotations

import pytest

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from grader.evidence.code.probe.running.figure_lines import LineReader

FACTORS = [1e-6, 1e-5, 1e-4, 1e-3]
MEANS, LOW, HIGH = [0.97, 0.98, 0.99, 0.96], [0.96, 0.97, 0.985, 0.94], [0.98, 0.99, 0.995, 0.98]


def test_a_band_is_the_deviation_of_the_line_that_runs_in_it() -> None:
    """Mean and deviation as `fill_between` shows them; other lines have none."""
    axes = Figure().subplots()
    axes.plot(FACTORS, MEANS)
    axes.plot(FACTORS, [0.5] * 4)
    axes.fill_between(FACTORS, LOW, HIGH, alpha=0.2)

    inside, outside = LineReader(lambda _: "").lines(axes)

    assert inside.errors == pytest.approx((0.01, 0.01, 0.005, 0.02))
    assert outside.errors == ()


def test_an_area_below_a_curve_is_no_deviation() -> None:
    """Nor is an area whose edge the line is, or one over other places."""
    axes = Figure().subplots()
    axes.plot(FACTORS, MEANS)
    axes.fill_between(FACTORS, MEANS)
    axes.fill_between(FACTORS, LOW, MEANS)
    axes.fill_between([1, 2, 3, 4], LOW, HIGH)

    (line,) = LineReader(lambda _: "").lines(axes)

    assert line.errors == ()
