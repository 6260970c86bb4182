"""Hidden tests of ds-assignment7: answers and figures that are of the code beside them, and not copied or typed in."""

from __future__ import annotations

import re

import pytest

#: From the smallest to the largest factor that the assignment asks for, and a little more.
LOWEST, HIGHEST = 0.9e-6, 1.1e-3


@pytest.mark.points(2)
@pytest.mark.exercise("2a-network")
@pytest.mark.looks_at("code", "report")
def test_parameters_add_up(report, trainings):
    """The number of parameters that is told is the one that the layers of the code add up to."""
    counted = {_parameters(training.layers) for training in trainings} - {None}
    text = " ".join(part.text for part in report.parts)
    told = {int(re.sub(r"\D", "", found)) for found in re.findall(r"\d[\d,.' ]{3,}\d", text)}
    assert counted, "the code trains no model of fully connected layers"
    assert counted & told, f"counted: {sorted(counted)}"


@pytest.mark.points(2)
@pytest.mark.exercise("2c-curves")
@pytest.mark.looks_at("code")
def test_curves_are_of_a_training(figures, trainings):
    """The curves that the code draws over the epochs are histories of its trainings, and not typed in."""
    assert trainings, "the code trains nothing"
    lines = [line for figure in figures for axes in figure.axes for line in axes.lines]
    curves = [line for line in lines if line.points >= 5 and re.search("acc", line.label.lower())]
    typed = [line.label for line in curves if not line.series and not line.errors]
    assert not typed, f"of no training: {typed}"


@pytest.mark.points(3)
@pytest.mark.exercise("2d-regularised")
@pytest.mark.looks_at("code")
def test_factors_that_are_plotted_are_trained(figures, trainings):
    """Each factor on the axis of the study is one that the code trains with."""
    trained = {
        factor
        for training in trainings
        if training.executed
        for regularizer in training.regularizer
        for factor in regularizer.factors
        if factor
    }
    plotted = {
        value
        for figure in figures
        for axes in figure.axes
        for line in axes.lines
        if line.points > 2 and all(x is not None and LOWEST <= x <= HIGHEST for x in line.x)
        for value in line.x
    }
    assert trained, "nothing is trained with a regularization factor"
    strays = [value for value in plotted if not any(_is_near(value, each) for each in trained)]
    assert not strays, f"plotted and not trained: {strays}"


@pytest.mark.points(2)
@pytest.mark.exercise("2d-regularised")
@pytest.mark.looks_at("code", "report")
def test_best_result_is_in_the_saved_outputs(report, code):
    """The best accuracy that is told of the study is one that the notebook's saved outputs have.

    A program has no saved outputs: nothing contradicts its report.
    """
    assert code.trainings, "the code trains nothing"
    outputs = " ".join(
        output.text for book in code.notebooks for cell in book.cells for output in cell.outputs
    )
    saved = [float(found) for found in re.findall(r"0\.9\d{2,}", outputs)]
    text = " ".join(part.text for part in report.parts)
    near = re.findall(r"(?:best|highest|reach\w*|achiev\w*)[^.]{0,60}?(0\.9\d{2,})", text)
    told = {float(found) for found in near} - {0.9847}
    if not saved or not told:
        return
    assert any(abs(value - each) < 6e-5 for value in told for each in saved), f"told: {told}"


def _parameters(layers):
    """Of fully connected layers on images of 28 x 28 pixels; None where there are others."""
    inputs, parameters = 784, 0
    for layer in layers:
        if layer.class_name == "Dense" and layer.units:
            parameters += (inputs + 1) * layer.units
            inputs = layer.units
        elif layer.class_name not in ("Flatten", "Dropout", "InputLayer", "Activation"):
            return None
    return parameters or None


def _is_near(value, other):
    return abs(value - other) <= 1e-3 * max(abs(value), abs(other))
