"""How long a run may take: by processor time, whatever else the machine does."""

from __future__ import annotations

import pytest

from grader.evidence.code.profile import run_profile
from grader.evidence.code.run_budget import RunBudget, longest_step_s
from grader.sandbox import Limits


class Clocks:
    """Times that are set by hand."""

    def __init__(self) -> None:
        self.wall = 1_000.0
        self.cpu: float | None = 5.0

    def budget(self, mode: str = "quick") -> RunBudget:
        return RunBudget(mode, lambda: self.cpu, lambda: self.wall)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cpu", "wall", "allowed"),
    [
        (0, 0, (12, 32)),
        (30, 40, (10, 10)),
        (39.5, 40, (1.5, 1.5)),
        (45, 45, (1.5, 1.5)),
        (51, 51, (0, 0)),
        (1, 240, (0, 0)),
    ],
)
def test_processor_time_counts_and_a_quarter_of_the_rest(
    cpu: float, wall: float, allowed: tuple[float, float]
) -> None:
    """A busy machine cuts no run short, and a process that sleeps is ended all the same."""
    clocks = Clocks()
    budget = clocks.budget()
    clocks.cpu, clocks.wall = 5.0 + cpu, 1_000.0 + wall

    assert budget.step() == pytest.approx(allowed)


@pytest.mark.parametrize("before", [5.0, None])
def test_wall_clock_time_counts_where_nothing_else_is_known(before: float | None) -> None:
    """In a container, and once the process is gone."""
    clocks = Clocks()
    clocks.cpu = before
    budget = clocks.budget()
    clocks.cpu, clocks.wall = None, 1_060.0

    assert budget.step() == (0, 0)


def test_a_step_of_a_full_run_may_take_as_long_as_its_budget_says() -> None:
    """The time for one request does not cut it short, and more that is asked for holds."""
    assert run_profile("full").limits(Limits(wall_s=300)).wall_s == longest_step_s("full")
    assert run_profile("full").limits(Limits(wall_s=1e6)).wall_s == 1e6
    assert run_profile("quick").limits(Limits(wall_s=30)).wall_s == 30
