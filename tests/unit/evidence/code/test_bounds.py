"""Bounds of what is recorded while code runs."""

from __future__ import annotations

import msgspec
import pytest

from grader.evidence.code.bounds import bounded, bounded_run, fitted, with_left_out
from grader.evidence.code.record import LayerRead
from grader.evidence.code.run_record import (
    AxesDrawn,
    CallbackUsed,
    CodeRun,
    FigureDrawn,
    GradientsComputed,
    LineDrawn,
    StepRun,
    TracedEvaluation,
    TracedTraining,
)


def run(**fields: object) -> CodeRun:
    return CodeRun(files=("lab.py",), **fields)  # type: ignore[arg-type]


def size(record: object) -> int:
    return len(msgspec.json.encode(record))


def test_what_honest_code_leaves_stays_as_it_is() -> None:
    """Nothing is cut off of a usual run."""
    line = LineDrawn(label="loss", points=3, x=(1.0, 2.0, None), y=(0.5, 0.25, 0.125))
    usual = run(
        trainings=(TracedTraining(where="lab.py:1", layers=(LayerRead(class_name="Dense"),)),),
        figures=(FigureDrawn(where="lab.py:2", axes=(AxesDrawn(lines=(line,)),)),),
        steps=(StepRun(where="lab.py:1", printed="Größe: 3\n"),),
        shims={"lr=": 3},
        configs=('{"class_name": "Sequential"}', ""),
    )

    assert bounded_run(usual) == usual
    assert fitted(usual, 1 << 20) == usual


def test_lists_are_cut_and_what_is_missing_is_counted() -> None:
    """Of each kind so many are kept, nested ones too."""
    many = run(
        trainings=(TracedTraining(where="a", metrics=("m",) * 300),) * 600,
        asked=("?",) * 250,
        shims={f"name {number}": number for number in range(250)},
        left_out={"trainings": 5},
    )

    found = bounded_run(many)

    assert (len(found.trainings), len(found.asked), len(found.shims)) == (500, 100, 200)
    assert {len(training.metrics) for training in found.trainings} == {200}
    assert found.left_out["trainings"] == 105
    assert found.left_out["asked"] == 150
    assert found.left_out["shims"] == 50


def test_layers_of_all_trainings_are_bounded_together() -> None:
    """A page and what is compared with the code stay small, whatever is said."""
    large = TracedTraining(where="a", layers=(LayerRead(class_name="Dense"),) * 2_000)

    computed = GradientsComputed(where="a", layers=large.layers)

    found = bounded_run(run(trainings=(large,) * 20, gradients=(computed,) * 10))

    assert sum(len(training.layers) for training in found.trainings) == 40_000
    assert sum(len(gradients.layers) for gradients in found.gradients) == 10_000
    assert found.left_out == {"layers": 10_000}


@pytest.mark.parametrize("text", ["\ud800", "ok \udfff ok"])
def test_texts_can_be_written_to_files(text: str) -> None:
    """Halves of surrogate pairs are replaced."""
    found = bounded(StepRun(where=text, printed=text, error=text))

    assert "?" in found.where
    assert msgspec.json.decode(msgspec.json.encode(found), type=StepRun) == found


def test_texts_are_cut() -> None:
    """Of what was printed the end is kept, of others the beginning; half a description of a model is worth nothing."""
    found = bounded(StepRun(where="w" * 900, printed="a" * 9_000 + "end", traceback="t" * 9_000))
    config = bounded_run(run(configs=("{" * 500_000, "{}"))).configs

    assert found.where == "w" * 300
    assert (len(found.printed), found.printed[-3:]) == (4_000, "end")
    assert len(found.traceback) == 4_000
    assert config == ("", "{}")


def test_numbers_are_finite_and_not_enormous() -> None:
    """No reader of JSON takes them for something else."""
    training = bounded(TracedTraining(where="a", epochs=10**30, learning_rate=float("inf")))
    values = {"loss": float("nan"), "l" * 900: 0.5}
    evaluation = bounded(
        TracedEvaluation(where="a", method="evaluate", model=-(10**30), values=values)
    )

    assert (training.epochs, training.learning_rate) == (2**53 - 1, None)
    assert evaluation.values == {"loss": None, "l" * 300: 0.5}
    assert evaluation.model == 1 - 2**53


def test_a_large_run_is_made_to_fit() -> None:
    """Points go first, then descriptions of models, and layers; that there were trainings stays to the last."""
    numbers = tuple(number / 7 for number in range(400))
    axes = AxesDrawn(lines=(LineDrawn(label="loss", x=numbers, y=numbers),) * 5)
    layer = LayerRead(class_name="Dense", output_shape=(100,), parameters=1_000)
    training = TracedTraining(
        where="a", layers=(layer,) * 40, callbacks=(CallbackUsed(name="EarlyStopping"),)
    )
    large = run(
        figures=(FigureDrawn(where="a", axes=(axes,)),) * 200,
        trainings=(training,) * 500,
        configs=("x" * 200_000,),
    )
    assert size(large) > 8 << 20

    thinned, bare = fitted(large, 4 << 20), fitted(large, 1_000)

    assert size(thinned) <= 4 << 20
    assert thinned.trainings == large.trainings
    assert {len(item.axes[0].lines[0].y) for item in thinned.figures} == {50}
    assert thinned.left_out == {"points": 200 * 5 * 350}
    assert size(bare) <= 1_000
    assert bare.left_out["trainings"] == 500


def test_what_was_left_out_adds_up() -> None:
    """None of nothing is no entry."""
    assert with_left_out(run(left_out={"files": 1}), {"files": 2, "cells": 0}).left_out == {
        "files": 3
    }
