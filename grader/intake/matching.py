"""Find out who on the roster handed in what; what fits two people or nobody is a question, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from grader.intake.attempts import Places, in_order, joined, same_people
from grader.intake.roster import Roster, RosterEntry
from grader.people.likeness import most_alike
from grader.people.matching import Pairs, pair_people
from grader.people.names import all_known, distinct, id_keys, name_keys, plain_id_keys
from grader.records.submission import Identity, Submission

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
    """Place of a submission that fits nobody or several, to whom it may belong to, the likeliest first.

    Of several attempts of one person, the last one stands for all.
    """
    ambiguous: frozenset[int] = frozenset()
    """Places of the questions that fit somebody: several people, or one who is in doubt."""
    called_otherwise: frozenset[int] = frozenset()
    """Places of the ambiguous ones that have the number of somebody with quite another name."""
    people: tuple[Places, ...] = ()
    """The submissions person by person, each in the order they came."""
    absent: tuple[RosterEntry, ...] = ()
    """Those of whom no submission was found, in the order of the roster."""

    def question(self, place: int) -> tuple[RosterEntry, ...] | None:
        """What is asked about whoever handed in a submission; None where nothing is."""
        return next(self.questions.get(places[-1]) for places in self.people if place in places)

    def why(self, place: int) -> Why:
        """Why it is asked whose a submission is."""
        if place in self.called_otherwise:
            return "called-otherwise"
        return "fits-several" if place in self.ambiguous else "fits-nobody"


def match_submissions(
    roster: Roster, submissions: Sequence[Submission], decided: Mapping[str, str] | None = None
) -> Matching:
    """Match submissions to the roster as `pair_people` does.

    What an LMS calls attempts of one person is one person's, with a roster and without.

    Args:
        roster: Who is in the class; where it is empty, nothing is asked.
        submissions: What was handed in.
        decided: What the instructor decided: name of a submission, or an id of its student, to an id of the roster; to
            nothing where it is nobody's on the roster.
    """
    entries = list(roster.entries.values())
    settled = _settled(roster, submissions, decided or {})
    people = _people(submissions, settled)
    person_of = {place: person for person, places in enumerate(people) for place in places}
    submitters = [_submitter([submissions[place] for place in places]) for places in people]
    enrolled = [enrolled_person(entry) for entry in entries]
    known = {person_of[place]: line for place, line in settled.items()}
    pairs = pair_people(submitters, enrolled, known)
    asked = _asked(submitters, enrolled, known, pairs) if entries else {}
    found = {
        place: entries[pairs.found[person]]
        for place, person in person_of.items()
        if person in pairs.found
    }
    ordered = _in_order(people, found, submissions)
    matched = set(pairs.found.values())
    return Matching(
        entries=found,
        matched_by={
            place: "decision"
            if person_of[place] in known
            else _matched_by(submitters[person_of[place]], entry)
            for place, entry in found.items()
        },
        questions={
            last: tuple(entries[line] for line in asked[person_of[last]])
            for last in sorted(places[-1] for places in ordered)
            if person_of[last] in asked
        },
        ambiguous=_places(pairs.doubts, people),
        called_otherwise=_places(pairs.called_otherwise, people),
        people=ordered,
        absent=tuple(entry for line, entry in enumerate(entries) if line not in matched),
    )


def _people(submissions: Sequence[Submission], settled: Mapping[int, int | None]) -> list[Places]:
    """The submissions person by person, as far as an LMS tells and the instructor did not say otherwise."""
    people: list[Places] = []
    for places in same_people(submissions):
        lines = {settled[place] for place in places if place in settled}
        people += [places] if len(lines) <= 1 else [(place,) for place in places]
    return people


def _asked(
    submitters: Sequence[Identity],
    enrolled: Sequence[Identity],
    known: Mapping[int, int | None],
    pairs: Pairs,
) -> dict[int, tuple[int, ...]]:
    """Who is in doubt or fits nobody, to the lines they may be."""
    done = {*known, *pairs.found, *pairs.doubts}
    matched = set(pairs.found.values())
    alike = most_alike(
        {person: who for person, who in enumerate(submitters) if person not in done},
        {line: who for line, who in enumerate(enrolled) if line not in matched},
    )
    return {**pairs.doubts, **alike}


def _in_order(
    people: Sequence[Places], found: Mapping[int, RosterEntry], submissions: Sequence[Submission]
) -> tuple[Places, ...]:
    """The submissions person by person; those of one line are one person's, and what was graded as one without any."""

    def owner(place: int) -> set[str]:
        if place in found:
            return {f"on the roster: {found[place].student.id}"}
        submission = submissions[place]
        return {f"in the run: {submission.student.id}"} if submission.stored_as else set()

    return tuple(in_order(places, submissions) for places in joined(people, owner))


def _places(some: Iterable[int], people: Sequence[Places]) -> frozenset[int]:
    return frozenset(place for person in some for place in people[person])


def with_entry(submission: Submission, entry: RosterEntry, *, timed: bool = True) -> Submission:
    """The submission with what the roster says of its student: name, address, hand-in time, excuse.

    Args:
        submission: Of one student.
        entry: The student's line.
        timed: Whether the time of the roster is that of this attempt.
    """
    received_at = entry.received_at if timed else None
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
        received_at=received_at or submission.received_at,
        time_stated=submission.time_stated or received_at is not None,
        excused=entry.excused,
    )


def enrolled_person(entry: RosterEntry) -> Identity:
    """Everything that a line of the roster says of who it is about."""
    return all_known(entry.student, entry.identity)


def _submitter(attempts: Sequence[Submission]) -> Identity:
    """All that is known of a person from what they handed in."""
    known = [all_known(item.student, item.identity, item.source) for item in attempts]
    return Identity(
        ids=distinct(text for item in known for text in item.ids),
        names=distinct(text for item in known for text in item.names),
    )


def _settled(
    roster: Roster, submissions: Sequence[Submission], decided: Mapping[str, str]
) -> dict[int, int | None]:
    """Place of a submission to that of the line of the roster that the instructor named; None for nobody's."""
    lines: dict[str, int | None] = {entry_id: line for line, entry_id in enumerate(roster.entries)}
    answers = {name.casefold(): person.strip().casefold() for name, person in decided.items()}
    lines[""] = None
    settled = {}
    for place, submission in enumerate(submissions):
        for name in (*submission.identity.ids, submission.student.id, submission.source):
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
