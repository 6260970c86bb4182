"""Put a class beside its roster: who handed in what, who handed in nothing, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from grader.course import Course
from grader.intake import LocatedSubmission, Roster, missing_submissions
from grader.intake.matching import Matching, match_submissions, with_entry
from grader.intake.naming import unique_ids
from grader.records.evidence import Evidence, Failure
from grader.records.message import Name
from grader.records.names import first_few
from grader.records.submission import Submission


@dataclass(frozen=True)
class EnrolledClass:
    """The submissions that are graded, and what the instructor should know before."""

    submissions: tuple[LocatedSubmission, ...]
    """Of several attempts of one person the one that counts; then those who handed in nothing."""
    sentences: tuple[str, ...] = ()


def enrolled_class(located: Sequence[LocatedSubmission], course: Course) -> EnrolledClass:
    """Match a class to the roster of its course.

    Raises:
        CourseError: The roster cannot be used.
    """
    submissions = [item.submission for item in located]
    matching = match_submissions(course.roster(), submissions, course.settings.matches)
    ids = unique_ids(
        (_preferred_id(item, matching, place), item.student.id)
        for place, item in enumerate(submissions)
    )
    counted = [
        _located(item, ids[place], _other_attempts(place, matching, submissions))
        for place, item in enumerate(located)
        if place not in matching.earlier
    ]
    nothing = missing_submissions([entry.student for entry in matching.absent], counted)
    return EnrolledClass((*counted, *nothing), _sentences(matching, submissions))


@dataclass(frozen=True)
class EnrolledEvidence:
    """Stored evidence with what the roster says now."""

    evidence: tuple[Evidence, ...]
    unmatched: frozenset[str]
    """Ids of students whose submission fits nobody on the roster, or several people."""


def enrolled_evidence(collected: Sequence[Evidence], course: Course) -> EnrolledEvidence:
    """Match stored evidence to the roster again; whoever was absent and is matched now is left out.

    While a submission is not matched, it may be that of anybody without one, so nobody's absence is final.
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
    still = {entry.student.id.casefold(): entry for entry in matching.absent}
    for item in collected:
        entry = still.get(item.submission.source.casefold()) if item.submission.absent else None
        if entry is not None:
            submission = with_entry(item.submission, entry)
            nothing = msgspec.structs.replace(item, submission=submission)
            evidence.append(_open(nothing) if matching.questions else nothing)
        elif item.submission.absent and not roster.entries:
            evidence.append(item)
    unmatched = frozenset(present[place].submission.student.id for place in matching.questions)
    return EnrolledEvidence(tuple(evidence), unmatched)


def open_questions(
    collected: Sequence[Evidence], course: Course
) -> list[tuple[Submission, tuple[str, ...]]]:
    """The submissions that are not matched, each with the ids of those it may belong to."""
    present, matching = _matched(collected, course.roster(), course)
    return [
        (present[place].submission, tuple(entry.student.id for entry in entries))
        for place, entries in sorted(matching.questions.items())
    ]


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


def _sentences(matching: Matching, submissions: Sequence[Submission]) -> tuple[str, ...]:
    found = []
    if matching.questions:
        names = first_few([submissions[place].source for place in sorted(matching.questions)])
        found.append(
            f"Not matched to the roster: {names}. "
            "`grader match RUN` says what to write into course.toml; until then no absence is final."
        )
    if matching.earlier:
        names = first_few([submissions[place].source for place in sorted(matching.earlier)])
        found.append(f"Earlier attempts, not graded: {names}.")
    if matching.absent:
        count = len(matching.absent)
        names = first_few([entry.student.name or entry.student.id for entry in matching.absent])
        found.append(f"Without a submission: {count} on the roster ({names}).")
    return tuple(found)


def _open(evidence: Evidence) -> Evidence:
    """Nothing was found of somebody who may have handed in one of the submissions that are not matched."""
    student = evidence.submission.student
    failure = Failure(
        reason="not-matched",
        fault="grader",
        values={"student": Name(text=student.name or student.id)},
    )
    observations = tuple(
        msgspec.structs.replace(item, failure=failure) for item in evidence.observations
    )
    return msgspec.structs.replace(evidence, observations=observations)
