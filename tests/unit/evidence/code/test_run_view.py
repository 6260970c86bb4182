"""A run of code as pages show it."""

from __future__ import annotations

import pytest

from grader.evidence.code.run_record import (
    AxesDrawn,
    CodeRun,
    FigureDrawn,
    RecordedRun,
    StepRun,
    TracedTraining,
)
from grader.evidence.code.view import code_sections
from grader.messages import catalogue
from grader.records.section import Pictures, Table

TRAINING = TracedTraining(where="lab.py:9", parameters=785, loss="mean_squared_error", capped=True)
FIGURES = (
    FigureDrawn(where="lab.py:1"),
    FigureDrawn(
        where="lab.py:12",
        title="History",
        axes=(AxesDrawn(title="Loss"), AxesDrawn(title="History")),
        saved_as="loss.png",
        picture=True,
    ),
)


def sections(pictures: dict[int, bytes] | None = None, **fields: object) -> tuple[object, ...]:
    run = CodeRun(files=("lab.py",), **fields)  # type: ignore[arg-type]
    return code_sections(RecordedRun(run, lambda: pictures or {}))


def test_trainings_that_ran_are_a_table() -> None:
    """Those of a loop are one row."""
    faster = TracedTraining(where="lab.py:9", parameters=785, epochs=3)
    (table,) = sections(trainings=(TRAINING, faster))
    assert isinstance(table, Table)

    translate = catalogue("en").translate
    (row,) = table.rows
    assert translate(table.title) == "What it trained when it was run: 1"
    assert [translate(cell) for cell in (row[0], row[2], row[-1])] == ["lab.py:9", "785", "2"]


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Nobody loses points"), ("fr", "Personne ne perd de points")]
)
def test_how_it_was_run_is_said(language: str, sentence: str) -> None:
    """What was adapted, replaced, missing and asked, and that nobody loses points for old code."""
    (table,) = sections(
        trainings=(TRAINING,),
        shims={"lr=": 3, "np_utils": 1},
        stand_ins=("yelp", "cifar10/train"),
        missing_files=("data.csv",),
        asked=("Size? ",),
        ended=False,
    )
    assert isinstance(table, Table)

    notes = [catalogue(language).translate(note) for note in table.notes]
    assert len(notes) == 7
    for note, name in zip(
        notes[1:], ("lr=", "yelp", "cifar10/train", "data.csv", "Size?", ""), strict=True
    ):
        assert name in note
    assert sentence in notes[1]


def test_steps_that_failed_are_a_table() -> None:
    """With the error, or that they took too long; a program that ends itself has not failed."""
    steps = (
        StepRun(where="lab.py:1"),
        StepRun(where="lab.py:2", status="failed", error="NameError: x", after_cut=True),
        StepRun(where="lab.py:3", status="timed out"),
        StepRun(where="lab.py:4", status="crashed"),
        StepRun(where="lab.py:5", status="ended"),
        StepRun(where="lab.py:6", status="not reached"),
    )
    _, table = sections(steps=steps)
    assert isinstance(table, Table)

    translate = catalogue("en").translate
    assert [tuple(map(translate, row)) for row in table.rows] == [
        ("lab.py:2", "NameError: x (after a loop that was left early)"),
        ("lab.py:3", "took too long"),
        ("lab.py:4", "ended the whole program"),
    ]


def test_figures_are_pictures_with_captions() -> None:
    """Where they were drawn, their titles and the file; a figure without a picture is counted."""
    _, shown = sections({1: b"png", 7: b"of no figure"}, figures=FIGURES)
    assert isinstance(shown, Pictures)

    translate = catalogue("en").translate
    (picture,) = shown.pictures
    assert translate(shown.title) == "Figures of the run: 2"
    assert (picture.png, translate(picture.caption)) == (
        b"png",
        "lab.py:12 · History, Loss · loss.png",
    )


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "this is a part"), ("fr", "ceci en est une partie")]
)
def test_what_was_left_out_is_said(language: str, sentence: str) -> None:
    """Whoever reads the page knows that there was more."""
    (table,) = sections(trainings=(TRAINING,), left_out={"cells": 12})
    assert isinstance(table, Table)

    assert sentence in " ".join(map(catalogue(language).translate, table.notes))
