"""A check that breaks while the best of the class is sought."""

from __future__ import annotations

from grader.checks import Case, RelativeAccuracy
from grader.grading.judging import Grounds, StoredEvidence, judge_class
from tests.factories import (
    ANSWERS,
    DATASET,
    evidence,
    lab,
    labels,
    predictions,
    ranked,
    stored_arrays,
)


class BrokenCheck(RelativeAccuracy, frozen=True, kw_only=True, tag="broken"):
    """Fails as soon as it is asked."""

    def measure(self, case: Case) -> float | None:
        raise ZeroDivisionError


def test_a_broken_measure_stops_nobody() -> None:
    """A bug in one kind of check leaves its mark open and the class is judged all the same."""
    broken = BrokenCheck(id="c", title="Broken", points=40, dataset=DATASET)
    known = {DATASET: labels()}
    grounds = Grounds(lab=lab(broken), labels=known, datasets=(), versions={}, isolation="none")
    submissions = [
        StoredEvidence(
            evidence(items={ANSWERS: predictions()}), lambda: stored_arrays(ranked(90)), known
        )
    ]

    (report,) = judge_class(grounds, submissions)

    assert [check.status for check in report.checks] == ["pending"]
    assert not report.complete
