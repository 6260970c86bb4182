"""What each audience may see of a result: the one place where figures are rounded and details dropped.

A result holds typed values, never sentences, so a check cannot show an exact figure by forgetting to round it: in a
check that looks at a secret dataset, every share, number, count and text is rounded here. Only what a check marks as a
setting of the lab, such as a threshold, stays exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from grader.records.evidence import Failure
from grader.records.message import (
    Code,
    Count,
    Listing,
    Message,
    Name,
    Number,
    Points,
    Share,
    Value,
    message,
)
from grader.records.result import CheckResult, ExerciseResult, GradeReport, ShownEvidence
from grader.records.section import Column, Fact, Facts, Interval, Section, Table
from grader.records.submission import Identity

#: Flags for staff only.
_STAFF_FLAGS = frozenset(
    {
        "needs-review",
        "class-of-one",
        "received-from-file-time",
        "similar",
        "not-matched",
        "changed-since-marked",
    }
)

#: Flags of a whole report that students may see.
_REPORT_FLAGS = frozenset({"ambiguous-file", "bad-declaration", "marked-late"})

#: Decimals in code: ``0.8876``, ``88.76``, ``8.876e-01``; neither versions nor shapes.
_DECIMAL = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:\d*\.\d+(?:[eE][-+]?\d+)?|0,\d{2,}|\d+,\d+(?=\s?%))(?!\d|[.,]\d)"
)

#: Decimals in prose, where a comma between two numbers is a decimal sign as well.
_PROSE_DECIMAL = re.compile(r"(?<!\d)(?<!\d[.,])\d*[.,]\d+(?:[eE][-+]?\d+)?(?!\d|[.,]\d)")

ValueT = TypeVar("ValueT", bound=Value)


def for_student(report: GradeReport) -> GradeReport:
    """The report without staff details and hidden checks, figures of secret datasets rounded.

    Where a check keeps figures back, so does the interval of the points: both its ends are the points.
    """
    return _redact(report, lambda check: check.visibility != "hidden")


def for_platform(report: GradeReport) -> GradeReport:
    """As for a student, hidden checks included: for platforms that hide them from students themselves."""
    return _redact(report, lambda check: True)


def without_similarity(report: GradeReport) -> GradeReport:
    """The report without the flag that the submission is similar to another's, which stays in the run folder."""
    return msgspec.structs.replace(
        report, flags=tuple(flag for flag in report.flags if flag != "similar")
    )


def _redact(report: GradeReport, shows: Callable[[CheckResult], bool]) -> GradeReport:
    secret = report.provenance.secret_datasets
    exercises = tuple(_redact_exercise(item, secret, shows) for item in report.exercises)
    interval = report.points_interval
    if any(check.visibility != "visible" or _is_secret(check, secret) for check in report.checks):
        interval = Interval(low=report.points, high=report.points)
    shown = {flag for exercise in exercises for check in exercise.checks for flag in check.flags}
    return msgspec.structs.replace(
        report,
        identity=Identity(),
        exercises=exercises,
        points_interval=interval,
        flags=tuple(flag for flag in report.flags if flag in shown or flag in _REPORT_FLAGS),
    )


def _redact_exercise(
    exercise: ExerciseResult, secret: frozenset[str], shows: Callable[[CheckResult], bool]
) -> ExerciseResult:
    return msgspec.structs.replace(
        exercise,
        evidence=tuple(
            _redact_evidence(item, secret)
            for item in exercise.evidence
            if item.visibility == "visible"
        ),
        checks=tuple(_redact_check(check, secret) for check in exercise.checks if shows(check)),
    )


def _redact_evidence(shown: ShownEvidence, secret: frozenset[str]) -> ShownEvidence:
    if secret.isdisjoint(shown.datasets):
        return shown
    sections = tuple(map(_rounded_section, shown.sections))
    return msgspec.structs.replace(shown, sections=sections)


def _is_secret(check: CheckResult, secret: frozenset[str]) -> bool:
    return any(name in secret for name in check.datasets)


def _redact_check(check: CheckResult, secret: frozenset[str]) -> CheckResult:
    shown = msgspec.structs.replace(
        check,
        detail="",
        review=None,
        failure=_without_detail(check.failure),
        flags=tuple(flag for flag in check.flags if flag not in _STAFF_FLAGS),
    )
    if _is_secret(check, secret):
        shown = _round_figures(shown)
    return shown if check.visibility == "visible" else _outcome_only(shown)


def _without_detail(failure: Failure | None) -> Failure | None:
    return None if failure is None else msgspec.structs.replace(failure, detail="")


def _outcome_only(check: CheckResult) -> CheckResult:
    """A check whose outcome is shown without figures."""
    return msgspec.structs.replace(
        check,
        feedback=(message("hidden.feedback"),),
        failure=None,
        advice=(),
        hint="",
        facts=(),
        figures=(),
        class_scores=(),
        flags=(),
        score_interval=None,
        provisional_score=None,
    )


def _round_figures(check: CheckResult) -> CheckResult:
    """A check on a secret dataset: no interval, no confusion matrix, nothing finer than a percent."""
    return msgspec.structs.replace(
        check,
        score_interval=None,
        provisional_score=None,
        feedback=tuple(map(rounded, check.feedback)),
        advice=tuple(map(rounded, check.advice)),
        failure=_rounded_failure(check.failure),
        facts=tuple(map(_rounded_fact, check.facts)),
        figures=(),
        class_scores=tuple(map(_coarse, check.class_scores)),
        flags=tuple(map(_rounded_text, check.flags)),
    )


def _rounded_failure(failure: Failure | None) -> Failure | None:
    """Counts stay: they are of the file, such as its bytes or lines, since nothing could be measured."""
    if failure is None:
        return None
    values = {
        name: value if isinstance(value, Count) else rounded(value)
        for name, value in failure.values.items()
    }
    return msgspec.structs.replace(failure, reason=_rounded_text(failure.reason), values=values)


def _rounded_section(section: Section) -> Section:
    """A section about a secret dataset: figures rounded, and nothing that is drawn from them."""
    match section:
        case Facts(title=title, facts=facts):
            return Facts(title=rounded(title), facts=tuple(map(_rounded_fact, facts)))
        case Table():
            return Table(
                title=rounded(section.title),
                columns=tuple(map(_rounded_column, section.columns)),
                rows=tuple(tuple(map(rounded, row)) for row in section.rows),
                notes=tuple(map(rounded, section.notes)),
            )
        case _:
            return Facts(title=message("hidden.figures"), facts=())


def _rounded_column(column: Column) -> Column:
    return msgspec.structs.replace(column, title=rounded(column.title))


def _rounded_fact(fact: Fact) -> Fact:
    """What was needed is a setting of the lab; what the reference solution reaches was measured."""
    return msgspec.structs.replace(
        fact,
        label=rounded(fact.label),
        value=rounded(fact.value),
        interval=None,
        reference=None if fact.reference is None else _coarse(fact.reference),
    )


def rounded(value: ValueT) -> ValueT:
    """A value without anything finer than a percent; settings of the lab stay as they are."""
    changed: Value
    match value:
        case Share(setting=True, dataset="") | Count(setting=True) | Points():
            changed = value
        case Share(value=number):
            changed = msgspec.structs.replace(value, value=round(number, 2))
        case Number(value=number):
            changed = msgspec.structs.replace(value, value=_coarse(number))
        case Count(value=whole):
            changed = msgspec.structs.replace(value, value=int(float(f"{whole:.2g}")))
        case Name(text=text):
            changed = msgspec.structs.replace(value, text=_rounded_text(text))
        case Code(text=text):
            changed = msgspec.structs.replace(value, text=_DECIMAL.sub(_shorter, text))
        case Message(key=key, values=values):
            inner = {name: rounded(item) for name, item in values.items()}
            changed = msgspec.structs.replace(value, key=_rounded_text(key), values=inner)
        case Listing(items=items, separator=separator):
            changed = msgspec.structs.replace(
                value, items=tuple(map(rounded, items)), separator=_rounded_text(separator)
            )
    return changed


def _coarse(number: float) -> float:
    """A number to two decimals, above 1 to two digits."""
    return round(number, 2) if abs(number) <= 1 else float(f"{number:.2g}")


def _rounded_text(text: str) -> str:
    return _PROSE_DECIMAL.sub(_shorter, text)


def _shorter(found: re.Match[str]) -> str:
    """A decimal in a text, rounded; a single digit such as in ``0.001`` says little and stays."""
    text = found.group()
    digits = re.sub(r"\D", "", re.split("[eE]", text)[0]).strip("0")
    number = float(text.replace(",", "."))
    if len(digits) <= 1 or _coarse(number) == number:
        return text
    shorter = f"{_coarse(number):.2f}".rstrip("0").rstrip(".")
    return shorter.replace(".", ",") if "," in text else shorter
