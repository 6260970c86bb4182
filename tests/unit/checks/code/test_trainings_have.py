"""Fields of trainings, held against what a lab asks for."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import ModelFilter, TrainedModelsHave, TrainingsHave
from grader.evidence.code.record import UnusedCode
from grader.records.evidence import internal_failure
from grader.records.result import CheckResult
from tests.code_factories import code_view, mlp, reading, run, traced, training
from tests.factories import View, judge, worded

ONE_NEURON = ModelFilter(outputs=1, hidden_layers=0)


def check(**more: Any) -> TrainingsHave:
    defaults: dict[str, Any] = {
        "id": "loss",
        "title": "Loss",
        "points": 4,
        "models": (ONE_NEURON,),
        "field": "loss",
        "accepted": ("binary_crossentropy",),
    }
    return TrainingsHave(**defaults | more)


def judged(view: View, **more: Any) -> CheckResult:
    return judge(check(**more), view)


def test_a_training_of_the_model_asked_for_counts_and_is_named_with_its_place() -> None:
    """Trainings of other models are passed over."""
    other = training(64, 1, where="lab.py:3", loss="mse")
    right = training(1, where="lab.py:20", loss="binary_crossentropy")

    result = judged(code_view(reading(other, right)))

    assert (result.status, result.score) == ("passed", 4)
    assert "lab.py:20" in worded(result)


def test_another_value_fails_and_says_what_was_found_and_asked_for() -> None:
    """The advice has the place, the value found and the one asked for."""
    result = judged(code_view(reading(training(1, loss="mse"))))

    assert result.status == "failed"
    assert "lab.py:9" in worded(result)
    assert "mse" in worded(result)
    assert "binary_crossentropy" in worded(result)


def test_a_sweep_that_holds_the_value_counts() -> None:
    """One of several values of a loop is enough."""
    swept = training(1, loss=("mse", "binary_crossentropy"))

    assert judged(code_view(reading(swept))).status == "passed"


def test_every_layer_counts_where_a_field_has_a_value_for_each() -> None:
    """32 and 16 units are not 32 in every layer."""
    asked: dict[str, Any] = {
        "models": (ModelFilter(hidden_layers=2),), "field": "units_per_layer", "accepted": (32,),
    }  # fmt: skip

    assert judged(code_view(reading(training(32, 32, 10))), **asked).status == "passed"
    assert judged(code_view(reading(training(32, 16, 10))), **asked).status == "failed"


def test_depths_may_be_off_by_one_where_the_check_allows_it() -> None:
    """Some count the input or the output layer."""
    five = ModelFilter(hidden_layers=5, near=1, hidden_activation="relu")
    view = code_view(reading(training(32, 32, 32, 32, 10, loss="binary_crossentropy")))

    assert judged(view, models=(five,)).status == "passed"
    exact = ModelFilter(hidden_layers=5, hidden_activation="relu")
    assert judged(view, models=(exact,)).status == "failed"


def test_each_model_asked_for_earns_its_share() -> None:
    """Two of four models are half of the points."""
    depths = tuple(ModelFilter(hidden_layers=count, outputs=10) for count in (1, 2, 3, 4))
    view = code_view(reading(training(32, 10), training(32, 32, 32, 10)))

    result = judged(view, models=depths, accepted=("categorical_crossentropy",))

    assert (result.status, result.score) == ("partial", 2)


@pytest.mark.parametrize(
    ("field", "accepted"), [("labels", ("0 against the rest",)), ("normalised", (True,))]
)
def test_what_only_a_run_shows_is_left_to_a_person_where_nothing_ran(
    field: Any, accepted: Any
) -> None:
    """A field that could be neither read nor recorded costs no points by itself."""
    read = training(1)

    unknown = judged(code_view(reading(read)), field=field, accepted=accepted)
    ran = code_view(reading(read), run(traced(read, labels="0 against the rest")))

    assert (unknown.status, unknown.score) == ("pending", None)
    assert judged(ran, field=field, accepted=accepted).status == "passed"


def test_dead_code_counts_and_is_named_unless_it_must_be_reached() -> None:
    """A function that nothing calls builds the model, and trains nothing."""
    view = code_view(reading(training(1, loss="binary_crossentropy", executed=False)))

    assert judged(view).status == "passed"
    assert "does not reach" in worded(judged(view))
    assert judged(view, reached=True).status == "failed"


def test_a_run_that_failed_through_our_fault_is_no_zero() -> None:
    """What reading settles is settled; what it does not is an error of ours."""
    failure = internal_failure("no worker")
    right = reading(training(1, loss="binary_crossentropy"))

    assert judged(code_view(right, failure)).status == "passed"
    assert judged(code_view(reading(), failure)).status == "error"


@pytest.mark.parametrize(
    ("limits", "status"),
    [({"at_least": 10}, "passed"), ({"at_least": 11}, "failed"), ({"at_most": 9}, "failed")],
)
def test_numbers_lie_within_limits(limits: dict[str, float], status: str) -> None:
    """The limits themselves are within."""
    view = code_view(reading(training(1, epochs=10)))

    assert judged(view, field="epochs", accepted=(), **limits).status == status


def test_no_regularizer_is_none_and_not_unknown() -> None:
    """Layers that are known and have none settle it."""
    asked: dict[str, Any] = {"field": "regularizer", "accepted": ("kernel l2",)}

    assert judged(code_view(reading(training(1))), **asked).status == "failed"


def test_models_that_are_commented_out_are_left_to_a_person() -> None:
    """Some train one model after the other, and comment the others out; what is nowhere costs points."""
    relu, tanh = (ModelFilter(hidden_layers=2, hidden_activation=name) for name in ("relu", "tanh"))
    check = TrainingsHave(id="models", title="Models", points=2, models=(relu, tanh), field="outputs")  # fmt: skip
    line = UnusedCode(where="lab.py:9", text="model = build('tanh', 2)")
    trained = training(layers=mlp(8, 8, 10, activation="relu"))

    assert judge(check, code_view(reading(trained, commented_out=(line,)))).status == "pending"
    assert judge(check, code_view(reading(trained))).score == 1


def test_models_that_are_not_trained_cost_nothing_where_another_check_asks_for_them() -> None:
    """Unless none is trained."""
    asked = tuple(ModelFilter(hidden_layers=count) for count in (1, 2))
    check = TrainedModelsHave(
        id="units", title="Units", points=2, models=asked, field="units_per_layer", accepted=(8,)
    )

    assert judge(check, code_view(reading(training(8, 10)))).status == "passed"
    assert judge(check, code_view(reading(training(8, 10), training(9, 8, 10)))).score == 1
    assert judge(check, code_view(reading(training(10)))).score == 0
