"""Find out who on the roster handed in what; what fits two people or nobody is a question, never a guess."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from grader.intake.naming import distinct, id_keys, plain_words
from grader.intake.roster import Roster, RosterEntry
from grader.records.submission import Identity, Submission

#: What systems add to the name of a second copy: ``van der Test (2)``.
_COPY = re.compile(r"\s*\(\d+\)$")
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
    """Match submissions to the roster: by id, number, login or address, then by name.

    Names are compared as people read them, whatever their case, accents, punctuation and order. Of several attempts
    of one person the last in time counts.

    Args:
        roster: Who is in the class; where it is empty, nothing is asked.
        submissions: What was handed in.
        decided: What the instructor decided: name of a submission, or its student's id, to an id of the roster.
    """
    if not roster.entries:
        return Matching()
    found = _decided(roster, submissions, decided or {})
    by_id = frozenset(found)
    several: dict[int, list[RosterEntry]] = {}
    for keys in (_exact_keys, _plain_keys, _name_keys):
        holders = _holders(roster, keys)
        for place, submission in enumerate(submissions):
            if place in found or place in several:
                continue
            fitting = _fitting(keys(_identity(submission)), holders)
            if len(fitting) == 1:
                found[place] = fitting[0]
            elif fitting:
                several[place] = fitting
        if keys is _plain_keys:
            by_id = frozenset(found)
    _match_shorter_names(roster, submissions, found, several)
    several |= _take_back_namesakes(found, by_id)
    matched = {entry.student.id for entry in found.values()}
    absent = tuple(item for item in roster.entries.values() if item.student.id not in matched)
    questions = {
        place: tuple(several.get(place) or _alike(submission, absent))
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
) -> dict[int, RosterEntry]:
    known = {name.casefold(): student.casefold() for name, student in decided.items()}
    found = {}
    for place, submission in enumerate(submissions):
        for name in (submission.source, submission.student.id):
            entry = roster.entries.get(known.get(name.casefold(), ""))
            if entry is not None:
                found[place] = entry
    return found


def _identity(submission: Submission) -> Identity:
    student, identity = submission.student, submission.identity
    return Identity(
        ids=distinct([student.id, submission.source, *identity.ids]),
        names=distinct([student.name, *identity.names, *identity.ids, student.id]),
    )


def _of_entry(entry: RosterEntry) -> Identity:
    student, identity = entry.student, entry.identity
    return Identity(
        ids=distinct([student.id, student.email, *identity.ids]),
        names=distinct([student.name, *identity.names, student.id]),
    )


def _holders(
    roster: Roster, keys: Callable[[Identity], set[str]]
) -> dict[str, dict[str, RosterEntry]]:
    """Key to the lines of the roster that have it, by their ids."""
    holders: dict[str, dict[str, RosterEntry]] = defaultdict(dict)
    for entry in roster.entries.values():
        for key in keys(_of_entry(entry)):
            holders[key][entry.student.id] = entry
    return holders


def _fitting(keys: set[str], holders: Mapping[str, Mapping[str, RosterEntry]]) -> list[RosterEntry]:
    fitting: dict[str, RosterEntry] = {}
    for key in sorted(keys):
        fitting |= holders.get(key, {})
    return list(fitting.values())


def _exact_keys(identity: Identity) -> set[str]:
    return id_keys(identity.ids)


def _plain_keys(identity: Identity) -> set[str]:
    """Ids as letters and digits alone."""
    return {"".join(_words(text)) for text in identity.ids} - {""}


def _name_keys(identity: Identity) -> set[str]:
    """The words of a name in order, and run together either way as Canvas writes them."""
    keys: set[str] = set()
    for name in identity.names:
        words = _words(name)
        keys |= {" ".join(sorted(words)), "".join(words), "".join([*words[1:], *words[:1]])}
        keys.add("".join([*words[-1:], *words[:-1]]))
    return keys - {""}


def _words(text: str) -> list[str]:
    return plain_words(_COPY.sub("", text))


def _match_shorter_names(
    roster: Roster,
    submissions: Sequence[Submission],
    found: dict[int, RosterEntry],
    several: Mapping[int, Sequence[RosterEntry]],
) -> None:
    """Match names of which one has further words, where nobody else is left that they fit."""
    taken = {entry.student.id for entry in found.values()}
    left = [entry for entry in roster.entries.values() if entry.student.id not in taken]
    open_places = [place for place in range(len(submissions)) if place not in {*found, *several}]
    fits = {
        place: [entry for entry in left if _within(_identity(submissions[place]), _of_entry(entry))]
        for place in open_places
    }
    for place, fitting in fits.items():
        if len(fitting) == 1 and sum(fitting[0] in others for others in fits.values()) == 1:
            found[place] = fitting[0]


def _within(one: Identity, other: Identity) -> bool:
    """Whether a name of at least two words of one person has all the words of a name of the other."""
    pairs = ((set(_words(a)), set(_words(b))) for a in one.names for b in other.names)
    return any(min(len(a), len(b)) >= 2 and (a <= b or b <= a) for a, b in pairs)


def _take_back_namesakes(
    found: dict[int, RosterEntry], by_id: frozenset[int]
) -> dict[int, list[RosterEntry]]:
    """Questions instead of matches where several submissions fit one person, one of them by name alone."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, entry in found.items():
        places[entry.student.id].append(place)
    doubtful = [
        place
        for fitting in places.values()
        if len(fitting) > 1
        for place in fitting
        if place not in by_id
    ]
    return {place: [found.pop(place)] for place in doubtful}


def _alike(submission: Submission, absent: Sequence[RosterEntry]) -> list[RosterEntry]:
    """Who of those without a submission has a name like it."""
    names: dict[str, RosterEntry] = {}
    for entry in absent:
        names |= dict.fromkeys(_name_keys(_of_entry(entry)), entry)
    close = [
        names[match]
        for key in sorted(_name_keys(_identity(submission)))
        for match in difflib.get_close_matches(key, names, n=2, cutoff=0.7)
    ]
    return list({entry.student.id: entry for entry in close}.values())[:3]


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
