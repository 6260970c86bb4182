"""Configs of models that contain code, file names or excessive sizes."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from grader.evidence.models.probe.config_check import check_config
from grader.records.message import Name
from tests.model.models import classifier


def described(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}


def layer(kind: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": f"my_{kind.lower()}", **config}}


def wrapped(depth: int) -> dict[str, Any]:
    inner = layer("Dense", units=1)
    for _ in range(depth):
        inner = layer("TimeDistributed", layer=inner)
    return inner


def function(name: str, **more: Any) -> dict[str, Any]:
    return {"class_name": "function", "module": "builtins", "config": name, **more}


@pytest.mark.parametrize(
    ("hostile", "why", "named"),
    [
        (layer("Lambda", function=["4wEAAA==", None, None]), "lambda", "my_lambda"),
        (layer("Lambda", function={"class_name": "__lambda__"}), "lambda", "my_lambda"),
        (layer("Lambda", function="keras.utils.get_file"), "lambda", "my_lambda"),
        (layer("TimeDistributed", layer=layer("Lambda")), "lambda", "my_lambda"),
        (layer("TFSMLayer", filepath="saved"), "foreign-code", "my_tfsmlayer"),
        (layer("TorchModuleWrapper", module="..."), "foreign-code", "my_torchmodulewrapper"),
        (layer("JaxLayer"), "foreign-code", "my_jaxlayer"),
        (layer("StringLookup", vocabulary="/etc/passwd"), "file-reference", "my_stringlookup"),
        (layer("IntegerLookup", vocabulary="labels"), "file-reference", "my_integerlookup"),
        (layer("TextVectorization", vocabulary="a.txt"), "file-reference", "my_textvectorization"),
        (layer("TextVectorization", idf_weights="a"), "file-reference", "my_textvectorization"),
        (layer("Dense", activation=function("system")), "foreign-code", "system"),
        (layer("Dense", activation=function("os.system")), "foreign-code", "os.system"),
        (layer("Dense", kernel_initializer=function("eval")), "foreign-code", "eval"),
        (layer("Dense", activation={"class_name": "__lambda__"}), "foreign-code", "__lambda__"),
        (wrapped(150), "config-size", ""),
    ],
)
def test_what_is_no_plain_model_is_refused(hostile: dict[str, Any], why: str, named: str) -> None:
    """Code, files and nesting are found at any depth, and named."""
    failure = check_config(described(layer("Dense", units=3), hostile), "m.h5")

    assert failure is not None
    assert (failure.reason, failure.why) == ("refused", (why,))
    assert failure.values["layer"] == Name(text=named)


def test_twenty_thousand_layers_are_refused() -> None:
    """No lab asks for so many, and building them takes minutes."""
    failure = check_config(described(*[layer("Dense", units=1)] * 20_000), "m.h5")

    assert failure is not None
    assert failure.why == ("config-size",)


@pytest.mark.parametrize(
    "model",
    [
        classifier(),
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, keras.activations.gelu)]),
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, kernel_regularizer="l2")]),
        keras.Sequential([keras.Input((1,)), keras.layers.IntegerLookup(vocabulary=[1, 2])]),
    ],
)
def test_ordinary_models_pass(model: keras.Model) -> None:
    """Activations by name, regularizers and vocabularies inside the model are allowed."""
    described = {"class_name": "Sequential", "config": model.get_config()}

    assert check_config(described, "m.h5") is None


def test_values_that_are_no_config_pass() -> None:
    """Numbers, strings and empty values are harmless here; opening reports later that they are no model."""
    for config in (None, 3, "x", [], {}, {"class_name": 7}, {"class_name": []}):
        assert check_config(config, "m.h5") is None
