"""A small class of results with one of everything, and names that try to do harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from grader.confusion import pack_counts
from grader.records.result import (
    CheckResult,
    Classification,
    ExerciseResult,
    Fact,
    GradeReport,
    Interval,
    Lateness,
    Mistake,
)
from grader.records.submission import Student
from tests.factories import DATASET, check_result, report

#: What a student might call a file to reach a page, a table, a terminal or a workflow.
HOSTILE = (
    "<script>alert(1)</script>.h5",
    '"><img src=x onerror=alert(1)>.h5',
    "'); drop.h5",
    "a\u202egnp.h5",
    "::error::forged.h5",
    "a|b`c`*d*_e_[f](http:g).h5",
    "\x1b[31mred.h5",
    "{{ 7 * 7 }}.h5",
    "a\n::set-output name=x::y.h5",
)


def accuracy_fact(value: float, *, secret: bool = False) -> Fact:
    """An accuracy with its interval and what was needed."""
    return Fact(
        label="accuracy",
        value=value,
        unit="share",
        interval=Interval(low=value - 0.01234, high=value + 0.01234),
        needed=0.9,
        gauge=True,
        secret=secret,
    )


def figure(
    counts: Sequence[Sequence[int]], mistakes: Sequence[tuple[int, int, int]] = (), **more: Any
) -> Classification:
    """A confusion matrix, and mistakes as (image, label, what it was taken for)."""
    matrix = np.array(counts)
    labels, taken = np.indices(matrix.shape).reshape(2, -1)
    defaults: dict[str, Any] = {
        "dataset": DATASET,
        "classes": len(matrix),
        "counts": pack_counts(
            np.repeat(labels, matrix.ravel()), np.repeat(taken, matrix.ravel()), len(matrix)
        ),
        "mistakes": tuple(
            Mistake(image=image, label=label, predicted=predicted)
            for image, label, predicted in mistakes
        ),
    }
    return Classification(**defaults | more)


def with_class_names(result: GradeReport, *names: str) -> GradeReport:
    """The report, with the classes of its dataset called by these names."""
    (dataset,) = result.provenance.datasets
    named = msgspec.structs.replace(dataset, class_names=names)
    provenance = msgspec.structs.replace(result.provenance, datasets=(named,))
    return msgspec.structs.replace(result, provenance=provenance)


def of_every_status() -> tuple[CheckResult, ...]:
    """One check of each status."""
    return (
        check_result("passed", 30, check_id="passed", facts=(accuracy_fact(0.95),)),
        check_result("partial", 12.5, check_id="partial", score_interval=Interval(low=10, high=15)),
        check_result("failed", 0, check_id="failed", feedback="mnist.h5 is damaged."),
        check_result("skipped", 0, check_id="skipped", feedback="Not judged.", advice=""),
        check_result("pending", None, check_id="pending", feedback="Wait for the class."),
        check_result("error", None, check_id="error", detail="STAFF-ONLY", flags=("needs-review",)),
    )


def small_class() -> list[GradeReport]:
    """Four students: all statuses, full marks, late with partial credit, and a formula for a name."""
    late = Lateness(
        received_at=datetime(2026, 12, 2, 8, tzinfo=UTC),
        deadline=datetime(2026, 12, 1, 23, tzinfo=UTC),
        days=1,
        factor=0.9,
    )
    return [
        report(
            "amina",
            of_every_status(),
            flags=("needs-review",),
            points_interval=Interval(low=40, high=105),
        ),
        report("bruno", passed=True),
        report(
            "chloe",
            (check_result("partial", 100 / 3, max_score=40),),
            points=30,
            points_interval=Interval(low=30, high=30),
            lateness=late,
            passed=False,
        ),
        report(
            "dmitri",
            (check_result("failed", 0, feedback='mnist.h5: "quoted", <b>bold</b> & more'),),
            student=Student(id="dmitri", name='=HYPERLINK("http://x")', email="+1@example.org"),
        ),
    ]


def hostile_report(name: str, **more: object) -> GradeReport:
    """A result in which everything a student can name is `name`."""
    check = check_result("failed", 0, feedback=f"{name} is damaged.", advice=f"Rename {name}.")
    result = report("mallory", (check,), student=Student(id="mallory", name=name), **more)
    (exercise,) = result.exercises
    named = ExerciseResult(
        exercise_id=exercise.exercise_id,
        title=exercise.title,
        max_score=exercise.max_score,
        file=name,
        checks=exercise.checks,
    )
    return report("mallory", (check,), student=result.student, exercises=(named,), **more)
