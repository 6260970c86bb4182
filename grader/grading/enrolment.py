"""Put a class beside its roster: who handed in what, which attempt can count, and who handed in nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from grader.course import Course
from grader.errors import RunError
from grader.grading.open_matters import OpenMatters, find_open_matters, strays_of_absent
from grader.intake import LocatedClass, LocatedSubmission, Roster, RosterEntry, missing_submissions
from grader.intake.attempts import Places, can_count
from grader.intake.matching import Matching, match_submissions, with_entry
from grader.intake.naming import unique_ids
from grader.people.names import distinct
from grader.records.evidence import Evidence, Failure
from grader.records.lab import AttemptRule
from grader.records.message import Listing, Message, Name, Value, message
from grader.records.names import first_few
from grader.records.submission import LeftOut, Submission


@dataclass(frozen=True)
class EnrolledClass:
    """The submissions that are graded, and how they were matched."""

    submissions: tuple[LocatedSubmission, ...]
    """Of several attempts of one person those that can count; then those who handed in nothing."""
    roster: Roster
    matching: Matching
    """Places are those of the submissions that were found."""
    rule: AttemptRule
    """Which of several attempts of one person counts."""
    strays: Mapping[str, tuple[LeftOut, ...]]
    """Id on the roster of those without a submission to what was left out and may be theirs."""
    open: OpenMatters


def enrolled_class(
    found: LocatedClass, course: Course, rule: AttemptRule = "last"
) -> EnrolledClass:
    """Match a class to the roster of its course.

    Args:
        found: What was handed in.
        course: Names the roster.
        rule: Which of several attempts of one person counts.

    Raises:
        CourseError: The roster cannot be used.
    """
    submissions = [item.submission for item in found.submissions]
    roster, decided = course.roster(), course.settings.matches
    matching = match_submissions(roster, submissions, decided)
    students = unique_ids(
        (_preferred_id(places, matching, submissions), submissions[places[-1]].student.id)
        for places in matching.people
    )
    stored_as = _stored_as(matching.people, students, submissions)
    graded = [
        _located(found.submissions[place], student, stored_as.get(place, ""), attempts)
        for places, student in zip(matching.people, students, strict=True)
        for attempts in [tuple(submissions[place].source for place in places)]
        for place in can_count(places, rule)
    ]
    nothing = missing_submissions([entry.student for entry in matching.absent], graded)
    strays = strays_of_absent(roster, matching, found.left_out, course)
    return EnrolledClass(
        submissions=(*graded, *nothing),
        roster=roster,
        matching=matching,
        rule=rule,
        strays=strays,
        open=find_open_matters(submissions, roster, matching, strays),
    )


@dataclass(frozen=True)
class EnrolledPerson:
    """What somebody handed in, with what the roster says now."""

    attempts: tuple[Evidence, ...]
    """Those of the attempts that can count, in the order they came."""
    names: tuple[str, ...]
    """Of all attempts, in the order they came."""


@dataclass(frozen=True)
class EnrolledEvidence:
    """Stored evidence person by person."""

    people: tuple[EnrolledPerson, ...]
    unmatched: frozenset[str]
    """Ids of students whose submission fits nobody on the roster, or several people."""


def enrolled_evidence(
    collected: Sequence[Evidence],
    course: Course,
    left_out: Sequence[LeftOut] = (),
    rule: AttemptRule = "last",
) -> EnrolledEvidence:
    """Match stored evidence to the roster again; whoever was absent and is matched now is left out.

    While a submission is not matched, it may be that of anybody without one, so nobody's absence is final; nor is that
    of somebody whom something that was left out is called like.

    Args:
        collected: The evidence of a class.
        course: Names the roster, and what the instructor decided.
        left_out: What lay among the submissions and is none.
        rule: Which of several attempts of one person counts.

    Raises:
        RunError: An attempt that counts was not collected, or attempts that were one person's are two people's now.
    """
    roster = course.roster()
    present, matching = _matched(collected, roster, course)
    people = []
    for places in matching.people:
        attempts = [present[place] for place in places]
        people.append(_enrolled_person(attempts, matching.entries.get(places[0]), rule))
    _refuse_uncollected(people, present, rule)
    _refuse_parted(people)
    strays = strays_of_absent(roster, matching, left_out, course)
    still = {entry.student.id.casefold(): entry for entry in matching.absent}
    for item in collected:
        entry = still.get(item.submission.source.casefold()) if item.submission.absent else None
        if entry is not None:
            submission = with_entry(item.submission, entry)
            nothing = msgspec.structs.replace(item, submission=submission)
            why = _why_open(entry, strays.get(entry.student.id, ()), matching)
            evidence = _open(nothing, why) if why else nothing
            people.append(EnrolledPerson((evidence,), (submission.source,)))
        elif item.submission.absent and not roster.entries:
            people.append(EnrolledPerson((item,), (item.submission.source,)))
    unmatched = frozenset(present[place].submission.student.id for place in matching.questions)
    return EnrolledEvidence(tuple(people), unmatched)


def _enrolled_person(
    attempts: Sequence[Evidence], entry: RosterEntry | None, rule: AttemptRule
) -> EnrolledPerson:
    """One person, under the id of the roster where one of the attempts has it.

    The time of the roster is that of the attempt that counts, with `best` of the last one.
    """
    students = [item.submission.student for item in attempts]
    listed = [
        item for item in students if entry and item.id.casefold() == entry.student.id.casefold()
    ]
    student = (listed or students)[-1]
    counting = can_count(attempts, rule)
    found = []
    for item in counting:
        stored = item.submission.evidence_id
        submission = msgspec.structs.replace(
            item.submission, student=student, stored_as=stored if stored != student.id else ""
        )
        if entry is not None:
            submission = with_entry(submission, entry, timed=item is counting[-1])
        found.append(msgspec.structs.replace(item, submission=submission))
    names = [
        name
        for item in attempts
        for name in (item.submission.attempts or (item.submission.source,))
    ]
    return EnrolledPerson(tuple(found), distinct(names))


def open_matters(
    collected: Sequence[Evidence], course: Course, left_out: Sequence[LeftOut] = ()
) -> OpenMatters:
    """What is open between the stored evidence of a class, what was left out of it, and the roster.

    Raises:
        CourseError: The roster cannot be used.
    """
    roster = course.roster()
    present, matching = _matched(collected, roster, course)
    strays = strays_of_absent(roster, matching, left_out, course)
    return find_open_matters([item.submission for item in present], roster, matching, strays)


def _matched(
    collected: Sequence[Evidence], roster: Roster, course: Course
) -> tuple[list[Evidence], Matching]:
    """The evidence of what was handed in, and whose it is by the roster; places are those in that list."""
    present = [item for item in collected if not item.submission.absent]
    submissions = [item.submission for item in present]
    return present, match_submissions(roster, submissions, course.settings.matches)


def _preferred_id(places: Places, matching: Matching, submissions: Sequence[Submission]) -> str:
    """The id on the roster, else that of the LMS; a submission that is called so but for case keeps its name."""
    entry = matching.entries.get(places[-1])
    last = submissions[places[-1]]
    if entry is None:
        return (
            next(iter(last.identity.ids), last.student.id) if len(places) > 1 else last.student.id
        )
    own = last.student.id
    return own if entry.student.id.casefold() == own.casefold() else entry.student.id


def _stored_as(
    people: Sequence[Places], students: Sequence[str], submissions: Sequence[Submission]
) -> dict[int, str]:
    """Place of each of several attempts to a name for its evidence, which it keeps whichever of them counts."""
    alone = [student for places, student in zip(people, students, strict=True) if len(places) == 1]
    several = [place for places in people if len(places) > 1 for place in places]
    own = [submissions[place].student.id for place in several]
    names = unique_ids((name, name) for name in [*alone, *own])[len(alone) :]
    return dict(zip(several, names, strict=True))


def _located(
    located: LocatedSubmission, student_id: str, stored_as: str, attempts: tuple[str, ...]
) -> LocatedSubmission:
    submission = located.submission
    student = msgspec.structs.replace(submission.student, id=student_id)
    return replace(
        located,
        submission=msgspec.structs.replace(
            submission,
            student=student,
            stored_as=stored_as,
            attempts=attempts if len(attempts) > 1 else (),
        ),
    )


def _refuse_uncollected(
    people: Sequence[EnrolledPerson], collected: Sequence[Evidence], rule: AttemptRule
) -> None:
    there = {item.submission.source for item in collected}
    absent = [
        name
        for person in people
        for item in person.attempts
        for name in can_count(item.submission.attempts, rule)
        if name not in there
    ]
    if absent:
        raise RunError(
            f'attempts = "{rule}" looks at attempts that were not collected: {first_few(distinct(absent))}',
            hint="run `grader grade` into this folder again; it collects what is missing",
        )


def _refuse_parted(people: Sequence[EnrolledPerson]) -> None:
    """A student's result and page are called by the id that the attempts were graded under."""
    names: dict[str, str] = {}
    for person in people:
        student = person.attempts[0].submission.student.id
        if student in names:
            raise RunError(
                f"{names[student]} and {person.names[0]} were graded as attempts of '{student}' and are of two "
                "people now",
                hint="run `grader grade` into this folder again",
            )
        names[student] = person.names[0]


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
