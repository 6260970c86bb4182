"""`HiddenTest`: a pytest function of the course directory, run over stored evidence.

Checks of this kind are not declared by labs; `grader.hidden` makes them of the functions it finds.
"""

from __future__ import annotations

from typing import Any

import msgspec

from grader.checks.base import CheckContext, CheckKind
from grader.evidence import kinds
from grader.evidence.need import Need
from grader.records.evidence import Failure, internal_failure
from grader.records.hidden_test import FixtureUse, PlainNeed
from grader.records.lab import Exercise
from grader.records.message import message
from grader.records.result import CheckResult, Status


class HiddenTest(CheckKind, tag="hidden-test", frozen=True, kw_only=True):
    """A hidden test passes: all of its points, or none.

    How it ended is found out before checks are judged, for the whole class at once.
    """

    test: str
    """As pytest names it: ``test_digits.py::test_secret_digits``."""
    tested: str
    """What students read of it: the first paragraph of its docstring."""
    uses: tuple[FixtureUse, ...] = ()
    digest: str = ""
    """SHA-256 of its file and of the modules beside it."""
    problem: str = ""
    """Why it cannot be run, with file and line; empty where it can."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """What its fixtures are made from."""
        return tuple(dict.fromkeys(read_need(need) for use in self.uses for need in use.needs))

    def judge(self, context: CheckContext) -> CheckResult:
        """Take how the test ended; where what it looks at is missing, it was not run."""
        if self.problem:
            return self.judge_failure(internal_failure(self.problem))
        for need in self.needs(context.exercise):
            found = context.evidence.get(need)
            if isinstance(found, Failure):
                return self.judge_failure(found)
        outcome = context.test_outcome
        if outcome is None:
            return self.judge_failure(internal_failure(f"{self.test} was not run"))
        if outcome.status == "error":
            return self.judge_failure(internal_failure(outcome.detail))
        share = 1.0 if outcome.status == "passed" else 0.0
        feedback = message(f"hidden-test.{outcome.status}")
        return self.result(outcome.status, share, feedback, detail=outcome.detail)

    def result(
        self, status: Status, share: float | None, *feedback: Any, **more: Any
    ) -> CheckResult:
        """As for all checks, with what is tested."""
        return super().result(status, share, *feedback, tested=self.tested, **more)


def plain_need(need: Need[Any]) -> PlainNeed:
    """A need as plain data."""
    return PlainNeed(kind=need.kind, about=need.about, values=msgspec.to_builtins(need))


def read_need(plain: PlainNeed) -> Need[Any]:
    """The need that `plain_need` made plain.

    Raises:
        LookupError: No kind of evidence here defines it.
    """
    kind = kinds().get(plain.kind)
    for need_type in kind.needs if kind else ():
        if need_type.about == plain.about:
            need: Need[Any] = msgspec.convert(plain.values, need_type)
            return need
    raise LookupError(f"no kind of evidence defines the need {plain.kind} {plain.about}".rstrip())
