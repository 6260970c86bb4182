"""Evaluations of the models asked for, and grids of diagrams over depths."""

from __future__ import annotations

import pytest

from grader.checks import DepthGridDrawn, ModelFilter, ModelsEvaluated
from grader.evidence.code.record import ValidationRead
from grader.evidence.code.run_record import (
    ArrayOrigin,
    AxesDrawn,
    FigureDrawn,
    LineDrawn,
    StepRun,
    TracedEvaluation,
)
from grader.records.evidence import Failure, file_failure
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, run, traced, training
from tests.factories import judge, worded

READ = training(32, 10)


def judged(
    *splits: str, read: object = READ, ran: bool = True, steps: tuple[StepRun, ...] = ()
) -> CheckResult:
    """One trained model, evaluated on some splits."""
    check = ModelsEvaluated(
        id="scores", title="Scores", points=2, models=(ModelFilter(outputs=10),)
    )
    found = tuple(
        TracedEvaluation(
            where=f"lab.py:{place}",
            method="evaluate",
            model=1,
            images=ArrayOrigin(dataset="mnist", split=split),
        )
        for place, split in enumerate(splits, 20)
    )
    recorded: Failure | object = run(traced(READ, model=1), evaluations=found, steps=steps)
    if not ran:
        recorded = file_failure("timed-out", "lab.py")
    return judge(check, code_view(reading(read), recorded))  # type: ignore[arg-type]


def test_an_evaluation_on_test_images_counts() -> None:
    """Its place is named."""
    result = judged("train", "test")

    assert (result.status, result.flags) == ("passed", ())
    assert "lab.py:21" in worded(result)


def test_an_evaluation_on_training_images_does_not_and_is_flagged() -> None:
    """The accuracy on what was learnt says nothing of other images."""
    result = judged("train")

    assert (result.status, result.flags) == ("failed", ("evaluated-on-training-images",))
    assert "lab.py:20" in worded(result)


def test_test_images_as_validation_data_are_an_evaluation() -> None:
    """The accuracy after the last epoch is the one on the test images."""
    validated = training(32, 10, validation=ValidationRead(kind="test", images=10_000))

    assert judged(read=validated).status == "passed"
    assert judged().status == "failed"


def test_code_that_could_not_be_run_is_left_to_a_person() -> None:
    """Evaluations are recorded and not read."""
    assert judged(ran=False).status == "pending"


def test_code_whose_run_was_cut_is_left_to_a_person() -> None:
    """It may evaluate later; what was recorded counts all the same."""
    cut = (StepRun(where="lab.py:9", status="timed out"),)

    assert judged(steps=cut).status == "pending"
    assert judged("test", steps=cut).status == "passed"
    assert judged("train", steps=cut).status == "failed"


def figure(*points: int, lines: int = 3) -> FigureDrawn:
    axes = tuple(AxesDrawn(lines=(LineDrawn(points=count),) * lines) for count in points)
    return FigureDrawn(where="lab.py:50", axes=axes)


@pytest.mark.parametrize(
    ("figures", "points"),
    [
        ([figure(5, 20, 40)], 3.0),
        ([figure(6, 21, 41)], 3.0),
        ([figure(10, 40, 80)], 3.0),
        ([figure(5, 20)], 2.0),
        ([figure(5), figure(20), figure(40)], 1.5),
        ([figure(5, 20, 40, lines=2)], 0.0),
        ([figure(100, 100, 100)], 0.0),
        ([], 0.0),
    ],
    ids=["grid", "with output", "with biases", "two", "apart", "lines missing", "other", "none"],
)
def test_a_grid_has_a_diagram_for_each_depth(figures: list[FigureDrawn], points: float) -> None:
    """Lines have a point a layer; diagrams of their own are half of it."""
    check = DepthGridDrawn(id="grid", title="Grid", points=3, depths=(5, 20, 40), lines=3)

    result = judge(check, code_view(reading(), run(figures=tuple(figures))))

    assert result.score == points
