"""Several attempts of one person: which belong together, and in which order they came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from grader.people.names import id_keys
from grader.records.lab import AttemptRule
from grader.records.submission import Submission

T = TypeVar("T")

#: Places of the submissions of one person in a list of submissions.
Places = tuple[int, ...]

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def same_people(submissions: Sequence[Submission]) -> list[Places]:
    """The submissions person by person, as far as an LMS tells: attempts that it counts and gives one id.

    An id that stands beside several addresses, or an address beside several ids, is a placeholder and no person's.
    """
    ids = [
        set() if submission.attempt is None else id_keys(submission.identity)
        for submission in submissions
    ]
    beside: dict[str, set[str]] = defaultdict(set)
    for own in ids:
        for key in own:
            beside[key] |= {other for other in own if ("@" in other) != ("@" in key)}
    return joined(
        ((place,) for place in range(len(submissions))),
        lambda place: {key for key in ids[place] if len(beside[key]) <= 1},
    )


def joined(people: Iterable[Places], keys: Callable[[int], Collection[Hashable]]) -> list[Places]:
    """People of whom those that share a key are one, in the order of their first places.

    Args:
        people: Places of submissions, person by person.
        keys: Place of a submission to whatever names the person who handed it in.
    """
    found: list[tuple[set[int], set[Hashable]]] = []
    for places in people:
        one = set(places), {key for place in places for key in keys(place)}
        others = []
        for other in found:
            if other[1] & one[1]:
                one = other[0] | one[0], other[1] | one[1]
            else:
                others.append(other)
        found = [*others, one]
    return sorted(tuple(sorted(members)) for members, _ in found)


def in_order(places: Collection[int], submissions: Sequence[Submission]) -> Places:
    """The attempts of one person as they came: by stated times, else as an LMS counts them, else by file times."""
    attempts = [submissions[place] for place in places]
    timed = all(attempt.time_stated for attempt in attempts)
    numbered = all(attempt.attempt is not None for attempt in attempts)

    def order(place: int) -> tuple[int, datetime, int, int]:
        attempt = submissions[place]
        number = attempt.attempt or 0
        first = number if numbered and not timed else 0
        return first, attempt.received_at or _EARLIEST, number, place

    return tuple(sorted(places, key=order))


def can_count(attempts: Sequence[T], rule: AttemptRule) -> Sequence[T]:
    """Those of a person's attempts that a rule looks at.

    Args:
        attempts: Of one person, in the order they came.
        rule: Which of them counts.
    """
    match rule:
        case "first":
            return attempts[:1]
        case "last":
            return attempts[-1:]
        case "best":
            return attempts
