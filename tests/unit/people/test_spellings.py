from __future__ import annotations

import unicodedata

import pytest

from grader.intake import Roster, RosterEntry
from grader.intake.matching import match_submissions
from grader.people.spellings import spellings
from grader.records.submission import Identity, Student
from tests.factories import submission


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Jörg Grün", {"joerg gruen"}),
        (unicodedata.normalize("NFD", "Jörg"), {"joerg"}),
        ("Łukasz Żak", {"lukasz żak"}),
        ("Søren", {"soren", "soeren"}),
        ("00420", {"420"}),
        ("nora.b@uni.example", {"nora.b"}),
        ("Nora", set()),
        ("000", set()),
        ("@nora", set()),
        ("s0042", set()),
    ],
)
def test_what_else_people_write(text: str, others: set[str]) -> None:
    """Strokes, umlauts, zeros in front and the part of an address before the @; nothing else."""
    first, *rest = spellings([text])

    assert (first, set(rest)) == (text, others)


@pytest.mark.parametrize(
    ("folder", "person"),
    [
        ("Mueller, Joerg", Student(id="1", name="Jörg Müller")),
        ("Jörg Müller", Student(id="1", name="Joerg Mueller")),
        ("muellerjoerg", Student(id="1", name="Jörg Müller")),
        ("Soren Lukasz", Student(id="1", name="Łukasz Søren")),
        ("0456", Student(id="456", name="Cy")),
        ("456", Student(id="00456", name="Cy")),
        ("nora", Student(id="1", name="N. B.", email="nora@uni.example")),
        ("nora@uni.example", Student(id="nora", name="N. B.")),
    ],
)
def test_other_spellings_are_matched(folder: str, person: Student) -> None:
    """Whichever of the two has which spelling."""
    other = Student(id="2", name="Ada Prova", email="ada@uni.example")
    roster = Roster({one.id: RosterEntry(one) for one in (person, other)})
    matching = match_submissions(roster, [submission(folder)])

    assert [entry.student.id for entry in matching.entries.values()] == [person.id]


def test_another_spelling_is_no_stranger() -> None:
    """A number that both have and a name that is only written otherwise are one person's."""
    roster = Roster({"7": RosterEntry(Student(id="7", name="Jörg Grün"))})
    handed_in = submission("7", identity=Identity(ids=("7",), names=("gruenjoerg",)))

    assert match_submissions(roster, [handed_in]).entries
    stranger = submission("7", identity=Identity(ids=("7",), names=("Nora Ejemplo",)))
    assert not match_submissions(roster, [stranger]).entries


@pytest.mark.parametrize(
    ("folder", "ids"), [("0123", ("00123", "123")), ("nora", ("nora@a.example", "nora@b.example"))]
)
def test_what_fits_two_spellings_is_a_question(folder: str, ids: tuple[str, ...]) -> None:
    """Two people whose numbers or addresses differ in what is passed over."""
    roster = Roster({name: RosterEntry(Student(id=name)) for name in ids})
    matching = match_submissions(roster, [submission(folder)])

    assert not matching.entries
    assert {entry.student.id for entry in matching.questions[0]} == set(ids)


def test_the_exact_number_goes_first() -> None:
    """Beside ``00123`` the folder ``123`` is that of the person with that number."""
    roster = Roster({name: RosterEntry(Student(id=name)) for name in ("00123", "123")})
    matching = match_submissions(roster, [submission("123"), submission("00123")])

    assert [matching.entries[place].student.id for place in (0, 1)] == ["123", "00123"]
