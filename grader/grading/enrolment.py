"""Put a class beside its roster: who handed in what, who handed in nothing, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from grader.course import Course
from grader.intake import LocatedClass, LocatedSubmission, Roster, RosterEntry, missing_submissions
from grader.intake.matching import Matching, Why, match_submissions, with_entry
from grader.intake.naming import unique_ids
from grader.intake.strays import strays_of
from grader.records.evidence import Evidence, Failure
from grader.records.message import Listing, Message, Name, Value, message
from grader.records.submission import LeftOut, Submission


@dataclass(frozen=True)
class EnrolledClass:
    """The submissions that are graded, and how they were matched."""

    submissions: tuple[LocatedSubmission, ...]
    """Of several attempts of one person the one that counts; then those who handed in nothing."""
    roster: Roster
    matching: Matching
    """Places are those of the submissions that were found."""
    strays: Mapping[str, tuple[LeftOut, ...]]
    """Id on the roster of those without a submission to what was left out and may be theirs."""
    open: OpenMatters


def enrolled_class(found: LocatedClass, course: Course) -> EnrolledClass:
    """Match a class to the roster of its course.

    Raises:
        CourseError: The roster cannot be used.
    """
    submissions = [item.submission for item in found.submissions]
    roster, decided = course.roster(), course.settings.matches
    matching = match_submissions(roster, submissions, decided)
    ids = unique_ids(
        (_preferred_id(item, matching, place), item.student.id)
        for place, item in enumerate(submissions)
    )
    counted = [
        _located(item, ids[place], _other_attempts(place, matching, submissions))
        for place, item in enumerate(found.submissions)
        if place not in matching.earlier
    ]
    nothing = missing_submissions([entry.student for entry in matching.absent], counted)
    strays = _strays_of_absent(roster, matching, found.left_out, course)
    return EnrolledClass(
        submissions=(*counted, *nothing),
        roster=roster,
        matching=matching,
        strays=strays,
        open=_open_matters(submissions, roster, matching, strays),
    )


@dataclass(frozen=True)
class EnrolledEvidence:
    """Stored evidence with what the roster says now."""

    evidence: tuple[Evidence, ...]
    unmatched: frozenset[str]
    """Ids of students whose submission fits nobody on the roster, or is in doubt."""


def enrolled_evidence(
    collected: Sequence[Evidence], course: Course, left_out: Sequence[LeftOut] = ()
) -> EnrolledEvidence:
    """Match stored evidence to the roster again; whoever was absent and is matched now is left out.

    While a submission is not matched, it may be that of anybody without one, so nobody's absence is final; nor is that
    of somebody whom something that was left out is called like.

    Args:
        collected: The evidence of a class.
        course: Names the roster, and what the instructor decided.
        left_out: What lay among the submissions and is none.
    """
    roster = course.roster()
    present, matching = _matched(collected, roster, course)
    evidence = [
        msgspec.structs.replace(
            item,
            submission=with_entry(item.submission, matching.entries[place])
            if place in matching.entries
            else item.submission,
        )
        for place, item in enumerate(present)
    ]
    strays = _strays_of_absent(roster, matching, left_out, course)
    still = {entry.student.id.casefold(): entry for entry in matching.absent}
    for item in collected:
        entry = still.get(item.submission.source.casefold()) if item.submission.absent else None
        if entry is not None:
            submission = with_entry(item.submission, entry)
            nothing = msgspec.structs.replace(item, submission=submission)
            why = _why_open(entry, strays.get(entry.student.id, ()), matching)
            evidence.append(_open(nothing, why) if why else nothing)
        elif item.submission.absent and not roster.entries:
            evidence.append(item)
    unmatched = frozenset(present[place].submission.student.id for place in matching.questions)
    return EnrolledEvidence(tuple(evidence), unmatched)


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


def open_matters(
    collected: Sequence[Evidence], course: Course, left_out: Sequence[LeftOut] = ()
) -> OpenMatters:
    """What is open between the stored evidence of a class, what was left out of it, and the roster.

    Raises:
        CourseError: The roster cannot be used.
    """
    roster = course.roster()
    present, matching = _matched(collected, roster, course)
    strays = _strays_of_absent(roster, matching, left_out, course)
    return _open_matters([item.submission for item in present], roster, matching, strays)


def _open_matters(
    submissions: Sequence[Submission],
    roster: Roster,
    matching: Matching,
    strays: Mapping[str, Sequence[LeftOut]],
) -> OpenMatters:
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


def _strays_of_absent(
    roster: Roster, matching: Matching, left_out: Sequence[LeftOut], course: Course
) -> dict[str, tuple[LeftOut, ...]]:
    absent = {entry.student.id for entry in matching.absent}
    strays = strays_of(roster, left_out, course.settings.matches)
    return {student: items for student, items in strays.items() if student in absent}


def _matched(
    collected: Sequence[Evidence], roster: Roster, course: Course
) -> tuple[list[Evidence], Matching]:
    """The evidence of what was handed in, and whose it is by the roster; places are those in that list."""
    present = [item for item in collected if not item.submission.absent]
    submissions = [item.submission for item in present]
    return present, match_submissions(roster, submissions, course.settings.matches)


def _preferred_id(submission: Submission, matching: Matching, place: int) -> str:
    """The id on the roster; a submission that is called so but for case keeps its name."""
    entry = matching.entries.get(place)
    own = submission.student.id
    if entry is None or place in matching.earlier or entry.student.id.casefold() == own.casefold():
        return own
    return entry.student.id


def _other_attempts(
    place: int, matching: Matching, submissions: Sequence[Submission]
) -> tuple[str, ...]:
    return tuple(
        submissions[earlier].source for earlier, last in matching.earlier.items() if last == place
    )


def _located(
    located: LocatedSubmission, student_id: str, others: tuple[str, ...]
) -> LocatedSubmission:
    submission = located.submission
    student = msgspec.structs.replace(submission.student, id=student_id)
    return replace(
        located,
        submission=msgspec.structs.replace(submission, student=student, other_attempts=others),
    )


def _why_open(entry: RosterEntry, strays: Sequence[LeftOut], matching: Matching) -> Failure | None:
    """Why somebody of whom no submission was found may have handed in something; None where nothing says so."""
    student = Name(text=entry.student.name or entry.student.id)
    if strays:
        files = tuple(
            message(
                "left-out.named",
                file=Name(text=item.name),
                what=Message(key=f"left-out.{item.reason}"),
            )
            for item in strays
        )
        values: dict[str, Value] = {
            "student": student,
            "files": Listing(items=files, separator=", "),
        }
        return Failure(reason="left-out", fault="grader", values=values)
    if matching.questions:
        return Failure(reason="not-matched", fault="grader", values={"student": student})
    return None


def _open(evidence: Evidence, failure: Failure) -> Evidence:
    """Evidence of nothing, which is not the student's matter yet."""
    observations = tuple(
        msgspec.structs.replace(item, failure=failure) for item in evidence.observations
    )
    return msgspec.structs.replace(evidence, observations=observations)
