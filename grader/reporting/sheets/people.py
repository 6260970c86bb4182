"""Find the students of a run among the people of a table; what fits two is refused, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from grader.errors import SheetError
from grader.intake.naming import distinct, id_keys, plain_words
from grader.records.result import GradeReport
from grader.records.submission import Identity


def identity_of(report: GradeReport) -> Identity:
    """All that a result says of whose it is: what the course knows, and what the submission's folder said."""
    student = report.student
    return Identity(
        ids=distinct([student.id, student.email, *report.identity.ids]),
        names=distinct([student.name, *report.identity.names]),
    )


def match_people(
    people: Sequence[Identity], rows: Sequence[Identity], name_row: Callable[[int], str]
) -> dict[int, int]:
    """Which row each person has: by any id or e-mail address, else by a name that nobody else has.

    Who has no name is looked for by their ids as if they were names: folders are often called so.

    Args:
        people: Of the run.
        rows: Of the table.
        name_row: What a row is called in messages, by its place.

    Returns:
        Place of the person to place of the row; who is not in the table has none.

    Raises:
        SheetError: Somebody fits several rows, several people fit one, or whose number fits has quite another name.
    """
    found: dict[int, int] = {}
    for keys in (_ids, _names):
        left = {place: keys(person) for place, person in enumerate(people) if place not in found}
        there = {place: keys(row) for place, row in enumerate(rows)}
        taken = set(found.values())
        for person, fitting in _common(left, there).items():
            if len(fitting) > 1:
                _refuse(people[person], (name_row(row) for row in sorted(fitting)))
            found.update((person, row) for row in fitting - taken)
    _refuse_shared(people, found, name_row)
    for person, row in found.items():
        _refuse_other_name(people[person], rows[row], name_row(row))
    return found


def _common(people: Mapping[int, set[str]], rows: Mapping[int, set[str]]) -> dict[int, set[int]]:
    """For every person the rows that have a key in common with them."""
    holders = defaultdict(set)
    for row, keys in rows.items():
        for key in keys:
            holders[key].add(row)
    return {
        person: set().union(*(holders.get(key, set()) for key in keys))
        for person, keys in people.items()
    }


def _refuse(person: Identity, rows: Iterable[str]) -> None:
    raise SheetError(
        f"{_called(person)} fits {' and '.join(rows)}",
        hint="give this student an id or e-mail address of the file on the roster, and run `grader rescore`",
    )


def _refuse_shared(
    people: Sequence[Identity], found: Mapping[int, int], name_row: Callable[[int], str]
) -> None:
    by_row = defaultdict(list)
    for person, row in found.items():
        by_row[row].append(_called(people[person]))
    for row, names in by_row.items():
        if len(names) > 1:
            raise SheetError(
                f"{name_row(row)} fits {' and '.join(names)}",
                hint="give both an id or e-mail address of the file on the roster, and run `grader rescore`",
            )


def _refuse_other_name(person: Identity, row: Identity, row_name: str) -> None:
    """Numbers of one system may be another person's in the next; an e-mail address is nobody else's."""
    by_address = any("@" in key for key in _ids(person) & _ids(row))
    words, others = _words(person), _words(row)
    if words and others and not by_address and words.isdisjoint(others):
        raise SheetError(
            f"{_called(person)} has the number of {row_name}, and quite another name",
            hint="correct the name or the id on the roster, and run `grader rescore`",
        )


def _words(identity: Identity) -> set[str]:
    return {word for name in identity.names for word in _name_key(name).split()}


def _called(person: Identity) -> str:
    return f"'{next(iter((*person.names, *person.ids)))}'"


def _ids(identity: Identity) -> set[str]:
    return id_keys(identity.ids)


def _names(identity: Identity) -> set[str]:
    return {_name_key(name) for name in identity.names or identity.ids} - {""}


def _name_key(name: str) -> str:
    """The words of a name in order, without case, accents and punctuation: ``Testfrau, Änna`` is ``anna testfrau``."""
    return " ".join(sorted(plain_words(name)))
