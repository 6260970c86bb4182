"""One of several settings was varied: in a loop, from training to training, or by what texts say."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import ModelFilter, SettingsVaried
from grader.evidence.code.record import Training, UnusedCode
from grader.records.result import CheckResult
from tests.code_factories import code_view, reading, training
from tests.factories import judge, worded

MNIST = ModelFilter(dataset="mnist", classes=10)


def judged(*trainings: Training, **more: Any) -> CheckResult:
    check = SettingsVaried(
        id="varied",
        title="Varied",
        points=5,
        models=MNIST,
        fields=("learning_rate", "batch_size", "architecture"),
    )
    return judge(check, code_view(reading(*trainings, **more)))


@pytest.mark.parametrize(
    "other",
    [
        training(16, 10, batch_size=32),
        training(16, 10, learning_rate=0.1),
        training(64, 10),
        training(16, 16, 10),
    ],
)
def test_any_of_the_settings_is_enough(other: Training) -> None:
    """Another batch size, learning rate or architecture is a variation, whatever the others are."""
    assert judged(training(16, 10), other).status == "passed"


def test_a_loop_over_values_is_a_variation() -> None:
    """A sweep is one row with several values."""
    assert judged(training(16, 10, learning_rate=(0.1, 0.01))).status == "passed"


def test_the_same_training_again_is_none() -> None:
    """Longer, or with another seed, is not another setting."""
    result = judged(training(16, 10), training(16, 10, epochs=50))

    assert (result.status, result.score) == ("failed", 0)
    assert "batch size" in worded(result)


def test_networks_on_other_images_do_not_count() -> None:
    """What is varied on CIFAR-100 is not varied on MNIST."""
    other = training(64, 100, data="cifar100/train", batch_size=8)

    assert judged(training(16, 10), other).status == "failed"
    assert judged(other, other).status == "failed"


@pytest.mark.parametrize("text", ["model.add(Dense(64, activation='relu'))", "batch_size=64"])
def test_variants_in_comments_count_with_a_remark(text: str) -> None:
    """Staff read that it rests on text alone."""
    unused = UnusedCode(where="lab.py:4", text=text)
    result = judged(training(16, 10), commented_out=(unused,))

    assert (result.status, result.flags) == ("passed", ("not-in-code",))


def test_code_is_preferred_to_comments() -> None:
    """What was trained needs no remark, whatever comments say too."""
    unused = UnusedCode(where="lab.py:4", text="batch_size=64")
    result = judged(training(16, 10), training(64, 10), commented_out=(unused,))

    assert (result.status, result.flags) == ("passed", ())


def test_layers_nobody_knows_wait_for_a_person() -> None:
    """A training that could not be followed may be a variation."""
    assert judged(training()).status == "pending"
    assert judged().status == "failed"
