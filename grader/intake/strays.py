"""What was left out of a class and may be somebody's: whoever it is called like has not simply handed in nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from grader.intake.matching import enrolled_person
from grader.intake.naming import stem
from grader.intake.roster import Roster, RosterEntry
from grader.people.holders import KeyHolders
from grader.people.names import (
    distinct,
    id_keys,
    is_one_within,
    name_keys,
    plain_id_keys,
    plain_words,
    whole_names,
)
from grader.records.submission import Identity, LeftOut

#: Reasons that say themselves that it is no hand-in.
_NO_HAND_IN = frozenset({"own-file", "feedback", "no-files"})
#: The least letters, and digits, that name somebody inside of a longer name: ``lab3_at12.pdf``.
_LEAST_LETTERS = 3
_LEAST_DIGITS = 4
#: Words of a name that are looked at.
_MOST_WORDS = 24


def strays_of(
    roster: Roster, left_out: Sequence[LeftOut], decided: Mapping[str, str] | None = None
) -> dict[str, tuple[LeftOut, ...]]:
    """What was left out and is called like somebody on the roster: id on the roster to what.

    It is compared as submissions are, and a part of its name may name somebody as well: nothing is graded by that.

    Args:
        roster: Who is in the class.
        left_out: What lies among the submissions and is none.
        decided: What the instructor decided: its name to an id of the roster; to nothing where it is nobody's.
    """
    answers = {
        name.casefold(): person.strip().casefold() for name, person in (decided or {}).items()
    }
    candidates = _Candidates(roster)
    strays: dict[str, list[LeftOut]] = defaultdict(list)
    for item in left_out:
        answer = answers.get(item.name.casefold())
        if answer is not None:
            people = [roster.entries[answer]] if answer in roster.entries else []
        elif item.reason in _NO_HAND_IN:
            people = []
        else:
            people = candidates.called_like(item)
        for entry in people:
            strays[entry.student.id].append(item)
    return {student: tuple(items) for student, items in strays.items()}


class _Candidates:
    """The people of a roster, by what they may be called."""

    def __init__(self, roster: Roster) -> None:
        self._entries = list(roster.entries.values())
        people = [enrolled_person(entry) for entry in self._entries]
        self._holders = [KeyHolders(people, keys) for keys in (id_keys, plain_id_keys, name_keys)]
        self._names = [whole_names(person) for person in people]

    def called_like(self, item: LeftOut) -> list[RosterEntry]:
        """Whom something may be of, by all that its name or its layout says."""
        name, parts = stem(item.name), _parts(item.name)
        known = item.identity
        whole = Identity(
            ids=distinct([item.name, name, *known.ids, *parts]),
            names=distinct([name, *known.names, *parts]),
        )
        found = {line for holders in self._holders for line in holders.fitting(whole)}
        own = whole_names(Identity(names=(name, *known.names)))
        found |= {line for line, names in enumerate(self._names) if is_one_within(own, names)}
        return [self._entries[line] for line in sorted(found)]


def _parts(name: str) -> list[str]:
    """The words of a name that follow each other, in all lengths."""
    words = plain_words(name)[:_MOST_WORDS]
    parts = (
        " ".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
    )
    return [part for part in parts if _is_telling(part)]


def _is_telling(part: str) -> bool:
    """Whether a part of a name is enough to name somebody; names in other scripts are short."""
    if not part.isascii():
        return len(part) > 1
    return len(part) >= (_LEAST_DIGITS if part.isdigit() else _LEAST_LETTERS)
