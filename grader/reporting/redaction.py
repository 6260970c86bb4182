"""What a student may see of a result."""

from __future__ import annotations

import msgspec

from grader.messages import catalogue
from grader.records.result import CheckResult, Fact, Flag, GradeReport, Interval
from grader.scoring import round_points

#: Flags that speak to the staff only.
_STAFF_FLAGS = frozenset({"needs-review", "class-of-one", "received-from-file-time", "looks-alike"})

#: Flags of a whole report that students may see.
_REPORT_FLAGS: frozenset[Flag] = frozenset({"ambiguous-file", "bad-declaration"})


def for_student(report: GradeReport) -> GradeReport:
    """The report without staff detail and hidden checks, with the figures of secret datasets rounded.

    Where a check keeps figures back, so does the interval of the points: both its ends are the points.
    """
    exercises = tuple(
        msgspec.structs.replace(
            exercise,
            checks=tuple(
                _redact(check, report.language)
                for check in exercise.checks
                if check.visibility != "hidden"
            ),
        )
        for exercise in report.exercises
    )
    interval = report.points_interval
    if any(_keeps_back(check) for check in report.checks):
        interval = Interval(low=report.points, high=report.points)
    shown = {flag for exercise in exercises for check in exercise.checks for flag in check.flags}
    return msgspec.structs.replace(
        report,
        exercises=exercises,
        points_interval=interval,
        flags=tuple(flag for flag in report.flags if flag in shown or flag in _REPORT_FLAGS),
    )


def without_suspicion(report: GradeReport) -> GradeReport:
    """The report without the flag that its network looks like another's, which stays in the run folder."""
    return msgspec.structs.replace(
        report, flags=tuple(flag for flag in report.flags if flag != "looks-alike")
    )


def _keeps_back(check: CheckResult) -> bool:
    return check.visibility != "visible" or any(fact.secret for fact in check.facts)


def _redact(check: CheckResult, language: str) -> CheckResult:
    secret = any(fact.secret for fact in check.facts)
    shown = msgspec.structs.replace(
        check,
        detail="",
        score=round_points(check.score) if secret and check.score is not None else check.score,
        facts=tuple(_round(fact) for fact in check.facts),
        score_interval=None if secret else check.score_interval,
        figure=None if secret else check.figure,
        standing=tuple(round(value, 2) for value in check.standing) if secret else check.standing,
        flags=tuple(flag for flag in check.flags if flag not in _STAFF_FLAGS),
    )
    if check.visibility == "visible":
        return shown
    return msgspec.structs.replace(
        shown,
        feedback=catalogue(language)("hidden.feedback"),
        facts=(),
        figure=None,
        standing=(),
        flags=(),
        score_interval=None,
    )


def _round(fact: Fact) -> Fact:
    if not fact.secret or not isinstance(fact.value, float):
        return fact
    return msgspec.structs.replace(fact, value=round(fact.value, 2), interval=None)
