"""A small class of results with one of everything, and names that try to do harm."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from grader.confusion import pack_counts
from grader.records.message import Message, Name, Share, Value, message
from grader.records.result import (
    CheckResult,
    GradeReport,
    JudgedArtefact,
    Lateness,
    ReviewedCheck,
)
from grader.records.section import (
    Box,
    Column,
    ConfusionMatrix,
    CountedValues,
    Curve,
    Curves,
    Disc,
    Drawing,
    Drawings,
    Excerpt,
    Fact,
    Facts,
    Interval,
    Mistake,
    Picture,
    Pictures,
    Section,
    Stroke,
    Table,
)
from grader.records.submission import Student
from tests.factories import ARTEFACT, DATASET, check_result, report, said

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


def accuracy_fact(value: float, **more: Any) -> Fact:
    """An accuracy with its interval and what was needed."""
    defaults: dict[str, Any] = {
        "label": message("accuracy.top-1"),
        "value": Share(value=value, dataset=DATASET),
        "interval": Interval(low=value - 0.01234, high=value + 0.01234),
        "needed": 0.9,
        "gauge": True,
    }
    return Fact(**defaults | more)


#: The smallest picture: one grey pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


SHAPES = (
    Stroke(points=((0, 60), (160, 60)), tone="soft"),
    Box(x=70, y=48, width=20, height=12, tone="own"),
    Disc(x=80, y=48, radius=3, tone="strong"),
)


def sections(value: Value, title: Message | None = None) -> tuple[Section, ...]:
    """A section of every type, each with `value` wherever a value may stand."""
    title = title or message("fact.output")
    return (
        Facts(title=title, facts=(Fact(label=title, value=value),)),
        Table(
            title=title,
            columns=(Column(title=title, numeric=True),),
            rows=((value,),),
            notes=(title,),
        ),
        Curves(
            title=title,
            x_label=title,
            y_label=title,
            curves=(Curve(name=value, x=(0, 1, 2), y=(0.25, 0.5, 1.0)),),
        ),
        Pictures(title=title, pictures=(Picture(png=PNG, caption=value),)),
        Excerpt(title=title, source=value, text="first\nsecond", first_line=7),
        CountedValues(
            title=title, x_label=title, y_label=title, low=0, high=500, counts=(3, 0, 1, 4)
        ),
        Drawings(
            title=title,
            drawings=(Drawing(width=160, height=80, shapes=SHAPES, caption=value),),
        ),
        figure([[8, 2], [0, 5]]),
    )


def figure(
    counts: Sequence[Sequence[int]], mistakes: Sequence[tuple[int, int, int]] = (), **more: Any
) -> ConfusionMatrix:
    """A confusion matrix, and mistakes as (image, label, what it was predicted as)."""
    matrix = np.array(counts)
    labels, predicted = np.indices(matrix.shape).reshape(2, -1)
    defaults: dict[str, Any] = {
        "dataset": DATASET,
        "classes": len(matrix),
        "counts": pack_counts(
            np.repeat(labels, matrix.ravel()), np.repeat(predicted, matrix.ravel()), len(matrix)
        ),
        "mistakes": tuple(
            Mistake(image=image, label=label, predicted=wrong) for image, label, wrong in mistakes
        ),
    }
    return ConfusionMatrix(**defaults | more)


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
        check_result("failed", 0, check_id="failed", feedback=said("mnist.h5")),
        check_result(
            "skipped",
            0,
            check_id="skipped",
            feedback=(message("skipped.requires", requires=Name(text="Loading")),),
            advice=(),
        ),
        check_result("pending", None, check_id="pending", feedback=(message("hidden.feedback"),)),
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
            (check_result("failed", 0, feedback=said('mnist.h5: "quoted", <b>bold</b> & more')),),
            student=Student(id="dmitri", name='=HYPERLINK("http://x")', email="+1@example.org"),
        ),
    ]


def hostile_report(name: str, **more: object) -> GradeReport:
    """A result in which everything a student can name is `name`."""
    check = check_result("failed", 0, feedback=said(name), advice=said(name))
    result = report("mallory", (check,), student=Student(id="mallory", name=name), **more)
    (exercise,) = result.exercises
    artefact = JudgedArtefact(artefact_id=ARTEFACT, title="the model", files=(name,))
    named = msgspec.structs.replace(exercise, artefacts=(artefact,))
    return report("mallory", (check,), student=result.student, exercises=(named,), **more)


def marked_check(**more: Any) -> CheckResult:
    """A check that a person gave 8 points for, which was judged to earn none."""
    review = ReviewedCheck(
        by="Ana \u202eB",
        at=datetime(2026, 12, 1, 9, 5, tzinfo=UTC),
        judged_status="failed",
        judged_score=0,
    )
    defaults: dict[str, Any] = {"comment": "See `fit`.\n<b>Now</b>", "review": review}
    return check_result("partial", 8, feedback=(message("review.marked"),), **defaults | more)
