from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from grader.grading.reviews import Reviews, apply_review, files_digest, unused_reviews
from grader.records.evidence import ArtefactFile, ServedArtefact, internal_failure
from grader.records.message import message
from grader.records.result import CheckResult
from grader.records.review import Review
from grader.records.section import Interval
from tests.factories import (
    ARTEFACT,
    check_result,
    evidence,
    exercise,
    lab,
    resolved,
    submission,
    threshold,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CHECK = threshold(points=30)


def review(points: float, **more: Any) -> Review:
    defaults: dict[str, Any] = {
        "student": "amina",
        "check": "digits/accuracy",
        "points": points,
        "max_points": 30,
        "by": "ana",
        "at": NOON,
    }
    return Review(**defaults | more)


@pytest.mark.parametrize(
    ("points", "status"), [(30, "passed"), (29.99, "partial"), (0.01, "partial"), (0, "failed")]
)
def test_the_status_goes_by_the_points(points: float, status: str) -> None:
    """Full points pass, none fail, whatever was judged."""
    result = apply_review(check_result("failed", 0), CHECK, review(points), "")

    assert (result.status, result.score) == (status, points)


def test_without_a_review_nothing_changes() -> None:
    """What was judged is what counts."""
    result = check_result()

    assert apply_review(result, CHECK, None, "") is result


def test_what_was_open_is_settled() -> None:
    """An error of ours, or a mark that waits for the class, is final once a person decides, and says so alone."""
    interval = Interval(low=10, high=20)
    ours = check_result(
        "error", None, failure=internal_failure("bug"), flags=("needs-review", "ties"), detail="bug"
    )
    relative = check_result("pending", None, score_interval=interval, provisional_score=15)
    for before in (ours, relative):
        after = apply_review(before, CHECK, review(12), "")

        assert (after.status, after.score) == ("partial", 12)
        assert (after.score_interval, after.provisional_score, after.failure) == (None, None, None)
        assert (after.feedback, after.advice) == ((message("review.marked"),), ())
        assert "needs-review" not in after.flags
    assert apply_review(ours, CHECK, review(12), "").flags == ("ties",)
    assert apply_review(ours, CHECK, review(12), "").detail == "bug"


def test_what_was_measured_stays_beside_the_persons_points() -> None:
    """Figures and sentences of an automatic check stay; advice and hint go by the new points."""
    check = msgspec.structs.replace(CHECK, hint="Ask.")
    judged = check_result("failed", 0)
    lower = apply_review(judged, check, review(10), "")
    full = apply_review(judged, check, review(30), "")

    assert lower.feedback == (message("review.marked"), *judged.feedback)
    assert (lower.advice, lower.hint) == (judged.advice, "Ask.")
    assert (full.advice, full.hint) == ((), "")


def test_other_files_than_the_person_saw_are_flagged() -> None:
    """The points stay; the flag for staff says that files are others now."""
    same = apply_review(check_result(), CHECK, review(5, files_sha256="a"), "a")
    changed = apply_review(check_result(), CHECK, review(5, files_sha256="a"), "b")

    assert (same.flags, changed.flags) == ((), ("changed-since-marked",))
    assert changed.score == 5


def test_the_digest_is_over_the_files_of_the_check_alone() -> None:
    """Another file of the check changes it; a file of another artefact does not, and without files it is empty."""

    def digest(**sha256: str) -> str:
        served = {
            name: ServedArtefact(files=(ArtefactFile(path="a", sha256=value, kind="pdf"),))
            for name, value in sha256.items()
        }
        asked = exercise(CHECK, artefacts=(ARTEFACT, "other"))
        check = msgspec.structs.replace(CHECK, artefacts=("other",))
        return files_digest(evidence(resolved=resolved(artefacts=served)), asked, check)

    assert digest(other="1") == digest(other="1", another="2")
    assert digest(other="1") != digest(other="2")
    assert digest(another="1") == ""


def test_attempts_that_become_one_persons_keep_their_marks() -> None:
    """A mark under the id an attempt had alone counts, and the later of two decisions wins."""
    attempt = submission("amina", stored_as="amina-1")
    old = review(5, student="amina-1")
    new = review(9, at=NOON + timedelta(days=1))

    assert Reviews.of([old]).find(attempt, "digits/accuracy") == old
    assert Reviews.of([old, new]).find(attempt, "digits/accuracy") == new
    assert Reviews.of([old, new]).find(attempt, "digits/other") is None
    assert Reviews.of([old]).find(submission("bruno"), "digits/accuracy") is None


def test_reviews_that_fit_nothing_are_found() -> None:
    """Of a student who is gone, or a check the lab has no more."""
    gone, renamed = review(1, student="zoe"), review(1, check="digits/old")
    found = unused_reviews([review(1), gone, renamed], lab(CHECK), [submission("amina")])

    assert found == (gone, renamed)


def test_a_result_with_a_review_comes_back_from_json() -> None:
    """Who, when and what was judged are stored with the result."""
    result = apply_review(check_result(), CHECK, review(5, comment="a\nb"), "")
    data = msgspec.json.encode(result)

    assert msgspec.json.decode(data, type=CheckResult) == result
