"""Models that are seldom sure of their predictions are given the input they were trained on, or one as good."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fair_inputs import MOST_LOST, choose
from benchmarks.unsure_models import UnsureModel, train
from grader import datasets
from grader.datasets.base import Calibration, Split
from grader.evidence.predictions.interface import Normalization, Preprocessing
from grader.sandbox import Sandboxes

pytestmark = pytest.mark.slow

#: Of scikit-learn's digits; the others were in no training.
TRAINED_ON = 1_100


@pytest.fixture(scope="module")
def digits() -> Split:
    """The embedded test images."""
    return datasets.get("digits").load("test")


@pytest.mark.parametrize("recipe", ["tanh-smooth", "sigmoid"])
@pytest.mark.parametrize("scaling", ["0..1", "-1..1", "standardised", "mean-subtracted"])
def test_a_model_trained_with_little_confidence_loses_nothing(
    sandboxes: Sandboxes, tmp_path: Path, digits: Split, recipe: str, scaling: Normalization
) -> None:
    """With its softmax far from one for the right class, whatever pixels it was trained on."""
    training = digits[:TRAINED_ON]
    calibration = Calibration.of(training)
    model = UnsureModel(recipe, Preprocessing(normalization=scaling))
    train(model, training, calibration, tmp_path / model.file, epochs=8)
    choice = choose(model, tmp_path / model.file, sandboxes, calibration, digits[TRAINED_ON:])

    assert choice.counts
    assert choice.lost <= MOST_LOST
    assert choice.predicted < 12_000
