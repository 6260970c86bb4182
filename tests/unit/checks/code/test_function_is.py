"""A function of the code compared with a formula."""

from __future__ import annotations

import math
from typing import Any

from grader.checks import CheckContext, FormulaIs, FunctionIs, RequiredAnswer
from grader.evidence.answers.record import Answer, Answers, AnswersNeed
from grader.evidence.code.function_record import (
    EvaluatedFunctions,
    FunctionValues,
    FunctionValuesNeed,
)
from grader.evidence.need import Need
from grader.records.result import CheckResult
from tests.factories import ARTEFACT, View, exercise, worded

POINTS = (-2.0, 0.5, 1.0)
NEED = FunctionValuesNeed(artefact=ARTEFACT, points=POINTS)
DERIVATIVE = RequiredAnswer(
    names=("lecun derivative",),
    expected=FormulaIs(expressions=("1.1439333 (1 - tanh(2x/3)^2) + 0.01",)),
)


def lecun(x: float) -> float:
    return 1.7159 * math.tanh(2 * x / 3) + 0.01 * x


def function(name: str, *values: float | None, **more: Any) -> FunctionValues:
    return FunctionValues(name=name, where="lab.py:4", values=values, **more)


def judged(*functions: FunctionValues, answer: str = "", **more: Any) -> CheckResult:
    check = FunctionIs(
        id="function",
        title="LeCun",
        points=4,
        formula="1.7159 tanh(2x/3) + 0.01x",
        at=POINTS,
        called=("lecun",),
        not_called=("d_", "deriv", "grad"),
        **more,
    )
    seen: dict[Need[Any], Any] = {NEED: EvaluatedFunctions(points=POINTS, functions=functions)}
    if answer:
        given = Answer(
            exercise="digits",
            name="lecun derivative",
            value=answer,
            where="answers.toml, line 2",
        )
        record = Answers(file="answers.toml", format="toml", answers=(given,))
        seen[AnswersNeed(artefact="answers")] = record
    of = exercise(check, artefacts=(ARTEFACT, "answers") if answer else (ARTEFACT,))
    return check.judge(CheckContext(exercise=of, evidence=View(seen)))


def test_a_function_counts_under_any_name() -> None:
    """Values of single precision are near enough."""
    right = function("my_act", *(lecun(x) + 1e-6 for x in POINTS))

    result = judged(function("relu", 0, 0.5, 1), right)

    assert result.status == "passed"
    assert "my_act" in worded(result)


def test_the_nearest_is_reported_with_the_first_difference() -> None:
    """Where the name fits and the value does not, the point and both values are named."""
    wrong = function("LeCun", lecun(-2), 0.25, lecun(1))

    result = judged(function("lecun_old", 0, 0, 0), wrong)

    assert (result.status, result.score) == ("failed", 0)
    assert "at x = 0.5, LeCun gives 0.25; 0.556684 is right" in worded(result)
    assert "tanh" not in worded(result)
    assert "tanh" in result.detail


def test_a_derivative_is_not_taken_for_the_function() -> None:
    """A name that tells of a derivative is none of the function's."""
    result = judged(function("d_lecun", 0, 0, 0))

    assert result.status == "failed"
    assert "x =" not in worded(result)


def test_a_function_that_was_not_called_is_left_to_a_person() -> None:
    """It may be right."""
    result = judged(function("lecun", other_calls=("print",)))

    assert (result.status, result.flags) == ("pending", ("needs-review",))


def test_an_answer_stands_for_a_function_that_is_not_there() -> None:
    """The formula may be typed instead, which is flagged."""
    right = judged(answer="1.7159*2/3*(1-tanh(2/3*x)^2) + 0.01", answers=(DERIVATIVE,))
    wrong = judged(answer="tanh(x)", answers=(DERIVATIVE,))

    assert (right.status, right.flags) == ("passed", ("not-in-code",))
    assert wrong.status == "failed"
