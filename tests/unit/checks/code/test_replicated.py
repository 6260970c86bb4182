"""Replicates: each value trained several times, with a new model each time."""

from __future__ import annotations

from grader.checks import Replicated
from grader.evidence.code.record import Regularizer, Training
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, training
from tests.factories import judge, worded


def swept(runs: int | None, models: int, factors: tuple[float | None, ...]) -> Training:
    item = Regularizer(target="kernel", norm="l2", factors=factors)
    return training(500, 300, 10, regularizer=(item,), runs=runs, models=models)


def judged(*trainings: Training) -> CheckResult:
    check = Replicated(
        id="replicates", title="Replicates", points=5, field="regularizer_factor", values=5, times=3
    )
    return judge(check, code_view(reading(*trainings)))


def test_a_loop_in_a_loop_is_replicates() -> None:
    """Five factors in fifteen runs of fifteen models are three each."""
    assert judged(swept(15, 15, (1e-6, 1e-5, 1e-4, 5e-4, 1e-3))).status == "passed"


def test_one_model_that_is_trained_on_is_no_replicate() -> None:
    """Built outside of the loop, it goes on where it stopped."""
    assert judged(swept(15, 1, (1e-6, 1e-5, 1e-4, 5e-4, 1e-3))).status == "failed"


def test_values_with_enough_replicates_earn_their_share() -> None:
    """Two of five factors were trained three times."""
    result = judged(swept(6, 6, (1e-6, 1e-3)), swept(1, 1, (1e-4,)))

    assert (result.status, result.score) == ("partial", 2)
    assert "0.0001: 1" in worded(result)


def test_cells_that_are_run_by_hand_count_together() -> None:
    """Three places that train with one factor are three replicates of it."""
    cells = [swept(1, 1, (1e-4,)) for _ in range(3)]

    assert judged(*cells).score == 1


def test_factors_that_are_not_known_wait_for_a_person() -> None:
    """Random factors may each be trained three times; those that are known are judged."""
    assert judged(swept(None, 15, (None,))).status == "pending"
    assert judged(swept(15, 15, (1e-6, 1e-5, 1e-4, 5e-4, 1e-3, None))).status != "failed"
    assert judged(swept(5, 5, (1e-6, 1e-5, 1e-4, 5e-4, 1e-3))).status == "failed"
