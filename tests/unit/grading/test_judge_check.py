"""What a check says of itself is taken no further than its judgement goes."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from grader.checks import CheckContext, CheckKind
from grader.evidence.need import Need
from grader.grading.judge_check import judge_check
from grader.records.lab import Exercise
from grader.records.message import Name, Number, Points, Share, message
from grader.records.result import CheckResult
from grader.records.section import Curve, Curves, Fact
from grader.reporting.feedback import student_feedback
from tests.factories import context, report, view


class Odd(CheckKind, tag="odd", frozen=True, kw_only=True):
    """Answers what it is told to."""

    needs_fail: bool = False

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        if self.needs_fail:
            raise LookupError("no idea")
        return ()

    def judge(self, context: CheckContext) -> CheckResult:
        answer = self.result("passed", 1)
        return msgspec.structs.replace(answer, **ANSWER)


ANSWER: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def answer() -> dict[str, Any]:
    ANSWER.clear()
    return ANSWER


def judged(**more: Any) -> CheckResult:
    check = Odd(id="odd", title="Odd", points=10, **more)
    return judge_check(check, context(check, view()), {})


@pytest.mark.parametrize("name", ["score", "provisional_score"])
@pytest.mark.parametrize("score", [math.nan, math.inf, -1, 50])
def test_a_score_lies_between_nothing_and_the_points(name: str, score: float) -> None:
    """Anything else is an error of the check, which earns nothing and loses nothing."""
    ANSWER[name] = score
    result = judged()

    assert (result.status, result.score) == ("error", None)
    assert ("not between 0 and 10" if math.isfinite(score) else "not a number") in result.detail


def test_rounding_is_no_error() -> None:
    """Ten times a third of a third may come out a little above."""
    ANSWER["score"] = 10 + 1e-12

    assert judged().status == "passed"


def test_a_check_that_cannot_name_its_needs_is_an_error() -> None:
    """It is open, and said to be our fault."""
    result = judged(needs_fail=True)

    assert result.status == "error"
    assert result.failure is not None
    assert result.failure.fault == "grader"


@pytest.mark.parametrize("kind", [Share, Points, Number])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_values_can_be_stored(kind: type[Share | Points | Number], value: float) -> None:
    """JSON would turn them into null, and the stored result could not be read."""
    with pytest.raises(ValueError, match="no number that can be shown"):
        kind(value=value)


def test_a_loss_may_become_infinite() -> None:
    """Such points of a curve are left out."""
    label = message("page.result")
    curve = Curve(name=Name(text="loss"), x=(1, 2, 3), y=(0.5, math.inf, math.nan))
    curves = Curves(title=label, x_label=label, y_label=label, curves=(curve,))

    assert curve.y == (0.5, None, None)
    assert msgspec.json.decode(msgspec.json.encode(curves), type=Curves) == curves


@pytest.mark.parametrize("value", [Name(text="abc"), Number(value=7), Share(value=0.5)])
def test_only_shares_are_drawn_on_a_scale(value: Name | Number | Share) -> None:
    """A text has no place on it."""
    ANSWER["facts"] = (Fact(label=message("page.result"), value=value, gauge=True),)
    (check,) = student_feedback(report(checks=(judged(),))).checks

    assert [fact.gauge for fact in check.facts] == [isinstance(value, Share)]
