"""Find out who on the roster handed in what; what fits two people or nobody is a question, never a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import msgspec

from grader.intake.roster import Roster, RosterEntry
from grader.people.likeness import most_alike
from grader.people.matching import pair_people
from grader.people.names import all_known, distinct, id_keys, name_keys, plain_id_keys
from grader.records.submission import Identity, Submission

_EARLIEST = datetime.min.replace(tzinfo=UTC)

MatchedBy = Literal["decision", "id", "email", "other-id", "name", "part-of-name"]
"""`decision` is the instructor's, `other-id` a login or a number of an LMS."""
Why = Literal["fits-nobody", "fits-several", "called-otherwise"]
"""Why it is asked whose a submission is; `fits-several` is also one person whom several fit."""


@dataclass(frozen=True)
class Matching:
    """The submissions of a class, by their places, and the people of the roster."""

    entries: Mapping[int, RosterEntry] = field(default_factory=dict)
    """Place of a submission to the line of the roster it belongs to."""
    matched_by: Mapping[int, MatchedBy] = field(default_factory=dict)
    """Place of a submission to what it has in common with that line."""
    questions: Mapping[int, tuple[RosterEntry, ...]] = field(default_factory=dict)
    """Place of a submission that fits nobody or several, to whom it may belong to, the likeliest first."""
    ambiguous: frozenset[int] = frozenset()
    """Places of the questions that fit somebody: several people, or one who is in doubt."""
    called_otherwise: frozenset[int] = frozenset()
    """Places of the ambiguous ones that have the number of somebody with quite another name."""
    earlier: Mapping[int, int] = field(default_factory=dict)
    """Place of an attempt that does not count to the place of the one that does."""
    absent: tuple[RosterEntry, ...] = ()
    """Those of whom no submission was found, in the order of the roster."""

    def why(self, place: int) -> Why:
        """Why it is asked whose a submission is."""
        if place in self.called_otherwise:
            return "called-otherwise"
        return "fits-several" if place in self.ambiguous else "fits-nobody"


def match_submissions(
    roster: Roster, submissions: Sequence[Submission], decided: Mapping[str, str] | None = None
) -> Matching:
    """Match submissions to the roster as `pair_people` does. Of several attempts of one person the last counts.

    Args:
        roster: Who is in the class; where it is empty, nothing is asked.
        submissions: What was handed in.
        decided: What the instructor decided: name of a submission, or its student's id, to an id of the roster; to
            nothing where it is nobody's on the roster.
    """
    if not roster.entries:
        return Matching()
    entries = list(roster.entries.values())
    people = [_submitter(submission) for submission in submissions]
    enrolled = [enrolled_person(entry) for entry in entries]
    settled = _settled(roster, submissions, decided or {})
    pairs = pair_people(people, enrolled, settled)
    found = {place: entries[line] for place, line in pairs.found.items()}
    matched = set(pairs.found.values())
    fits_nobody = [
        place for place in range(len(people)) if place not in {*settled, *found, *pairs.doubts}
    ]
    alike = most_alike(
        {place: people[place] for place in fits_nobody},
        {line: person for line, person in enumerate(enrolled) if line not in matched},
    )
    asked = {**pairs.doubts, **alike}
    return Matching(
        entries=found,
        matched_by={
            place: "decision" if place in settled else _matched_by(people[place], entry)
            for place, entry in found.items()
        },
        questions={place: tuple(entries[line] for line in asked[place]) for place in sorted(asked)},
        ambiguous=frozenset(pairs.doubts),
        called_otherwise=pairs.called_otherwise,
        earlier=_earlier(found, submissions),
        absent=tuple(entry for line, entry in enumerate(entries) if line not in matched),
    )


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


def enrolled_person(entry: RosterEntry) -> Identity:
    """Everything that a line of the roster says of who it is about."""
    return all_known(entry.student, entry.identity)


def _submitter(submission: Submission) -> Identity:
    return all_known(submission.student, submission.identity, submission.source)


def _settled(
    roster: Roster, submissions: Sequence[Submission], decided: Mapping[str, str]
) -> dict[int, int | None]:
    """Place of a submission to that of the line of the roster that the instructor named; None for nobody's."""
    lines: dict[str, int | None] = {entry_id: line for line, entry_id in enumerate(roster.entries)}
    answers = {name.casefold(): person.strip().casefold() for name, person in decided.items()}
    lines[""] = None
    settled = {}
    for place, submission in enumerate(submissions):
        for name in (submission.student.id, submission.source):
            answer = answers.get(name.casefold())
            if answer in lines:
                settled[place] = lines[answer]
    return settled


def _matched_by(person: Identity, entry: RosterEntry) -> MatchedBy:
    """What a submission has in common with its line, by the first thing that `pair_people` compares."""
    ids, enrolled = _ids(person), enrolled_person(entry)
    if ids.isdisjoint(_ids(enrolled)):
        return "part-of-name" if name_keys(person).isdisjoint(name_keys(enrolled)) else "name"
    if not ids.isdisjoint(_ids(Identity(ids=(entry.student.id,)))):
        return "id"
    return "other-id" if ids.isdisjoint(_ids(Identity(ids=(entry.student.email,)))) else "email"


def _ids(identity: Identity) -> set[str]:
    return id_keys(identity) | plain_id_keys(identity)


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
