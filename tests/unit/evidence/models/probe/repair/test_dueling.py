"""Dueling heads written as Lambda layers: which are recognised, by nothing but their place and the names they hold."""

from __future__ import annotations

import base64
import copy
import marshal
from typing import Any

import pytest

from grader.evidence.models.probe.repair.dueling import without_dueling_lambdas

K: Any = None


def code_of(function: Any) -> str:
    """The code of a function as Keras 2 saves it."""
    return base64.b64encode(marshal.dumps(function.__code__)).decode()


def value() -> str:
    return code_of(lambda s: K.expand_dims(s[:, 0], -1))


def less_mean() -> str:
    return code_of(lambda a: a[:, :] - K.mean(a[:, :], keepdims=True))


def less_max() -> str:
    return code_of(lambda a: a - K.max(a, axis=1, keepdims=True))


def in_one() -> str:
    return code_of(
        lambda a: K.expand_dims(a[:, 0], -1) + a[:, 1:] - K.mean(a[:, 1:], axis=1, keepdims=True)
    )


def layer(name: str, kind: str, *sources: str, **config: Any) -> dict[str, Any]:
    nodes = [[[source, 0, 0, {}] for source in sources]] if sources else []
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name, **config},
        "inbound_nodes": nodes,
    }


def head(code: str, units: int = 2, keras_3: bool = False, **config: Any) -> dict[str, Any]:
    function: Any = [code, None, None]
    if keras_3:
        function = {"class_name": "__lambda__", "config": {"code": code}}
    layers = [
        layer("state", "InputLayer"),
        layer("dense", "Dense", "state", units=units),
        layer("head", "Lambda", "dense", function=function, **config),
    ]
    return {"class_name": "Functional", "config": {"layers": layers}}


def replaced(config: dict[str, Any]) -> dict[str, Any] | None:
    """The settings of the layer in place of the Lambda; None where it is left."""
    before = copy.deepcopy(config)
    found = without_dueling_lambdas(config)["config"]["layers"][-1]
    assert config == before
    return found["config"] if found["class_name"] == "DuelingHead" else None


@pytest.mark.parametrize("keras_3", [False, True], ids=["Keras 2", "Keras 3"])
@pytest.mark.parametrize(
    ("code", "units", "settings"),
    [
        (value(), 1, {"part": "value"}),
        (less_mean(), 2, {"part": "advantages", "less": "mean"}),
        (less_max(), 2, {"part": "advantages", "less": "max"}),
        (in_one(), 3, {"part": "both", "less": "mean"}),
    ],
)
def test_heads_are_recognised(
    code: str, units: int, settings: dict[str, str], keras_3: bool
) -> None:
    """By the units of the layer before and the names in the code, whichever Keras saved it."""
    found = replaced(head(code, units, keras_3))

    assert found == {"name": "head", "trainable": True, **settings}


def test_a_head_in_a_sequential_model_is_recognised() -> None:
    """There the layer before is the one it takes."""
    layers = [
        layer("dense", "Dense", units=3),
        layer("head", "Lambda", function=[in_one(), None, None]),
    ]

    assert replaced({"class_name": "Sequential", "config": {"layers": layers}}) is not None


@pytest.mark.parametrize(
    ("code", "units"),
    [
        (code_of(lambda x: __import__("os").system("id")), 2),
        (code_of(lambda x: K.sin(x) - K.mean(x)), 2),
        (code_of(lambda x: x * 2), 2),
        (less_mean(), 1),
        (code_of(lambda a: K.mean(a) + K.max(a)), 2),
        ("no base 64!", 2),
        (base64.b64encode(b"x" * 5000).decode(), 2),
        ("", 2),
    ],
)
def test_anything_else_is_left_to_be_refused(code: str, units: int) -> None:
    """Other names, no names, two reductions, the wrong place, and what is no code."""
    assert replaced(head(code, units)) is None


def test_a_function_with_arguments_is_left() -> None:
    """What they do is not known."""
    assert replaced(head(less_mean(), arguments={"axis": 0})) is None


def test_what_is_nested_too_deeply_is_left_as_it_is() -> None:
    """Whoever checks the config refuses it."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    assert without_dueling_lambdas(deep) is deep
