"""Gradients of several models, before or after their training."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CheckContext, GradientsTaken, ModelFilter
from grader.evidence.code.record import CodeReading
from grader.evidence.code.run_record import (
    AxesDrawn,
    FigureDrawn,
    GradientsComputed,
    LineDrawn,
    StepRun,
)
from grader.evidence.report.record import Caption, Place, ReportNeed, ReportReading
from grader.records.result import CheckResult
from tests.code_factories import code_view, mlp, reading, run, training
from tests.factories import ARTEFACT, View, exercise, judge, worded

MODELS = tuple(ModelFilter(hidden_layers=5, hidden_activation=name) for name in ("relu", "tanh"))
READ = reading(training(layers=mlp(*[32] * 5, 10)), imports=("matplotlib",))


def computed(activation: str, *, value: float = 0.1, **more: Any) -> GradientsComputed:
    layers = mlp(*[32] * 5, 10, activation=activation)
    return GradientsComputed(
        where="lab.py:20",
        **{"layers": layers, "trained": True, "largest": (value,) * 12} | more,
    )


def judged(
    *gradients: GradientsComputed, read: CodeReading = READ, ran: Any = None, **more: Any
) -> CheckResult:
    check = GradientsTaken(id="maxima", title="Maxima", points=4, **{"models": MODELS, **more})
    return judge(check, code_view(read, run(gradients=gradients, **(ran or {}))))


def test_each_model_earns_its_share() -> None:
    """One of two is half of it."""
    assert judged(computed("relu"), computed("tanh")).status == "passed"
    assert judged(computed("relu")).score == 2


def test_gradients_before_the_training_are_others() -> None:
    """They are asked for after it, or before it, and never the other way round."""
    early = [computed(name, trained=False) for name in ("relu", "tanh")]

    assert judged(*early).status == "failed"
    assert judged(*early, trained=False).status == "passed"


def test_gradients_of_a_sum_of_probabilities_are_flagged() -> None:
    """They are zero whatever the model."""
    result = judged(computed("relu", value=1e-9), computed("tanh"))

    assert (result.score, result.flags) == (2, ("gradients-are-zero",))


def test_one_gradient_is_none_for_every_layer() -> None:
    """A gradient for each layer is needed, in one call or in several."""
    one = {"largest": (0.1,)}
    result = judged(computed("relu", **one), computed("tanh", **one, calls=6))  # type: ignore[arg-type]

    assert result.score == 2


def test_where_the_run_was_cut_a_person_looks() -> None:
    """Models that the code trains may have gradients that were not recorded."""
    cut = {"steps": (StepRun(where="lab.py:9", status="timed out"),)}

    assert judged(ran=cut).status == "pending"
    assert judged(read=reading(), ran=cut).status == "failed"


def test_gradients_of_an_unknown_model_are_left_to_a_person() -> None:
    """Old code asks for them in ways that name no model."""
    assert judged(computed("relu", layers=())).status == "pending"


def test_gradients_that_are_not_drawn_earn_half() -> None:
    """Where lines over the layers are asked for."""
    gradients = [computed("relu"), computed("tanh")]
    axes = AxesDrawn(lines=(LineDrawn(points=5), LineDrawn(points=6)))
    figures = {"figures": (FigureDrawn(where="lab.py:30", axes=(axes,)),)}

    assert judged(*gradients, drawn=True).score == 2
    assert judged(*gradients, drawn=True, ran=figures).status == "passed"


@pytest.mark.parametrize(
    ("named", "status"),
    [((), "passed"), (("depth", "layer"), "passed"), (("untrained",), "failed")],
)
def test_a_figure_of_a_report_counts_and_is_flagged(named: tuple[str, ...], status: str) -> None:
    """Where nothing was recorded, and its caption has the words."""
    place = Place(page=2)
    report = ReportReading(
        file="report.pdf",
        format="pdf",
        captions=(Caption(number="3", place=place, text="Figure 3: maximum gradient by layer"),),
        drawings=(2,),
    )
    check = GradientsTaken(
        id="maxima", title="Maxima", points=4, models=MODELS, figures_named=named
    )
    seen = View({**code_view(READ, run()).records, ReportNeed(artefact="report"): report})
    of = exercise(check, artefacts=(ARTEFACT, "report"))

    result = check.judge(CheckContext(exercise=of, evidence=seen))

    assert result.status == status
    assert (
        ("not-in-run" in result.flags)
        == ("maximum gradient" in worded(result))
        == (status == "passed")
    )
