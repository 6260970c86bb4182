"""Hidden tests of dlcv-lab3: a report of other people's trainings does not fit the code beside it."""

from __future__ import annotations

import re

import pytest

from grader.checks.code.fields import settings
from grader.checks.code.named_values import named_values
from grader.evidence.code.run_record import CodeShown

pytestmark = pytest.mark.exercise("report")


@pytest.mark.points(2)
@pytest.mark.looks_at("programs", "report")
def test_units_of_the_report_are_in_the_code(report, trainings):
    """The numbers of units that the report compares are those of layers that the programs train.

    Commented-out code does not count. A report without such numbers has nothing to contradict, and passes.
    """
    trained = _trained("units_per_layer", trainings) | _trained("outputs", trainings)
    told = {int(units) for units in _told("hidden_units", report)}
    assert trained, "the programs train no layer"
    assert told <= trained, f"not trained: {sorted(told - trained)}"


@pytest.mark.points(2)
@pytest.mark.looks_at("programs", "report")
def test_settings_of_the_report_are_in_the_code(report, trainings):
    """The optimizers and batch sizes that the report compares are those that the programs train with.

    One may have been tried and deleted again; more do not fit.
    """
    assert trainings, "the programs train nothing"
    for field in ("optimizer", "batch_size"):
        missing = set(_told(field, report)) - _trained(field, trainings)
        assert len(missing) <= 1, f"{field}: {missing}"


@pytest.mark.points(2)
@pytest.mark.looks_at("programs", "report")
def test_epochs_of_the_report_are_trained(report, trainings):
    """The programs train for the numbers of epochs that the report tells its losses after."""
    text = "\n".join(part.text for part in report.parts)
    told = {int(epochs) for epochs in re.findall(r"[Aa]fter (\d+) epochs", text)}
    longest = max(_trained("epochs", trainings), default=0)
    assert longest, "the programs train nothing"
    assert all(epochs <= longest for epochs in told), f"told {told}, trained {longest}"


@pytest.mark.points(2)
@pytest.mark.looks_at("programs")
def test_parameters_add_up(trainings):
    """The models of all three methods are trained when the programs run, and each has the parameters of its layers."""
    ran = [training for training in trainings if training.run in ("agrees", "differs", "added")]
    outputs = {training.layers[-1].units for training in ran if training.layers}
    assert {1, 10} <= outputs, f"only models with {outputs} outputs were trained"
    for training in ran:
        inputs, parameters = 784, 0
        for layer in training.layers:
            if layer.class_name == "Dense":
                parameters += (inputs + 1) * layer.units
                inputs = layer.units
            elif layer.class_name not in ("Flatten", "Dropout", "InputLayer", "Activation"):
                break
        else:
            assert training.parameters in (None, parameters), training.where


def _trained(field, trainings):
    code = CodeShown(files=(), trainings=trainings)
    return {value for item in trainings if item.executed for value in settings(field, item, code)}


def _told(field, report):
    return [value for part in report.parts for value in named_values(field, part.text)]
