"""Find out who on the roster handed in what; what fits two people or nobody is a question, never a guess."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from grader.intake.roster import Roster, RosterEntry
from grader.people.matching import pair_people
from grader.people.names import all_known, distinct, name_keys
from grader.records.submission import Identity, Submission

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Matching:
    """The submissions of a class, by their places, and the people of the roster."""

    entries: Mapping[int, RosterEntry] = field(default_factory=dict)
    """Place of a submission to the line of the roster it belongs to."""
    questions: Mapping[int, tuple[RosterEntry, ...]] = field(default_factory=dict)
    """Place of a submission that fits nobody or several, to whom it may belong to, the likeliest first."""
    earlier: Mapping[int, int] = field(default_factory=dict)
    """Place of an attempt that does not count to the place of the one that does."""
    absent: tuple[RosterEntry, ...] = ()
    """Those of whom no submission was found, in the order of the roster."""


def match_submissions(
    roster: Roster, submissions: Sequence[Submission], decided: Mapping[str, str] | None = None
) -> Matching:
    """Match submissions to the roster as `pair_people` does. Of several attempts of one person the last counts.

    Args:
        roster: Who is in the class; where it is empty, nothing is asked.
        submissions: What was handed in.
        decided: What the instructor decided: name of a submission, or its student's id, to an id of the roster.
    """
    if not roster.entries:
        return Matching()
    entries = list(roster.entries.values())
    pairs = pair_people(
        [_identity(submission) for submission in submissions],
        [_of_entry(entry) for entry in entries],
        _decided(roster, submissions, decided or {}),
    )
    matched = set(pairs.found.values())
    absent = tuple(entry for place, entry in enumerate(entries) if place not in matched)
    found = {place: entries[other] for place, other in pairs.found.items()}
    questions = {
        place: tuple(entries[other] for other in pairs.doubts.get(place, ()))
        or _alike(submission, absent)
        for place, submission in enumerate(submissions)
        if place not in found
    }
    return Matching(found, questions, _earlier(found, submissions), absent)


def with_entry(submission: Submission, entry: RosterEntry) -> Submission:
    """The submission with what the roster says of its student: name, address, hand-in time, excuse."""
    student = submission.student
    return msgspec.structs.replace(
        submission,
        student=msgspec.structs.replace(
            student, name=entry.student.name or student.name, email=entry.student.email
        ),
        identity=Identity(
            ids=distinct([*submission.identity.ids, *entry.identity.ids, entry.student.id]),
            names=distinct([*submission.identity.names, *entry.identity.names]),
        ),
        received_at=entry.received_at or submission.received_at,
        time_stated=submission.time_stated or entry.received_at is not None,
        excused=entry.excused,
    )


def _decided(
    roster: Roster, submissions: Sequence[Submission], decided: Mapping[str, str]
) -> dict[int, int]:
    """Place of a submission to that of the line of the roster that the instructor named."""
    lines = {entry_id: line for line, entry_id in enumerate(roster.entries)}
    known = {name.casefold(): student.casefold() for name, student in decided.items()}
    found = {}
    for place, submission in enumerate(submissions):
        for name in (submission.source, submission.student.id):
            line = lines.get(known.get(name.casefold(), ""))
            if line is not None:
                found[place] = line
    return found


def _identity(submission: Submission) -> Identity:
    return all_known(submission.student, submission.identity, submission.source)


def _of_entry(entry: RosterEntry) -> Identity:
    return all_known(entry.student, entry.identity)


def _alike(submission: Submission, absent: Sequence[RosterEntry]) -> tuple[RosterEntry, ...]:
    """Who of those without a submission has a name like it."""
    names: dict[str, RosterEntry] = {}
    for entry in absent:
        names |= dict.fromkeys(name_keys(_of_entry(entry)), entry)
    close = [
        names[match]
        for key in sorted(name_keys(_identity(submission)))
        for match in difflib.get_close_matches(key, names, n=2, cutoff=0.7)
    ]
    return tuple({entry.student.id: entry for entry in close}.values())[:3]


def _earlier(found: Mapping[int, RosterEntry], submissions: Sequence[Submission]) -> dict[int, int]:
    """The attempts that a later one of the same person replaces."""
    attempts: dict[str, list[int]] = defaultdict(list)
    for place, entry in found.items():
        attempts[entry.student.id].append(place)
    earlier: dict[int, int] = {}
    for places in attempts.values():
        last = max(places, key=lambda place: (submissions[place].received_at or _EARLIEST, place))
        earlier |= {place: last for place in places if place != last}
    return earlier
