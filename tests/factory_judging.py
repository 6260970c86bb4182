"""Classes judged in memory, in which everybody handed in once."""

from __future__ import annotations

from collections.abc import Sequence

from grader.evidence.view import StoredEvidence
from grader.grading.judge import GradingContext
from grader.grading.people import Person, judge_people
from grader.records.result import GradeReport


def judged_class(
    context: GradingContext, submissions: Sequence[StoredEvidence]
) -> list[GradeReport]:
    """The results of a class, in its order."""
    people = [Person((item,), (item.evidence.submission.source,)) for item in submissions]
    return [person.report for person in judge_people(context, people)]
