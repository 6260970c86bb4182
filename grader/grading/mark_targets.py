"""Whom and what a mark by hand is for: students, checks and points as people write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from grader.errors import MarkError, UnknownNameError
from grader.people.likeness import most_alike
from grader.people.matching import pair_people
from grader.people.names import all_known
from grader.records.lab import Check, Exercise, Lab
from grader.records.points import points_text
from grader.records.result import GradeReport
from grader.records.submission import Identity

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class MarkTargets:
    """The students of a run and the checks of its lab."""

    lab: Lab
    reports: Sequence[GradeReport]
    _found: dict[str, GradeReport] = field(default_factory=dict)

    def student(self, text: str) -> GradeReport:
        """The result of a student by id, e-mail address or name, as people read names.

        Raises:
            MarkError: There is none, or several fit.
        """
        if text not in self._found:
            exact = [report for report in self.reports if report.student.id == text]
            self._found[text] = exact[0] if exact else self._called(text)
        return self._found[text]

    def _called(self, text: str) -> GradeReport:
        if not text:
            raise MarkError("no student is named", hint="give an id or a name of the class page")
        asked = Identity(ids=(text,), names=(text,))
        pairs = pair_people([asked], self._people)
        if 0 in pairs.found:
            return self.reports[pairs.found[0]]
        if 0 in pairs.doubts:
            raise MarkError(
                f"'{text}' may be {' or '.join(map(self._described, pairs.doubts[0]))}",
                hint="give the id",
            )
        alike = most_alike({0: asked}, dict(enumerate(self._people)))[0]
        raise MarkError(
            f"the class has nobody called '{text}'",
            hint=f"did you mean {' or '.join(map(self._described, alike))}?"
            if alike
            else "the class page and grades.csv list ids and names",
        )

    @cached_property
    def _people(self) -> list[Identity]:
        return [all_known(report.student, report.identity) for report in self.reports]

    def _described(self, place: int) -> str:
        student = self.reports[place].student
        named = student.name and student.name != student.id
        return f"{student.id} ({student.name})" if named else student.id

    def check(self, text: str) -> tuple[Exercise, Check]:
        """A check by ``exercise/check``, or by its own id where no other exercise has one called so.

        Raises:
            UnknownNameError: There is none.
            MarkError: Several exercises have one.
        """
        pairs = self._checks
        if text in pairs:
            return pairs[text]
        fitting = [key for key, (_, check) in pairs.items() if check.id == text]
        if len(fitting) > 1:
            raise MarkError(
                f"several exercises have a check '{text}'", hint=f"say which: {', '.join(fitting)}"
            )
        if not fitting:
            raise self._no_check(text)
        return pairs[fitting[0]]

    def _no_check(self, text: str) -> UnknownNameError:
        """The error that suggests checks; to one without its exercise, those whose own id is like it."""
        ids = {check.id for _, check in self._checks.values()}
        alike = [] if "/" in text else difflib.get_close_matches(text.lower(), ids, n=2)
        likely = [key for key, (_, check) in self._checks.items() if check.id in alike]
        error = UnknownNameError("check", text, self._checks)
        if likely:
            error.hint = "did you mean " + " or ".join(f"'{key}'" for key in likely) + "?"
        return error

    @cached_property
    def _checks(self) -> dict[str, tuple[Exercise, Check]]:
        return {
            f"{exercise.id}/{check.id}": (exercise, check)
            for exercise in self.lab.exercises
            for check in exercise.checks
        }


def read_points(text: str, name: str, check: Check) -> float:
    """Points as people write them, with a point or a comma.

    Args:
        text: As written.
        name: Of the check, for messages.
        check: Which they are for.

    Raises:
        MarkError: They are no number between 0 and the check's points.
    """
    full = points_text(check.points)
    if not text:
        raise MarkError(f"no points for {name}", hint=f"give 0 to {full}")
    if _NUMBER.fullmatch(text) is None:
        raise MarkError(f"'{text}' is no number of points", hint=f"{name} takes 0 to {full}")
    points = float(text.replace(",", "."))
    if not 0 <= points <= check.points:
        raise MarkError(
            f"{points_text(points)} points are not between 0 and {full}",
            hint=f"{full} is the maximum of {name}",
        )
    return points
