"""What is open between a class and its roster: submissions that are not matched, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.course import Course
from grader.intake import Roster, RosterEntry
from grader.intake.matching import Matching, Why
from grader.intake.strays import strays_of
from grader.records.submission import LeftOut, Submission


@dataclass(frozen=True)
class Question:
    """A submission that is not matched."""

    submission: Submission
    people: tuple[RosterEntry, ...]
    """Whom it may belong to, the likeliest first."""
    why: Why
    """What is in doubt; where it fits nobody, the names of `people` are like it."""


@dataclass(frozen=True)
class StrayQuestion:
    """What was left out and is called like somebody without a submission."""

    item: LeftOut
    people: tuple[RosterEntry, ...]


@dataclass(frozen=True)
class OpenMatters:
    """What the instructor has to say before everybody's absence is final."""

    submissions: tuple[Question, ...] = ()
    strays: tuple[StrayQuestion, ...] = ()


def find_open_matters(
    submissions: Sequence[Submission],
    roster: Roster,
    matching: Matching,
    strays: Mapping[str, Sequence[LeftOut]],
) -> OpenMatters:
    """What is open in a class.

    Args:
        submissions: What was handed in.
        roster: Who is in the class.
        matching: Whose the submissions are.
        strays: What `strays_of_absent` finds.
    """
    owners: dict[LeftOut, list[RosterEntry]] = {}
    for student, items in strays.items():
        for item in items:
            owners.setdefault(item, []).append(roster.entries[student.casefold()])
    return OpenMatters(
        submissions=tuple(
            Question(submissions[place], people, matching.why(place))
            for place, people in matching.questions.items()
        ),
        strays=tuple(StrayQuestion(item, tuple(people)) for item, people in owners.items()),
    )


def strays_of_absent(
    roster: Roster, matching: Matching, left_out: Sequence[LeftOut], course: Course
) -> dict[str, tuple[LeftOut, ...]]:
    """Id on the roster of those without a submission to what was left out and may be theirs."""
    absent = {entry.student.id for entry in matching.absent}
    strays = strays_of(roster, left_out, course.settings.matches)
    return {student: items for student, items in strays.items() if student in absent}
