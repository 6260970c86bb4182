"""The view model of one student's result: ready-made texts and numbers. Templates say how they look."""

from __future__ import annotations

from dataclasses import dataclass

from grader.messages import Catalogue, catalogue, visible
from grader.records.result import CheckResult, ExerciseResult, Fact, GradeReport, Status
from grader.reporting.redaction import for_student
from grader.reporting.texts import (
    fact_text,
    headline_text,
    interval_text,
    lateness_text,
    name_text,
    points_interval_text,
    provenance_texts,
    score_text,
    verdict_text,
)


@dataclass(frozen=True)
class Gauge:
    """A share on a scale from 0 to 1, with what was needed and how sure it is."""

    label: str
    value: float
    text: str
    needed: float | None
    needed_text: str
    low: float | None
    high: float | None
    interval_text: str


@dataclass(frozen=True)
class FactView:
    """A label and its value as text."""

    label: str
    text: str


@dataclass(frozen=True)
class CheckView:
    """One check as shown."""

    key: str
    """``exercise/check``."""
    title: str
    status: Status
    status_text: str
    score_text: str
    feedback: str
    advice: str
    detail: str
    gauges: tuple[Gauge, ...]
    facts: tuple[FactView, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ExerciseView:
    """One exercise as shown."""

    id: str
    title: str
    file: str
    note: str
    """Which file was judged where several could have been meant; empty where it is clear."""
    score_text: str
    checks: tuple[CheckView, ...]


@dataclass(frozen=True)
class StudentPage:
    """One student's result as shown."""

    language: str
    title: str
    lab_title: str
    student_id: str
    student_name: str
    points_text: str
    max_text: str
    share: float
    interval_text: str
    verdict: str
    """'Passed', 'Not passed', or empty for labs with marks."""
    complete: bool
    headline: str
    """Points, verdict, whether they are final, and their interval, in one line."""
    lateness: str
    exercises: tuple[ExerciseView, ...]
    provenance: tuple[FactView, ...]


def student_page(report: GradeReport) -> StudentPage:
    """What a student sees."""
    shown = for_student(report)
    say = catalogue(shown.language)
    share = shown.points / shown.max_points if shown.max_points else 0.0
    return StudentPage(
        language=shown.language,
        title=say("page.feedback-for", student=name_text(shown)),
        lab_title=shown.lab_title,
        student_id=shown.student.id,
        student_name=name_text(shown),
        points_text=say.points(shown.points),
        max_text=say.points(shown.max_points),
        share=share,
        interval_text=points_interval_text(shown, say),
        verdict=verdict_text(shown.passed, say),
        complete=shown.complete,
        headline=headline_text(shown, say),
        lateness=lateness_text(shown, say),
        exercises=tuple(_exercise(exercise, say) for exercise in shown.exercises),
        provenance=tuple(FactView(*pair) for pair in provenance_texts(shown, say)),
    )


def _exercise(exercise: ExerciseResult, say: Catalogue) -> ExerciseView:
    file, rivals = visible(exercise.file), visible(", ".join(exercise.rivals))
    return ExerciseView(
        id=exercise.exercise_id,
        title=exercise.title,
        file=file,
        note=say("page.rivals", file=file, rivals=rivals) if rivals else "",
        score_text=f"{say.points(exercise.score)} / {say.points(exercise.max_score)}",
        checks=tuple(_check(exercise.exercise_id, check, say) for check in exercise.checks),
    )


def _check(exercise_id: str, check: CheckResult, say: Catalogue) -> CheckView:
    return CheckView(
        key=f"{exercise_id}/{check.check_id}",
        title=check.title,
        status=check.status,
        status_text=say(f"status.{check.status}"),
        score_text=score_text(check, say),
        feedback=visible(check.feedback),
        advice=visible(check.advice),
        detail=check.detail,
        gauges=tuple(_gauge(fact, say) for fact in check.facts if fact.unit == "share"),
        facts=tuple(
            FactView(fact.label, fact_text(fact, say))
            for fact in check.facts
            if fact.unit != "share"
        ),
        notes=tuple(say(f"flag.{flag}") for flag in check.flags if flag != "chance-level"),
    )


def _gauge(fact: Fact, say: Catalogue) -> Gauge:
    return Gauge(
        label=fact.label,
        value=float(fact.value),
        text=fact_text(fact, say),
        needed=fact.needed,
        needed_text="" if fact.needed is None else say.percent(fact.needed),
        low=fact.interval.low if fact.interval else None,
        high=fact.interval.high if fact.interval else None,
        interval_text=interval_text(fact, say),
    )
