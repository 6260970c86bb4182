"""What people decided about checks, put over what was judged. A person's decision wins."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from grader.records.evidence import Evidence
from grader.records.lab import Check, Exercise, Lab
from grader.records.message import message
from grader.records.result import CheckResult, ReviewedCheck, Status
from grader.records.review import Review
from grader.records.submission import Submission

#: What a person settled: nothing is said any more of why it was open.
_OPEN = frozenset({"pending", "error", "skipped"})
_SETTLED_FLAG = "needs-review"
_CHANGED_FLAG = "changed-since-marked"


@dataclass(frozen=True)
class Reviews:
    """The reviews of a class that hold, by check and by the student's id or the name evidence was stored under."""

    by_check: Mapping[str, Mapping[str, Review]]

    @classmethod
    def of(cls, reviews: Iterable[Review]) -> Reviews:
        """Reviews of which no two are of the same student and check."""
        found: dict[str, dict[str, Review]] = defaultdict(dict)
        for review in reviews:
            found[review.check][review.student] = review
        return cls(found)

    def find(self, submission: Submission, check: str) -> Review | None:
        """What was decided about a check of a submission; None where nothing was.

        Ids may change when somebody's attempts are recognised as one person's: then the last decision counts.

        Args:
            submission: Of one student.
            check: ``exercise/check``.
        """
        marked = self.by_check.get(check, {})
        names = (submission.student.id, submission.evidence_id)
        found = [marked[name] for name in names if name in marked]
        return max(found, key=lambda review: review.at, default=None)


NO_REVIEWS = Reviews({})


def apply_review(
    result: CheckResult, check: Check, review: Review | None, files_sha256: str
) -> CheckResult:
    """The result as a person decided it; as it was judged where nobody did.

    What was measured stays as it is; points, status, and whether anything is open are those of the person.

    Args:
        result: As judged.
        check: As the lab has it now; points that were given for another maximum change in proportion.
        review: Of this check of this student.
        files_sha256: Over the files the check looks at now (`files_digest`).
    """
    if review is None:
        return result
    status = _status(review)
    flags = [flag for flag in result.flags if flag != _SETTLED_FLAG]
    same = review.files_sha256 == files_sha256
    was_open = result.status in _OPEN
    return msgspec.structs.replace(
        result,
        status=status,
        score=review.share * check.points,
        score_interval=None,
        provisional_score=None,
        feedback=(message("review.marked"), *(() if was_open else result.feedback)),
        advice=() if was_open or status == "passed" else result.advice,
        failure=None,
        hint="" if status == "passed" else check.hint,
        flags=tuple(flags if same else [*flags, _CHANGED_FLAG]),
        comment=review.comment,
        review=ReviewedCheck(
            by=review.by,
            at=review.at,
            judged_status=result.status,
            judged_score=result.score,
            same_files=same,
        ),
    )


def _status(review: Review) -> Status:
    if review.share == 1:
        return "passed"
    return "partial" if review.share > 0 else "failed"


def files_digest(evidence: Evidence, exercise: Exercise, check: Check) -> str:
    """Over the files that serve what a check looks at; empty where none does."""
    served = [
        evidence.resolved.artefacts[name]
        for name in exercise.artefacts_of(check)
        if name in evidence.resolved.artefacts
    ]
    digests = [file.sha256 for item in served for file in (*item.files, *item.companions)]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest() if digests else ""


def unused_reviews(
    reviews: Iterable[Review], lab: Lab, submissions: Iterable[Submission]
) -> tuple[Review, ...]:
    """Those of students or checks that are not there any more, in their order."""
    checks = {
        f"{exercise.id}/{check.id}" for exercise in lab.exercises for check in exercise.checks
    }
    names = {name for item in submissions for name in (item.student.id, item.evidence_id)}
    return tuple(
        review for review in reviews if review.check not in checks or review.student not in names
    )
