"""The share of the matrix peak that the throughput benchmark prints."""

from __future__ import annotations

import pytest

from benchmarks.throughput import peak_share


def test_the_share_is_of_the_highest_peak() -> None:
    """The peak is measured before and after; the higher one counts."""
    assert peak_share(6.0, 8.0, lambda: 7.0) == pytest.approx(0.75)
    assert peak_share(6.0, 7.0, lambda: 8.0) == pytest.approx(0.75)


def test_a_peak_that_was_exceeded_is_measured_again() -> None:
    """A peak measured on a busy machine is replaced by a later, higher one."""
    later = iter([3.0, 4.0, 8.0])

    assert peak_share(6.0, 2.0, lambda: next(later)) == pytest.approx(0.75)


def test_a_machine_that_stays_busy_has_no_share() -> None:
    """No share above 1 is given: after several measurements there is none."""
    assert peak_share(6.0, 2.0, lambda: 4.0) is None
