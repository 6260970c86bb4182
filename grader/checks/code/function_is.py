"""`FunctionIs`: the code defines a function with the values of a formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.answers.answer_is import RequiredAnswer
from grader.checks.answers.given import answers_needs, given_answers
from grader.checks.base import CheckContext, CheckKind
from grader.evidence.answers.formulas import read_formula, variables_of
from grader.evidence.answers.formulas.values import value_of
from grader.evidence.code.function_record import FunctionValues, FunctionValuesNeed
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Listing, Name, Value, message
from grader.records.question import Question
from grader.records.result import CheckResult

#: Functions that are listed in feedback.
_MOST_LISTED = 6


@dataclass(frozen=True)
class _Difference:
    """Where a function first has another value than the formula."""

    function: FunctionValues
    x: float
    found: float | None
    errors: float
    """How many of the points differ, as a share."""


class FunctionIs(CheckKind, tag="function-is", frozen=True, kw_only=True):
    """A function of the code has the values of a formula at some points, whatever it is called.

    Its first artefact is code. Where no function of a fitting name has the values, the one that comes nearest is
    reported with the first point where it differs; students do not read the formula. Where there is no such function,
    an answer to one of `answers` in the other artefacts counts. Functions that were not evaluated are left to a person.
    """

    formula: str
    """Of one variable: ``1.7159 tanh(2x/3) + 0.01x``."""
    at: tuple[float, ...]
    """The points at which values are compared."""
    called: tuple[str, ...]
    """Words, one of which the name of such a function has, in lower case: ``("lecun",)``."""
    also_called: tuple[str, ...] = ()
    """Words, one of which its name has besides; of a derivative ``("d_", "deriv", "grad", "prime")``."""
    not_called: tuple[str, ...] = ()
    """Words that its name does not have."""
    tolerance: float = 1e-4
    """By how much values may differ, as a share of them, of small ones by themselves. Not below 1e-5, since code may
    calculate in single precision."""
    answers: tuple[RequiredAnswer, ...] = ()

    def __post_init__(self) -> None:
        FunctionValuesNeed(artefact="code", points=self.at)  # which refuses wrong points
        if self.tolerance < 1e-5:
            raise ValueError("a tolerance below 1e-5 fails code in single precision")
        formula = read_formula(self.formula)
        if formula is None or len(variables_of(formula.readings[0])) != 1:
            raise ValueError(f"'{self.formula}' is no formula of one variable")
        if any(map(math.isnan, self._expected())):
            raise ValueError(f"'{self.formula}' has no value at one of the points")

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The values of the functions, and the answers that may stand for one."""
        artefact, *others = exercise.artefacts_of(self)
        values = FunctionValuesNeed(artefact=artefact, points=self.at)
        return (values, *(answers_needs(others) if self.answers else ()))

    def questions(self, exercise: Exercise) -> tuple[Question, ...]:
        """What may be answered in place of a function."""
        return tuple(
            Question(
                exercise=item.exercise or exercise.id,
                name=item.names[0],
                form=item.expected.form,
                text=item.text,
            )
            for item in self.answers
        )

    def judge(self, context: CheckContext) -> CheckResult:
        """Compare all functions with the formula, and name the nearest where none has its values."""
        artefact, *others = context.exercise.artefacts_of(self)
        seen = context.evidence.get(FunctionValuesNeed(artefact=artefact, points=self.at))
        functions = () if isinstance(seen, Failure) else seen.functions
        differences = []
        for function in functions:
            difference = self._difference(function)
            if function.values and difference is None:
                return self.share_result(1.0, message("function-is.right", **_named(function)))
            if difference is not None and self._is_named(function.name):
                differences.append(difference)
        unknown = [item for item in functions if not item.values and self._is_named(item.name)]
        if unknown:
            return self._judge_not_evaluated(unknown)
        if differences:
            return self._judge_different(min(differences, key=lambda item: item.errors))
        answered = self._judge_answers(context, others)
        if answered is not None:
            return answered
        if isinstance(seen, Failure):
            return self.judge_failure(seen)
        return self._judge_absent(functions)

    def _expected(self) -> list[float]:
        formula = read_formula(self.formula)
        if formula is None:  # which `__post_init__` refuses
            raise ValueError(self.formula)
        node = formula.readings[0]
        (variable,) = variables_of(node)
        return [value_of(node, {variable: (float(point),)})[0] for point in self.at]

    def _is_named(self, name: str) -> bool:
        lowered = name.casefold().replace("_", "")
        also = not self.also_called or any(_has(name, word) for word in self.also_called)
        fits = any(word.casefold().replace("_", "") in lowered for word in self.called)
        return fits and also and not any(_has(name, word) for word in self.not_called)

    def _difference(self, function: FunctionValues) -> _Difference | None:
        """The first point where a function differs; None where it does not, or was not evaluated."""
        wrong = [
            (point, value)
            for point, value, wanted in zip(
                self.at, function.values, self._expected(), strict=False
            )
            if value is None or abs(value - wanted) > self.tolerance * max(1.0, abs(wanted))
        ]
        if not wrong:
            return None
        return _Difference(function, *wrong[0], errors=len(wrong) / len(self.at))

    def _judge_not_evaluated(self, functions: Sequence[FunctionValues]) -> CheckResult:
        return self.result(
            "pending",
            None,
            *(message("function-is.not-evaluated", **_named(item)) for item in functions),
            flags=("needs-review",),
        )

    def _judge_different(self, nearest: _Difference) -> CheckResult:
        place = self.at.index(nearest.x)
        values: dict[str, Value] = {
            **_named(nearest.function),
            "x": _number(nearest.x),
            "wanted": _number(self._expected()[place]),
        }
        if nearest.found is None:
            said = message("function-is.no-value", **values)
        else:
            said = message("function-is.differs", found=_number(nearest.found), **values)
        return self.share_result(
            0.0, said, advice=(message("function-is.advice"),), detail=self.formula
        )

    def _judge_answers(self, context: CheckContext, artefacts: list[str]) -> CheckResult | None:
        """Full marks where one of the questions is answered rightly."""
        given = given_answers(context.evidence, artefacts) if self.answers and artefacts else None
        for required, question in zip(self.answers, self.questions(context.exercise), strict=True):
            answer = given.find(question.exercise, *required.names) if given else None
            if answer is not None and required.expected.verdict(answer) == "right":
                where, name = Name(text=answer.where), Name(text=question.name)
                said = message("function-is.answered", question=name, where=where)
                return self.share_result(1.0, said, flags=("not-in-code",))
        return None

    def _judge_absent(self, functions: Sequence[FunctionValues]) -> CheckResult:
        names = tuple(Code(text=item.name) for item in functions[:_MOST_LISTED])
        found = (message("function-is.others", functions=Listing(items=names)),) if names else ()
        return self.share_result(
            0.0,
            message("function-is.none"),
            *found,
            advice=(message("function-is.advice"),),
            detail=self.formula,
        )


def _has(name: str, word: str) -> bool:
    """Whether a name has a word: one that ends in ``_`` at its start, any other anywhere."""
    lowered = name.casefold()
    return lowered.startswith(word.rstrip("_")) if word.endswith("_") else word in lowered


def _number(value: float) -> Code:
    """A value with the digits in which it may differ from another."""
    return Code(text=f"{value:.6g}")


def _named(function: FunctionValues) -> dict[str, Value]:
    return {"name": Code(text=function.name), "where": Name(text=function.where)}
