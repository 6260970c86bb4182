"""Curves of models that are compared, and activations of a student's own."""

from __future__ import annotations

from grader.checks import ComparedModel, CurvesCompared, DepthGridDrawn, ModelFilter, TrainingsHave
from grader.evidence.code.record import NotebookCell, NotebookRead, SavedOutput, UnusedCode
from grader.evidence.code.run_record import AxesDrawn, FigureDrawn, LineDrawn, StepRun
from grader.records.result import CheckResult
from tests.code_factories import code_view, mlp, reading, run, traced, training
from tests.factories import judge, worded

OWN, TANH = ModelFilter(own_activation=True), ModelFilter(hidden_activation="tanh")
LECUN = training(where="lab.py:30", layers=mlp(32, 32, 10, activation="lecun_tanh"))
OTHER = training(where="lab.py:31", layers=mlp(32, 32, 10, activation="tanh"))


def judged(*lines: LineDrawn, y_label: str = "", steps: tuple[StepRun, ...] = ()) -> CheckResult:
    check = CurvesCompared(
        id="curves",
        title="Curves",
        points=4,
        compared=(
            ComparedModel(models=OWN, called=("lecun",)),
            ComparedModel(models=TANH, called=("tanh",)),
        ),
    )
    figure = FigureDrawn(where="lab.py:40", axes=(AxesDrawn(lines=lines, y_label=y_label),))
    recorded = run(traced(LECUN), traced(OTHER), figures=(figure,), steps=steps)
    return judge(check, code_view(reading(LECUN, OTHER, imports=("matplotlib",)), recorded))


def test_functions_of_a_student_are_told_from_those_of_keras() -> None:
    """By their name, whatever it is; an activation that could not be read is none."""
    assert OWN.fits(LECUN.layers)
    assert not OWN.fits(OTHER.layers)
    assert not OWN.fits(mlp(32, 10, activation="?"))


def test_each_model_needs_a_curve() -> None:
    """Any series counts, matched by values."""
    lines = LineDrawn(series="training 1, val_loss"), LineDrawn(series="training 2, val_loss")

    assert judged(*lines).status == "passed"
    assert judged(lines[1]).score == 2


def test_labels_tell_whose_curve_it_is() -> None:
    """Where values were changed on the way."""
    lines = LineDrawn(label="LeCun", points=3), LineDrawn(label="tanh", points=3)

    assert judged(*lines, y_label="accuracy").status == "passed"
    assert judged(*lines, y_label="x").status == "failed"


def test_a_run_that_was_cut_leaves_curves_to_a_person() -> None:
    """It may draw them later."""
    assert judged(steps=(StepRun(where="lab.py:9", status="failed"),)).status == "pending"


def test_a_saved_grid_of_gradients_counts_and_is_flagged() -> None:
    """The code's run drew none, and the notebook was saved with one."""
    cell = NotebookCell(
        number=7, kind="code", source="plt.plot(max_gradients)", outputs=(SavedOutput(kind="image"),)
    )  # fmt: skip
    saved = reading(notebooks=(NotebookRead(file="lab.ipynb", cells=(cell,)),))
    check = DepthGridDrawn(id="grid", title="Grid", points=4, depths=(5, 20, 40), lines=3)

    result = judge(check, code_view(saved, run()))

    assert (result.status, result.flags) == ("passed", ("not-in-run",))
    assert "cell 7" in worded(result)


def test_single_points_over_the_layers_are_lines_too() -> None:
    """Each drawn by a call of its own, as scatter plots and bars are."""
    check = DepthGridDrawn(id="grid", title="Grid", points=3, depths=(5, 20, 40), lines=3)
    axes = (AxesDrawn(scattered=15), AxesDrawn(bars=3 * 42), AxesDrawn(scattered=40))
    figure = FigureDrawn(where="lab.py:40", axes=axes)

    assert judge(check, code_view(reading(), run(figures=(figure,)))).score == 2


def test_curves_of_a_model_that_is_commented_out_are_left_to_a_person() -> None:
    """Some train one model, comment it out and train the next."""
    line = UnusedCode(where="lab.py:9", text="model = build(leCun, 5)")
    check = CurvesCompared(
        id="curves",
        title="Curves",
        points=4,
        compared=(ComparedModel(models=OWN, called=("lecun",)),),
    )

    assert judge(check, code_view(reading(commented_out=(line,)), run())).status == "pending"
    assert judge(check, code_view(reading(), run())).status == "failed"


def test_a_grid_of_code_that_trains_such_models_is_left_to_a_person() -> None:
    """Where its run was cut; code without a model of these depths draws none."""
    check = DepthGridDrawn(id="grid", title="Grid", points=4, depths=(5, 20, 40), lines=3)
    cut = run(steps=(StepRun(where="lab.py:9", status="timed out"),))
    deep, flat = training(*[32] * 20, 10), training(10)

    for read, status in ((deep, "pending"), (flat, "failed")):
        seen = code_view(reading(read, imports=("matplotlib",)), cut)
        assert judge(check, seen).status == status


def test_an_optimizer_is_judged_with_its_rate() -> None:
    """SGD at another rate is not what was asked for."""
    check = TrainingsHave(
        id="optimizer",
        title="Optimizer",
        points=4,
        models=(ModelFilter(),),
        field="optimizer_and_rate",
        accepted=("SGD 0.01",),
    )

    assert judge(check, code_view(reading(OTHER))).status == "passed"
    other = training(8, 10, learning_rate=0.1)
    assert judge(check, code_view(reading(other))).status == "failed"
