"""Judge people who may have handed in several times: which of their attempts counts, and what the others came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from grader.evidence.view import StoredEvidence
from grader.grading.judge import AllClassScores, GradingContext, class_scores, judge
from grader.records.points import late_points, sum_points
from grader.records.result import GradeReport, OtherAttempt
from grader.records.section import Interval

#: A class whose best attempts decide about each other's marks seldom takes more than two.
_MAX_ROUNDS = 10


@dataclass(frozen=True)
class Person:
    """Somebody's attempts that can count, in the order they came, at least one."""

    attempts: tuple[StoredEvidence, ...]
    names: tuple[str, ...]
    """Of all attempts, in the order they came."""


@dataclass(frozen=True)
class JudgedPerson:
    """What somebody earned, and the attempt they earned it with."""

    report: GradeReport
    evidence: StoredEvidence


def judge_people(context: GradingContext, people: Sequence[Person]) -> list[JudgedPerson]:
    """Judge a class person by person; of several attempts the one with most points counts, of equals the last.

    What others reach is looked at by relative marks, and only attempts that count are the class. Which these are may in
    turn depend on the relative marks: at first all attempts are the class, then those that counted so, and so on.
    """
    everything = [attempt for person in people for attempt in person.attempts]
    scores = class_scores(context, everything)
    chosen = [_best_of(context, person, scores) for person in people]
    for _ in range(_MAX_ROUNDS if len(everything) > len(people) else 0):
        counted = [person.attempts[place] for person, place in zip(people, chosen, strict=True)]
        before, scores = scores, class_scores(context, counted)
        if scores == before:
            break
        chosen = [_best_of(context, person, scores) for person in people]
    return [
        _judged(context, person, place, scores)
        for person, place in zip(people, chosen, strict=True)
    ]


def _best_of(context: GradingContext, person: Person, scores: AllClassScores) -> int:
    """The place of the attempt that counts; what is open counts nothing yet."""
    if len(person.attempts) == 1:
        return 0
    points = [judge(attempt, context, scores).points for attempt in person.attempts]
    return max(range(len(points)), key=lambda place: (points[place], place))


def _judged(
    context: GradingContext, person: Person, place: int, scores: AllClassScores
) -> JudgedPerson:
    reports = {
        attempt.evidence.submission.source: judge(attempt, context, scores)
        for attempt in person.attempts
    }
    counted = person.attempts[place]
    name = counted.evidence.submission.source
    report = reports.pop(name)
    if len(person.names) > 1:
        others = [other for other in reversed(person.names) if other != name]
        report = msgspec.structs.replace(
            report,
            attempt=name,
            other_attempts=tuple(_other_attempt(other, reports.get(other)) for other in others),
        )
    reach = max(map(_reach, reports.values()), default=0.0)
    return JudgedPerson(
        report=_still_open(report, reach) if reach > report.points else report, evidence=counted
    )


def _other_attempt(name: str, report: GradeReport | None) -> OtherAttempt:
    if report is None:
        return OtherAttempt(name=name)
    return OtherAttempt(name=name, points=report.points, complete=report.complete)


def _reach(report: GradeReport) -> float:
    """The points of an attempt if all that is open turns out well."""
    factor = report.lateness.factor if report.lateness else 1.0
    scores = (check.max_score if check.score is None else check.score for check in report.checks)
    return late_points(sum_points(scores), factor)


def _still_open(report: GradeReport, reach: float) -> GradeReport:
    """The report while another attempt, of which something is open, may yet be the best."""
    interval = report.points_interval
    return msgspec.structs.replace(
        report,
        complete=False,
        passed=report.passed or None,
        points_interval=Interval(low=interval.low, high=max(interval.high, reach)),
        flags=tuple(sorted({*report.flags, "other-attempt-open"})),
    )
