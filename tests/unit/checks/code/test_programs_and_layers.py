"""Programs by what they train, last layers, models that are built and never trained."""

from __future__ import annotations

from grader.checks import LastLayer, ModelFilter, ProgramsPresent, RequiredProgram
from grader.evidence.code.record import CodeReading, LayerRead
from grader.records.result import CheckResult
from tests.code_factories import code_view, dense, mlp, reading, training
from tests.factories import judge, worded

PROGRAMS = ProgramsPresent(
    id="programs",
    title="Programs",
    points=2,
    programs=(
        RequiredProgram(names=("lab3.py", "lab3_skeleton*.py"), models=(ModelFilter(outputs=1),)),
        RequiredProgram(names=("lab3_3.py",), models=(ModelFilter(outputs=10),)),
    ),
)


def programs(read: CodeReading) -> CheckResult:
    return judge(PROGRAMS, code_view(read))


def test_programs_count_under_any_name() -> None:
    """One file may be both."""
    assert programs(reading(training(1), training(10))).status == "passed"


def test_a_skeleton_that_trains_nothing_is_not_complete() -> None:
    """It is there, and the feedback says what is missing of it."""
    result = programs(CodeReading(files=("lab3_skeleton.py", "b.py"), trainings=(training(10),)))

    assert (result.status, result.score) == ("partial", 1)
    assert "lab3_skeleton.py is there, and trains nothing" in worded(result)


def last(read: CodeReading, **settings: str | int) -> CheckResult:
    asked = LastLayer(
        id="model",
        title="Model",
        points=6,
        models=ModelFilter(outputs=10),
        settings=settings or {"units": 10, "activation": "softmax"},
    )
    return judge(asked, code_view(read))


def test_ten_sigmoids_are_half_of_a_softmax() -> None:
    """The number of outputs is right, what they mean is not."""
    result = last(reading(training(layers=mlp(64, 10, output="sigmoid"))))

    assert (result.status, result.score) == ("partial", 3)
    assert "activation=softmax" in worded(result)


def test_the_model_that_fits_best_counts() -> None:
    """A sigmoid that was tried beside the softmax costs nothing, whatever comes before the last layer."""
    sigmoid = training(layers=mlp(64, 10, output="sigmoid"))
    softmax = training(layers=mlp(256, 128, 10), where="lab.py:30")

    assert "lab.py:30" in worded(last(reading(sigmoid, softmax)))


def test_parameters_of_the_layer_tell_its_inputs() -> None:
    """A right unit on other inputs is two thirds."""
    layer = LayerRead(class_name="Dense", units=10, activation="softmax", parameters=7850)
    asked = {"units": 10, "activation": "softmax", "parameters": 650}

    assert last(reading(training(layers=(layer,))), **asked).score == 4


def test_a_model_that_is_compiled_and_never_trained_is_half() -> None:
    """Part 1 in a function that nothing calls any more is recognised for what it is."""
    built = training(layers=(dense(10, "softmax"),), where="lab.py:8", executed=False, epochs=0)

    result = last(reading(training(1), untrained=(built,)))

    assert (result.status, result.score) == ("partial", 3)
    assert "trained nowhere: lab.py:8" in worded(result)


def test_a_setting_that_is_not_known_counts_neither_way() -> None:
    """Parameters are unknown where the input is."""
    read = reading(training(layers=(dense(10, "softmax"),)))

    assert last(read, units=10, activation="softmax", parameters=7_850).status == "passed"
    assert last(read, units=10, activation="sigmoid", parameters=7_850).score == 3
