"""Models that a lab has students change into others: what is left of them in the code."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    AccuracyMeasured,
    CheckKind,
    CurvesDrawn,
    LastLayer,
    ModelFilter,
    Topic,
    TrainingsHave,
)
from grader.checks.code.commented_models import commented_models
from grader.evidence.code.record import Training, UnusedCode
from grader.records.result import CheckResult
from tests.code_factories import code_view, mlp, reading, run, traced, training
from tests.factories import judge, worded

NEURON = ModelFilter(outputs=1, hidden_layers=0, changed_into=ModelFilter(outputs=1))
FIRST = ModelFilter(
    outputs=10, hidden_units=(64, 64), changed_into=ModelFilter(hidden_units=(500, 300))
)
HIDDEN = training(
    layers=mlp(64, 1, output="sigmoid"), where="lab.py:40", loss="binary_crossentropy"
)
STUDY = training(500, 300, 10, where="lab.py:40", epochs=40)
LINE = 'model.add(Dense(1, input_dim=num_pixels, activation="sigmoid"))'
WHOLE = f"""\
model = Sequential()
{LINE}
model.compile(loss="binary_crossentropy", optimizer="sgd")
model.fit(x_train, y_train, epochs=100, batch_size=32)"""


def judged(check: CheckKind, now: Training, *commented: str, **more: Any) -> CheckResult:
    unused = tuple(
        UnusedCode(where=f"lab.py:{30 + 2 * place}", text=text)
        for place, text in enumerate(commented)
    )
    return judge(check, code_view(reading(now, commented_out=unused, **more), run(traced(now))))


def last_layer(models: ModelFilter = NEURON) -> LastLayer:
    settings: dict[str, Any] = {"units": 1, "activation": "sigmoid", "parameters": 785}
    return LastLayer(id="model", title="M", points=5, models=models, settings=settings)


def having(models: ModelFilter, field: Any, **more: Any) -> TrainingsHave:
    return TrainingsHave(id="set", title="S", points=3, models=(models,), field=field, **more)


@pytest.mark.parametrize("commented", [LINE, WHOLE], ids=["line", "model"])
def test_a_model_in_a_comment_is_recognised_for_what_it_is(commented: str) -> None:
    """Its layers count in full, and the feedback and a flag say what they rest on."""
    result = judged(last_layer(), HIDDEN, commented)

    assert (result.status, result.flags) == ("passed", ("not-in-code",))
    assert "left in a comment" in worded(result)


def test_a_model_that_is_only_compiled_counts_as_well() -> None:
    """The function that builds it is still there, and the program calls the next one."""
    left = training(layers=mlp(1, output="sigmoid"), where="lab.py:20", epochs=None)

    assert judged(last_layer(), HIDDEN, untrained=(left,)).status == "passed"


def test_a_wrong_model_in_a_comment_stays_wrong() -> None:
    """An activation of ReLU is no sigmoid unit, in a comment or not."""
    result = judged(last_layer(), HIDDEN, LINE.replace("sigmoid", "relu"))

    assert result.status == "partial"


def test_what_was_overwritten_without_a_trace_waits_for_a_person() -> None:
    """The lab says to change the program, so its first version may well have been right."""
    result = judged(last_layer(), HIDDEN)

    assert (result.status, result.flags) == ("pending", ("needs-review",))


def test_without_what_it_is_changed_into_it_is_missing() -> None:
    """Who trains neither has done neither; other labs change nothing into anything."""
    assert judged(last_layer(), training(10)).status == "failed"
    assert judged(last_layer(ModelFilter(outputs=1, hidden_layers=0)), HIDDEN).status == "failed"


@pytest.mark.parametrize(
    ("check", "status"),
    [
        (having(NEURON, "loss", accepted=("binary_crossentropy",)), "passed"),
        (having(NEURON, "epochs", at_least=1, reached=True), "pending"),
        (having(NEURON, "labels", accepted=("one-hot",)), "passed"),
        (having(FIRST, "epochs", at_least=10), "failed"),
        (
            AccuracyMeasured(
                id="a", title="A", points=3, models=NEURON, topic=Topic(words=("neuron",))
            ),
            "pending",
        ),
        (CurvesDrawn(id="c", title="C", points=3, models=NEURON), "pending"),
    ],
)
def test_what_a_comment_shows_counts_and_what_only_its_run_would_show_is_open(
    check: CheckKind, status: str
) -> None:
    """Loss and data are known; whether it was trained, and what came of it, is for a person to settle."""
    assert judged(check, HIDDEN, LINE).status == status


def test_epochs_of_a_network_that_was_edited_into_another_are_open_or_in_the_comment() -> None:
    """The number of epochs was edited, too, unless the comment has it."""
    check = having(FIRST, "epochs", at_least=10)
    lines = ["model.add(Dense(64, activation='relu'))"] * 2
    whole = "\n".join([*lines, "model.compile(loss='mse')", "model.fit(x, y, epochs=10)"])

    assert judged(check, STUDY, *lines).status == "pending"
    assert judged(check, STUDY).status == "pending"
    assert judged(check, STUDY, whole).status == "pending"  # its last layer is unknown
    ended = whole.replace("model.compile", "model.add(Dense(num_classes))\nmodel.compile")
    assert judged(check, STUDY, ended).status == "passed"
    assert judged(check, STUDY, ended.replace("epochs=10", "epochs=5")).status == "failed"


def test_lines_that_change_a_model_in_place_are_one_model() -> None:
    """Each old line stands above the new one; last layer and loss are those of now."""
    unused = tuple(
        UnusedCode(where=f"lab.ipynb, cell 8, line {line}", text="model.add(Dense(64))")
        for line in (3, 5)
    )
    now = training(500, 300, 10, where="lab.ipynb, cell 8, line 14")

    (found,) = commented_models(reading(now, commented_out=unused))

    assert [layer.units for layer in found.layers] == [64, 64, 10]
    assert (found.loss, found.epochs) == ("categorical_crossentropy", None)
