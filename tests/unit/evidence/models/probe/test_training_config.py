"""Training settings as saved by every version of Keras."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.models.probe.training_config import loss, optimizer, regularizers


@pytest.mark.parametrize(
    ("saved", "text"),
    [
        ({"name": "WeightRegularizer", "l1": 0.0, "l2": 0.0010000000474974513}, "l2(0.001)"),
        ({"class_name": "L1L2", "config": {"l1": 0.01, "l2": 0.0}}, "l1(0.01)"),
        ({"class_name": "L1L2", "config": {"l1": 0.01, "l2": 0.02}}, "l1_l2(0.01, 0.02)"),
        ({"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.5}}, "l2(0.5)"),
        ({"class_name": "OrthogonalRegularizer", "config": {"factor": 1}}, "OrthogonalRegularizer"),
        ("l2", "l2(0.01)"),
        ({"class_name": "L2", "config": {"l2": 0.0}}, None),
        (None, None),
        ([1, 2], None),
    ],
)
def test_regularizers_of_every_version(saved: Any, text: str | None) -> None:
    """In every format a regularizer is read as its kind and strength; strength zero means none."""
    for name in ("kernel_regularizer", "W_regularizer"):
        config = {"class_name": "Dense", "config": {"name": "d", name: saved}}
        found = regularizers({"class_name": "Sequential", "config": [config]})

        assert found == ({"d": {"kernel_regularizer": text}} if text else {})


def test_regularizers_in_wrappers_and_nested_models() -> None:
    """A wrapped layer's regularizer stands under the wrapper's name, a nested layer's under its own."""
    inner = {"class_name": "Dense", "config": {"name": "inner", "kernel_regularizer": "l1"}}
    wrapper = {"class_name": "TimeDistributed", "config": {"name": "outer", "layer": inner}}
    nested = {"class_name": "Sequential", "config": {"name": "n", "layers": [wrapper]}}

    assert regularizers(nested)["outer"] == {"kernel_regularizer": "l1(0.01)"}


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        ({"optimizer_config": {"class_name": "Adam", "config": {"lr": 0.001}}}, ("Adam", 0.001)),
        (
            {"optimizer_config": {"class_name": "Custom>AdamW", "config": {"learning_rate": 1e-4}}},
            ("AdamW", 1e-4),
        ),
        ({"optimizer": "rmsprop"}, ("rmsprop", None)),
        (
            {
                "optimizer": {
                    "class_name": "SGD",
                    "config": {"learning_rate": {"class_name": "Decay"}},
                }
            },
            ("SGD", None),
        ),
        (
            {"optimizer": {"class_name": "SGD", "config": {"learning_rate": float("nan")}}},
            ("SGD", None),
        ),
        ({}, ("", None)),
        ({"optimizer": 7}, ("", None)),
    ],
)
def test_optimizers_of_every_version(
    training: dict[str, Any], expected: tuple[str, float | None]
) -> None:
    """The optimizer's class and its learning rate, if it is a single number."""
    assert optimizer(training) == expected


@pytest.mark.parametrize(
    ("saved", "text"),
    [
        ("categorical_crossentropy", "categorical_crossentropy"),
        ({"class_name": "MeanSquaredError", "config": {}}, "MeanSquaredError"),
        ({"class_name": "function", "config": "my_loss"}, "my_loss"),
        (["mse", "mse", "mae"], "mse, mae"),
        ({"digits": "mse", "parity": {"class_name": "Custom>Focal"}}, "mse, Focal"),
        (None, ""),
    ],
)
def test_losses_of_every_version(saved: Any, text: str) -> None:
    """Losses by name, each once."""
    assert loss({"loss": saved}) == text
