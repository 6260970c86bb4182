"""A prescribed model among those the code trains."""

from __future__ import annotations

from typing import Any

from grader.checks import ModelFilter, ModelTrained, RequiredLayer
from grader.evidence.code.record import LayerRead, Training
from grader.records.result import CheckResult
from tests.code_factories import code_view, dense, mlp, reading, training
from tests.factories import judge, worded

LAYERS = (
    RequiredLayer(type="Dense", settings={"units": 64}),
    RequiredLayer(type="Dense", settings={"units": 1, "activation": "sigmoid"}),
)


def judged(*trainings: Training, **more: Any) -> CheckResult:
    asked = ModelTrained(
        id="model",
        title="Model",
        points=10,
        models=ModelFilter(outputs=1),
        layers=LAYERS,
        parameters=50_305,
        **more,
    )
    return judge(asked, code_view(reading(*trainings)))


def test_the_training_that_fits_best_counts() -> None:
    """Other models beside the prescribed one cost nothing."""
    other = training(32, 1, where="lab.py:3")
    right = training(layers=mlp(64, 1, output="sigmoid"), where="lab.py:8", parameters=50_305)

    result = judged(other, right)

    assert result.status == "passed"
    assert "lab.py:8" in worded(result)


def test_an_activation_in_a_layer_of_its_own_is_that_of_the_layer_before() -> None:
    """`Dense(1)` and `Activation('sigmoid')` are one layer."""
    separate = LayerRead(class_name="Activation", activation="sigmoid")
    layers = (dense(64), LayerRead(class_name="Dropout", rate=0.2), dense(1, ""), separate)

    assert judged(training(layers=layers, parameters=50_305)).status == "passed"


def test_what_differs_is_named() -> None:
    """A ReLU at the output is half of the model, and the advice says which layer."""
    result = judged(training(layers=mlp(64, 1, output="relu"), parameters=50_305))

    assert (result.status, result.score) == ("partial", 5)
    assert "activation=relu" in worded(result)


def test_another_number_of_parameters_is_never_all() -> None:
    """The layers may be right and the input not."""
    result = judged(training(layers=mlp(64, 1, output="sigmoid"), parameters=1_000))

    assert (result.status, result.score) == ("partial", 5)
    assert "50,305" in worded(result)


def test_parameters_that_are_not_known_cost_nothing() -> None:
    """Reading does not always know the shape of the input."""
    assert judged(training(layers=mlp(64, 1, output="sigmoid"))).status == "passed"


def test_no_such_model_says_what_there_is_instead() -> None:
    """Ten outputs where one is asked for."""
    result = judged(training(64, 10))

    assert (result.status, result.score) == ("failed", 0)
    assert "Dense 64 relu, Dense 10 softmax" in worded(result)
