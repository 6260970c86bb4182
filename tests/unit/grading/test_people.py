"""People who handed in several times."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from grader.checks import CheckKind, RelativeAccuracy
from grader.evidence.view import StoredEvidence
from grader.grading.judge import GradingContext
from grader.grading.people import JudgedPerson, Person, judge_people
from grader.records.evidence import Failure, internal_failure
from grader.records.lab import Lab, LatePolicy
from tests.factories import (
    DATASET,
    MODEL_NEED,
    PREDICTIONS_NEED,
    evidence,
    lab,
    labels,
    layer,
    model,
    predictions,
    ranked,
    stored_arrays,
    submission,
    threshold,
)

DEADLINE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def attempt(
    student: str, name: str, hits: int, failure: Failure | None = None, hour: int = 10
) -> StoredEvidence:
    handed_in = msgspec.structs.replace(
        submission(student), source=name, received_at=datetime(2026, 12, 1, hour, tzinfo=UTC)
    )
    records = {
        MODEL_NEED: failure or model(layer("Dense", units=8)),
        PREDICTIONS_NEED: failure or predictions(),
    }
    arrays = stored_arrays(ranked(hits))
    found = evidence(student, records, submission=handed_in)
    return StoredEvidence(found, lambda: arrays, {DATASET: labels()})


def person(*attempts: StoredEvidence, names: tuple[str, ...] = ()) -> Person:
    return Person(attempts, names or tuple(item.evidence.submission.source for item in attempts))


def judged(graded: Lab, *people: Person) -> list[JudgedPerson]:
    context = GradingContext(
        lab=graded, datasets=(), versions={"grader": "0.2.0"}, isolation="medium"
    )
    return judge_people(context, people)


def partly() -> CheckKind:
    """30 points, shared out from no image to all."""
    return threshold(full_at=1.0, zero_at=0.0)


def test_the_attempt_with_most_points_counts() -> None:
    """The others are listed with their points, the latest first; so is one that was not graded."""
    anna = person(
        attempt("anna", "a1", 50),
        attempt("anna", "a2", 90),
        attempt("anna", "a4", 70),
        names=("a1", "a2", "a3", "a4"),
    )
    (found,) = judged(lab(partly()), anna)

    assert (found.report.points, found.report.attempt) == (27, "a2")
    assert found.evidence is anna.attempts[1]
    assert [(other.name, other.points) for other in found.report.other_attempts] == [
        ("a4", 21),
        ("a3", None),
        ("a1", 15),
    ]
    assert found.report.complete


def test_of_equal_attempts_the_last_counts() -> None:
    """Where nothing is gained by an earlier one, it is as if the last always counted."""
    (found,) = judged(lab(partly()), person(attempt("anna", "a1", 50), attempt("anna", "a2", 50)))

    assert found.report.attempt == "a2"


def test_points_after_the_late_rule_decide() -> None:
    """A better model that came too late may be worth less."""
    late = LatePolicy(deadline=DEADLINE, penalty_per_day=0.5)
    anna = person(attempt("anna", "a1", 50), attempt("anna", "a2", 90, hour=14))
    (found,) = judged(lab(partly(), late=late), anna)

    assert (found.report.attempt, found.report.points) == ("a1", 15)
    assert found.report.other_attempts[0].points == 13.5


@pytest.mark.parametrize(("hits", "complete"), [(90, False), (100, True)])
def test_a_choice_is_open_while_another_attempt_may_be_better(hits: int, complete: bool) -> None:
    """What could not be judged counts nothing yet; the mark is final where it could not win anyway."""
    anna = person(attempt("anna", "a1", hits), attempt("anna", "a2", 0, internal_failure("a bug")))
    (found,) = judged(lab(partly(), pass_mark=0.95), anna)

    assert found.report.attempt == "a1"
    assert found.report.complete is complete
    assert ("other-attempt-open" in found.report.flags) is not complete
    assert found.report.points_interval.high == 30
    assert found.report.passed is (True if complete else None)
    assert found.report.other_attempts[0].complete is False


def test_marks_are_relative_to_the_attempts_that_count() -> None:
    """An attempt that came after the end sets no best, although it is the most accurate one."""
    relative = RelativeAccuracy(id="relative", title="Relative", points=10, dataset=DATASET)
    anna = person(attempt("anna", "a1", 90, hour=14), attempt("anna", "a2", 60))
    late = LatePolicy(deadline=DEADLINE, closes_after_days=0)
    found = judged(lab(relative, late=late), anna, person(attempt("bo", "b", 30)))
    first, second = (item.report for item in found)

    assert (first.attempt, first.points) == ("a2", 10)
    assert second.points == 5
    assert first.other_attempts[0].points == 0
