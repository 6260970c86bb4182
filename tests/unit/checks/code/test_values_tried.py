"""Several values of a setting, in code, in comments, in a report."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CheckContext, ModelFilter, ValuesTried
from grader.checks.code.named_values import compared_values, named_values
from grader.evidence.code.record import Regularizer, Training, UnusedCode
from grader.evidence.report.record import Part, Place, ReportNeed, ReportReading
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, training
from tests.factories import View, exercise, judge, worded

MODELS = ModelFilter(outputs=1)


def check(**more: Any) -> ValuesTried:
    defaults: dict[str, Any] = {
        "id": "batch-sizes", "title": "Batch sizes", "points": 3, "models": MODELS, "field": "batch_size",
    }  # fmt: skip
    return ValuesTried(**defaults | more)


def judged(*trainings: Training, commented: str = "", **more: Any) -> CheckResult:
    unused = (UnusedCode(where="lab.py:30", text=commented),) if commented else ()
    return judge(check(**more), code_view(reading(*trainings, commented_out=unused)))


def test_trainings_of_the_model_that_differ_count() -> None:
    """Two batch sizes of the same kind of model are two."""
    result = judged(training(1, batch_size=32, where="lab.py:5"), training(1, batch_size=128))

    assert result.status == "passed"
    assert "lab.py:5: 32; lab.py:9: 128" in worded(result)


def test_a_loop_over_values_is_several() -> None:
    """A sweep is one row and counts with all of its values."""
    assert judged(training(1, batch_size=(16, 64, 256)), at_least=3).status == "passed"


def test_other_models_do_not_count() -> None:
    """A batch size of the multi-class model says nothing of the single neuron."""
    result = judged(training(1, batch_size=32), training(10, batch_size=64))

    assert result.status == "failed"


def test_none_written_is_the_default_of_keras() -> None:
    """32 by default and 128 as written are two values."""
    assert judged(training(1, batch_size=None), training(1)).status == "passed"


def test_values_out_of_range_do_not_count() -> None:
    """Factors must lie in the interval the lab names."""
    swept = training(1, batch_size=(8, 16, 4096))

    assert judged(swept, at_least=3, low=8, high=1024).status == "partial"


def test_what_is_commented_out_counts_and_is_flagged() -> None:
    """Somebody who tried it and commented it out has tried it."""
    result = judged(training(1), commented="model.fit(x, y, batch_size=32, epochs=5)")

    assert (result.status, result.flags) == ("passed", ("not-in-code",))
    assert "lab.py:30" in worded(result)


def test_what_a_report_tells_of_counts_and_is_flagged() -> None:
    """The code shows the last value, the report all of them."""
    asked = check(artefacts=("code", "report"))
    of = exercise(asked, artefacts=("code", "report"))
    text = "We tried batch sizes of 32, 64 and 128; 64 is best."
    report = ReportReading(
        file="report.pdf", format="pdf", parts=(Part(place=Place(page=2), text=text),)
    )
    *code, report_need = asked.needs(of)
    of_code = code_view(reading(training(1))).records.values()
    view = View(dict(zip(code, of_code, strict=True)) | {report_need: report})

    result = asked.judge(CheckContext(of, view))

    assert report_need == ReportNeed(artefact="report")
    assert (result.status, result.flags) == ("passed", ("not-in-code",))


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("batch_size", "batch sizes of 32,64 and 128", [32, 64, 128]),
        ("batch_size", "taille de lot : 32 puis 64", [32, 64]),
        ("batch_size", "the batch size matters", []),
        ("batch_size", "With batches of 32 images it takes longer.", [32]),
        ("learning_rate", "learning rate = 0.01, 0.1", [0.01, 0.1]),
        ("hidden_units", "with 32 or 64 neurons", ["32", "64"]),
        ("hidden_units", "3 Hidden layer Neural Network", []),
        ("hidden_units", "a hidden layer of size 64, then a 128-sized layer", ["64", "128"]),
        ("hidden_units", "hidden layer with 16, 32 units", ["16", "32"]),
        ("hidden_units", "98 % with 64 neurons, 99.5 % with 128 neurons", ["64", "128"]),
        ("hidden_units", "a hidden layer with 97% accuracy", []),
        ("hidden_units", "64 units with ReLU are better than 32 with tanh.", ["64", "32"]),
        ("hidden_units", "64 units are no better than 10 epochs more", ["64"]),
        ("hidden_units", "64 units are better than 98.5 said", ["64"]),
        ("hidden_units", "One unit (785 parameters), 64 units (50,305 parameters)", ["64"]),
        ("hidden_activation", "relu and a sigmoid at the output", ["relu"]),
        ("optimizer", "Adam is better than RMSprop and SGD", ["Adam", "RMSprop", "SGD"]),
        ("optimizer", "model.compile(optimizer='sgd')", ["SGD"]),
        ("hidden_activation", "relu, tanh and sigmoid were compared", ["relu", "tanh", "sigmoid"]),
        ("loss", "binary crossentropy and mse", []),
    ],
)
def test_values_are_found_beside_the_words_that_name_them(
    field: Any, text: str, values: list[Any]
) -> None:
    """Numbers count beside the word, names where several are compared."""
    assert named_values(field, text) == values


def test_a_report_compares_names_in_one_paragraph_or_says_that_each_was_used() -> None:
    """An optimizer that is only mentioned was not tried, and neither is the activation of an output."""
    assert compared_values("optimizer", "We used Adam.\n\nThen SGD.") == ["Adam", "SGD"]
    assert compared_values("optimizer", "Adam is popular.\n\nSGD is older.") == []
    used = "We used the activation tanh.\n\nThe last neuron has a sigmoid, used for probabilities."
    assert compared_values("hidden_activation", used) == ["tanh"]
    assert compared_values("optimizer", "Adam against SGD.") == ["Adam", "SGD"]
    assert compared_values("batch_size", "batch size 32.\n\nbatch size 64.") == [32, 64]


def test_values_that_are_not_known_wait_for_a_person() -> None:
    """Random factors may be five; enough that are known are enough."""

    def swept(*factors: float | None) -> Training:
        item = Regularizer(target="kernel", norm="l2", factors=factors)
        return training(1, regularizer=(item,))

    assert judged(swept(None), field="regularizer_factor", at_least=2).status == "pending"
    assert judged(swept(1e-3, None), field="regularizer_factor").status == "pending"
    assert judged(swept(1e-3, 1e-4, None), field="regularizer_factor").status == "passed"
    assert judged(training(1), field="regularizer_factor").status == "failed"


def test_a_layer_that_is_commented_out_in_a_list_counts() -> None:
    """The width that was tried before stands where the other one stands now."""
    result = judged(
        training(64, 1), commented="Dense(128, activation='relu'),", field="hidden_units"
    )

    assert (result.status, result.flags) == ("passed", ("not-in-code",))
