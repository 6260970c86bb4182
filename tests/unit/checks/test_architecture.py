from __future__ import annotations

import pytest

from grader.checks import ArchitectureMatches, RequiredLayer
from grader.checks.architecture import significant_layers
from grader.evidence.models.record import LayerSummary
from grader.records.result import CheckResult
from tests.factories import judge, layer, model, view, worded

CONV = RequiredLayer(type="Conv2D", settings={"filters": 32, "kernel_size": (5, 5)})
POOL = RequiredLayer(type="MaxPooling2D")
DENSE = RequiredLayer(type="Dense", settings={"units": 10, "activation": "softmax"})
CHECK = ArchitectureMatches(id="a", title="A", points=30, layers=(CONV, POOL, DENSE))


def conv(filters: int = 32) -> LayerSummary:
    return layer("Conv2D", filters=filters, kernel_size=(5, 5), padding="same")


def dense(activation: str = "softmax") -> LayerSummary:
    return layer("Dense", units=10, activation=activation)


def judged(*layers: LayerSummary) -> CheckResult:
    return judge(CHECK, view(opened=model(*layers)))


def test_the_prescribed_layers_pass() -> None:
    """Settings the lab does not speak of are free."""
    result = judged(conv(), layer("MaxPooling2D"), dense())

    assert (result.status, result.score) == ("passed", 30)
    assert worded(result) == "All 3 layers are as prescribed."


def test_layers_that_compute_nothing_of_their_own_are_passed_over() -> None:
    """Dropout, augmentation and a separate activation change nothing about the model prescribed."""
    result = judged(
        layer("InputLayer"),
        layer("RandomFlip"),
        conv(),
        layer("MaxPooling2D"),
        layer("Dropout"),
        dense("linear"),
        layer("Softmax"),
    )

    assert result.status == "passed"


@pytest.mark.parametrize(
    ("separate", "activation"),
    [(layer("Activation", activation="tanh"), "tanh"), (layer("ReLU"), "relu")],
)
def test_a_separate_activation_counts_as_its_layers(
    separate: LayerSummary, activation: str
) -> None:
    """`Dense` then `Activation` is the `Dense` with that activation."""
    (found,) = significant_layers(model(dense("linear"), separate))

    assert found.settings["activation"] == activation


def test_an_activation_of_its_own_is_not_overwritten() -> None:
    """A second activation behind one that is set changes nothing that is compared."""
    (found,) = significant_layers(model(dense("softmax"), layer("ReLU")))

    assert found.settings["activation"] == "softmax"


def test_a_wrong_layer_is_named_beside_the_one_prescribed() -> None:
    """Each layer right in its place earns its share, and the advice says what to change."""
    result = judged(conv(16), layer("MaxPooling2D"), dense())

    assert result.status == "partial"
    assert result.score == pytest.approx(20)
    assert worded(result).endswith(
        "Prescribed: Conv2D(filters=32, kernel_size=5x5); "
        "found: Conv2D(filters=16, kernel_size=5x5)."
    )


def test_missing_and_extra_layers_are_named() -> None:
    """A layer too few and a layer too many both cost points, and each is named as what it is."""
    missing = judged(conv(), dense())
    extra = judged(conv(), layer("MaxPooling2D"), layer("Flatten"), dense())

    assert worded(missing).endswith("in their place. Missing: MaxPooling2D.")
    assert missing.score == pytest.approx(20)
    assert worded(extra).endswith("in their place. Not prescribed: Flatten.")
    assert extra.score == pytest.approx(22.5)


def test_another_model_earns_nothing() -> None:
    """No layer in common is failed, not partial."""
    result = judged(layer("LSTM", units=3))

    assert (result.status, result.score) == ("failed", 0)
    assert "The model is not the one prescribed." in worded(result)


def test_no_layers_prescribed_is_refused() -> None:
    """A check that prescribes nothing can only be a mistake."""
    with pytest.raises(ValueError, match="prescribes no layers"):
        ArchitectureMatches(id="a", title="A", points=1, layers=())
