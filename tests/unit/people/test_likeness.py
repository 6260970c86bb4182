"""Who has a name like somebody's."""

from __future__ import annotations

from grader.people.likeness import most_alike
from grader.records.submission import Identity


def named(*names: str) -> Identity:
    return Identity(names=names)


def test_the_likest_are_suggested() -> None:
    """Whatever the order of the words; nobody where no name is like it."""
    others = {3: named("Bo Prueba"), 5: named("Testfrau, Anna"), 9: named("Anne Testfrau")}

    assert most_alike({0: named("Ana Testfrau"), 1: named("xyz")}, others) == {0: (5, 9), 1: ()}


def test_a_word_in_common_comes_last() -> None:
    """A first name, a number or another spelling within something longer; single letters say nothing."""
    others = {1: named("Anna Prova", "s703"), 2: named("Jörg Anna Wald"), 3: named("B Lind")}
    people = {0: named("lab-anna"), 1: named("s703_lab2"), 2: named("m joerg"), 3: named("lab b")}

    assert most_alike(people, others) == {0: (1, 2), 1: (1,), 2: (2,), 3: ()}


def test_namesakes_are_all_suggested() -> None:
    """Nobody can say which of them is meant; three are enough."""
    others = {place: named("Anna Testfrau") for place in range(5)}

    assert most_alike({0: named("Ana Testfrau")}, others) == {0: (0, 1, 2)}
