"""What was found in a folder of submissions and how it fits the roster, in sentences for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.grading.enrolment import EnrolledClass
from grader.intake import RosterEntry
from grader.intake.attempts import can_count, same_people
from grader.intake.discovery import FILE, LocatedClass
from grader.intake.layouts import PLAIN, layout
from grader.messages import catalogue, visible
from grader.people.names import distinct
from grader.records.names import counted, first_few
from grader.records.submission import LeftOut, Submission

#: Reasons that need no word: everybody sees what it is.
_PLAIN_REASONS = frozenset({"system-file", "office-lock", "own-file", "document", "run-folder"})
_MOST = 10
#: From how many on, and from which share of them on, people without a match are no longer single cases.
_MANY = 3
_MANY_SHARE = 1 / 3


def describe_class(found: LocatedClass) -> tuple[str, ...]:
    """How the submissions are laid out, what is not graded, and which times could not be used; a sentence each."""
    parts = (_recognised(found), _left_out(found), _texts(found), _times(found))
    return tuple(filter(None, parts))


def _recognised(found: LocatedClass) -> str:
    people = _people(found)
    texts = f", {counted(found.texts, 'online text')}" if found.texts else ""
    if found.layout in (FILE, PLAIN):
        return f"Found {people}{texts}."
    title = layout(found.layout).title
    article = "an" if title[0] in "aeiouAEIOU" else "a"
    looks = title if title.endswith("s") else f"{article} {title}"
    return f"This looks like {looks}: {people}{texts}."


def _people(found: LocatedClass) -> str:
    if found.layout == FILE:
        return counted(len(found.submissions), "submission")
    people = len(same_people([item.submission for item in found.submissions]))
    several = people < len(found.submissions)
    attempts = f" with {counted(len(found.submissions), 'attempt')}" if several else ""
    return counted(people, "student") + attempts


def _left_out(found: LocatedClass) -> str:
    if not found.left_out:
        return ""
    names = [
        item.name if item.reason in _PLAIN_REASONS else stray_text(item)
        for item in sorted(found.left_out, key=lambda item: item.reason in _PLAIN_REASONS)
    ]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"Left out: {', '.join(names[:_MOST])}{more}."


def _texts(found: LocatedClass) -> str:
    """Who handed in no file, where there are texts that may say why: a link, or an apology."""
    submissions = [item.submission for item in found.submissions]
    empty = [item for item in submissions if not (item.files or item.skipped or item.unreadable)]
    if not (found.texts and empty):
        return ""
    names = first_few([item.student.name for item in empty])
    return (
        f"Without a file: {names}. Texts typed into the platform are not graded; read theirs there."
    )


def _times(found: LocatedClass) -> str:
    if not found.times_without_zone:
        return ""
    return (
        f"{counted(found.times_without_zone, 'hand-in time')} without a time zone could not be used; "
        "the files' dates count."
    )


def stray_text(item: LeftOut) -> str:
    """Something that was left out, and why."""
    return f"{visible(item.name)} ({catalogue('en')(f'left-out.{item.reason}')})"


def describe_enrolment(enrolled: EnrolledClass, found: LocatedClass) -> tuple[str, ...]:
    """How a class fits the roster, and what is open; a sentence each."""
    matching = enrolled.matching
    submissions = [item.submission for item in found.submissions]
    return tuple(
        filter(
            None,
            (
                mismatch(enrolled, submissions),
                _unmatched([submissions[place] for place in matching.questions]),
                _strays(enrolled),
                _attempts(enrolled, submissions),
                _absent(matching.absent),
            ),
        )
    )


def mismatch(enrolled: EnrolledClass, submissions: Sequence[Submission]) -> str:
    """A warning where the roster hardly fits the submissions, with an example of both; empty where it does."""
    matching, people = enrolled.matching, len(enrolled.roster.entries)
    of = len(matching.people)
    fitting = matching.ambiguous - matching.called_otherwise
    strangers = [submissions[place] for place in matching.questions if place not in fitting]
    absent = matching.absent
    if not (_are_many(len(strangers), of) and _are_many(len(absent), people)):
        return ""
    theirs, ours = strangers[0], absent[0]
    return (
        f"Warning: the roster hardly fits. {len(strangers)} of {of} submissions match nobody on it, and "
        f"{len(absent)} of {people} people on it have no submission. "
        f"A submission says {_said((theirs.source, *theirs.identity.ids, *theirs.identity.names))}; the roster says "
        f"{_said((ours.student.id, *ours.identity.ids, ours.student.email, *ours.identity.names))}. "
        "Is it the roster of this course (roster in course.toml)? Does it have a column, such as the id, with what "
        "submissions are called by? Was the layout recognised (--layout)? `grader match RUN` asks about single people."
    )


def _are_many(some: int, of: int) -> bool:
    return of > 1 and some >= min(_MANY, of) and some >= _MANY_SHARE * of


def _said(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in distinct(texts)[:4])


def _unmatched(submissions: Sequence[Submission]) -> str:
    if not submissions:
        return ""
    return (
        f"Not matched to the roster: {first_few([item.source for item in submissions])}. "
        "`grader match RUN` says what to write into course.toml; until then no absence is final."
    )


def _strays(enrolled: EnrolledClass) -> str:
    if not enrolled.strays:
        return ""
    names = [
        f"{stray_text(item)} of {enrolled.roster.entries[student.casefold()].student.name or student}"
        for student, items in enrolled.strays.items()
        for item in items
    ]
    return (
        f"Left out, and perhaps handed in: {first_few(names)}. Put it where it is found, or let `grader match RUN` say "
        "how to settle it; until then their absence is not final."
    )


def _attempts(enrolled: EnrolledClass, submissions: Sequence[Submission]) -> str:
    several = [places for places in enrolled.matching.people if len(places) > 1]
    if not several:
        return ""
    if enrolled.rule == "best":
        return f"Several attempts of {counted(len(several), 'student')}: all are graded, and the best one counts."
    others = [
        submissions[place].source
        for places in several
        for place in places
        if place not in can_count(places, enrolled.rule)
    ]
    return (
        f"Attempts that are not graded, since the {enrolled.rule} one counts: {first_few(others)}."
    )


def _absent(absent: Sequence[RosterEntry]) -> str:
    if not absent:
        return ""
    names = first_few([entry.student.name or entry.student.id for entry in absent])
    return f"Without a submission: {len(absent)} on the roster ({names})."
