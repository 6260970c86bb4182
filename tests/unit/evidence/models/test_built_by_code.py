"""Which models of a run are tried on weights, and in which order."""

from __future__ import annotations

import json

import pytest

from grader.evidence.code.run_record import CodeRun, TracedEvaluation, TracedTraining, WeightsFile
from grader.evidence.models.built_by_code import MAX_MODELS, built_models


def config(units: int, name: str = "dense", **more: object) -> str:
    layers = [
        {"class_name": "InputLayer", "config": {"name": "input"}},
        {"class_name": "Dense", "config": {"units": units, "name": name}},
    ]
    whole = {"class_name": "Sequential", "config": {"name": f"s_{name}", "layers": layers}, **more}
    return json.dumps(whole)


def weights(method: str, path: str, model: int, where: str = "lab.py:9") -> WeightsFile:
    return WeightsFile(where=where, method=method, path=path, model=model)  # type: ignore[arg-type]


def units_of(run: CodeRun, name: str = "mnist.weights.h5") -> list[int]:
    return [
        json.loads(model.config)["config"]["layers"][1]["config"]["units"]
        for model in built_models(run, name)
    ]


RUN = CodeRun(files=("lab.py",), configs=(config(1), "", config(3), config(4)))


def test_models_are_tried_in_the_order_of_the_run() -> None:
    """Where no name says which is meant; models without a description are left out."""
    assert units_of(RUN) == [1, 3, 4]


@pytest.mark.parametrize(
    ("files", "order"),
    [
        ([weights("saved", "out/mnist.weights.h5", 3)], [3, 1, 4]),
        ([weights("saved", "MNIST.h5", 4)], [4, 1, 3]),
        ([weights("loaded", "C:\\lab\\mnist.weights.h5", 4)], [4, 1, 3]),
        ([weights("saved", "mnist.h5", 1), weights("saved", "mnist.h5", 4)], [4, 1, 3]),
        ([weights("loaded", "mnist.h5", 3), weights("saved", "mnist.h5", 4)], [4, 3, 1]),
        ([weights("saved", "cifar.weights.h5", 4)], [1, 3, 4]),
    ],
)
def test_the_name_of_the_weights_says_which_model_is_meant(
    files: list[WeightsFile], order: list[int]
) -> None:
    """What was saved last under their name, then what had to do with it, whatever the folder and the suffix."""
    run = CodeRun(files=RUN.files, configs=RUN.configs, weights_files=tuple(files))

    assert units_of(run) == order


def test_models_that_differ_in_names_or_training_alone_are_one() -> None:
    """A sweep over learning rates is one model to weights."""
    configs = (
        config(8, "dense"),
        config(8, "dense_1", compile_config={"optimizer": "sgd"}),
        config(9, "dense_2"),
    )

    assert units_of(CodeRun(files=("lab.py",), configs=configs)) == [8, 9]


@pytest.mark.parametrize("text", ["{", "[" * 200_000, '{"a": NaN'])
def test_what_is_no_description_is_left_out(text: str) -> None:
    """The student's own process said it, so anything may stand there."""
    assert units_of(CodeRun(files=("lab.py",), configs=(text, config(2)))) == [2]


def test_so_many_models_are_tried_and_no_more() -> None:
    """A program may build any number of them."""
    configs = tuple(map(config, range(40)))

    assert units_of(CodeRun(files=("lab.py",), configs=configs)) == list(range(MAX_MODELS))


@pytest.mark.parametrize("text", ["[]", "1", '{"config": 3}', '{"config": {"layers": 7}}'])
def test_layers_are_counted_where_there_are_some(text: str) -> None:
    """Any JSON may come; whether it describes a model is found out where it is opened."""
    (model,) = built_models(CodeRun(files=("lab.py",), configs=(text,)), "w.h5")

    assert model.layers is None


@pytest.mark.parametrize(
    ("where", "built_by"),
    [
        ("lab3.py:62", "lab3.py"),
        ("lab 3.ipynb, cell 9, line 12", "lab 3.ipynb"),
        ("a, cell.py:3", "a, cell.py"),
        ("", "lab.py, other.py"),
    ],
)
def test_a_model_is_that_of_a_file(where: str, built_by: str) -> None:
    """By where it is trained, saved or evaluated; by all files where nothing of that was seen."""
    trained = TracedTraining(where=where, model=1)
    evaluated = TracedEvaluation(where="other.py:1", method="predict", model=2)
    run = CodeRun(
        files=("lab.py", "other.py"),
        trainings=(trained,),
        evaluations=(evaluated,),
        configs=(config(1), config(2)),
    )
    first, second = built_models(run, "w.h5")

    assert (first.built_by, first.layers) == (built_by, 1)
    assert (second.built_by, second.where) == ("other.py", "other.py:1")
