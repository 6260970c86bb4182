"""What is said of weights that fit no model of the code."""

from __future__ import annotations

import pytest

from grader.evidence.code.run_record import CodeRun, StepRun
from grader.evidence.models.built_by_code import BuiltModel
from grader.evidence.models.weights_failures import (
    TriedModel,
    code_not_run,
    no_model_built,
    none_fits,
)
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure, file_failure
from grader.records.message import Name


def tried(where: str, layers: int | None = 3) -> TriedModel:
    failure = file_failure(
        "wrong-weights", "w.h5", "other-shapes", detail="dense",
        layer=Name(text="dense"), expected=Name(text="400 x 10, 10"), found=Name(text="784 x 10, 10"),
    )  # fmt: skip
    return TriedModel(BuiltModel("lab.py", where, "{}", layers), failure)


def text(failure: Failure, language: str = "en") -> str:
    worded = failure_text(failure, catalogue(language))
    return f"{worded.message} {worded.advice}"


def test_the_models_are_named_with_what_does_not_fit() -> None:
    """Where each is built, how many layers it has, and the first layer whose shapes differ."""
    found = text(none_fits("w.h5", [tried("lab.py:3"), tried("lab.py:9", None)]))

    assert "(2): the model of 3 layers of lab.py:3 (dense takes weights of shape 400 x 10" in found
    assert "that of lab.py:9 (dense takes" in found
    assert "those saved have 784 x 10, 10" in found


def test_of_many_models_the_first_are_named() -> None:
    """The message stays readable; the rest is counted."""
    found = text(none_fits("w.h5", [tried(f"lab.py:{line}") for line in range(9)]))

    assert "(9)" in found
    assert "lab.py:2 " in found
    assert "lab.py:3 " not in found


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("failure", "named"),
    [
        (none_fits("w.h5", [TriedModel(tried("a.py:1").model, file_failure("timed-out", "w.h5"))]), "a.py:1"),
        (no_model_built("w.h5", CodeRun(files=("a.py",))), "a.py"),
        (
            no_model_built("w.h5", CodeRun(files=("a.py",), steps=(StepRun(where="a.py:1", error="KeyError: 1"),))),
            "KeyError: 1",
        ),
        (code_not_run("w.h5", ["a.py"], file_failure("timed-out", "a.py")), "a.py"),
    ],
)  # fmt: skip
def test_every_ending_says_what_happened_and_what_to_do(
    failure: Failure, named: str, language: str
) -> None:
    """All of them are about the weights, name the code, and advise to hand in the whole model."""
    found = text(failure, language)

    assert failure.reason == "weights-only"
    assert failure.fault == "submission"
    assert "w.h5" in found
    assert named in found
    assert "model.save(" in found
    assert "{" not in found
