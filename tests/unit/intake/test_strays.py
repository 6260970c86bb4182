"""What was left out, and whom it is called like."""

from __future__ import annotations

import pytest

from grader.intake.strays import strays_of
from grader.records.submission import Identity, LeftOut
from tests.unit.intake.test_matching import entry, roster

PEOPLE = roster(
    entry("104221", "Anna Testfrau", "anna.t@example.org", "at12"),
    entry("104222", "Bo Prueba"),
    entry("cy"),
)


def owners(name: str, reason: str = "document", **answers: str) -> set[str]:
    return set(strays_of(PEOPLE, [LeftOut(name=name, reason=reason)], answers))


@pytest.mark.parametrize(
    "name",
    [
        "104221.pdf", "AT12.docx", "anna.t@example.org.txt", "Testfrau, Anna (2).pdf", "testfrauanna.csv",
        "Anna_Testfrau report final.pdf", "lab-at12", "lab-anna.testfrau", "lab3_104221_model.csv",
        "lab anna.t@example.org.pdf", ".at12.h5.swp", "Anna Maria Testfrau.txt",
        "Anna Testfrau_501_assignsubmission_file_", "12-34 - Anna Testfrau - Nov 1, 2026 800 PM",
    ],
)  # fmt: skip
def test_a_stray_is_of_whom_it_is_called_like(name: str) -> None:
    """An id, address, login or name, alone or inside a longer name, as learning platforms write them or people."""
    assert owners(name) == {"104221"}


@pytest.mark.parametrize(
    "name", ["README.md", "grades.csv", "photo 10.jpg", "anna.pdf", "Test.pdf", "policy.pdf"]
)
def test_a_stray_of_nobody_holds_nobody(name: str) -> None:
    """One name of two, a part of a word and a short number name nobody."""
    assert owners(name) == set()


def test_short_ids_are_found_where_they_are_the_whole_name() -> None:
    """`cy.pdf` is called like cy, `cy and others.pdf` is not."""
    assert owners("cy.pdf") == {"cy"}
    assert owners("cy and others.pdf") == set()


def test_a_stray_may_be_of_two_people() -> None:
    """Whoever it may be of is no matter of a guess."""
    assert owners("Anna Testfrau and Bo Prueba.pdf") == {"104221", "104222"}


@pytest.mark.parametrize("reason", ["feedback", "no-files", "own-file"])
def test_what_says_itself_that_it_is_no_hand_in_is_of_nobody(reason: str) -> None:
    """Feedback, an empty folder and the course's own files."""
    assert owners("Anna Testfrau", reason) == set()


def test_the_layout_may_know_whose_it_is() -> None:
    """What an export says of a folder that is not there counts, whatever the folder is called."""
    item = LeftOut(name="submission_303", reason="no-folder", identity=Identity(ids=("x", "AT12")))

    assert strays_of(PEOPLE, [item]) == {"104221": (item,)}


def test_the_instructor_settles_whose_it_is() -> None:
    """An empty answer says nobody's; another names somebody."""
    assert owners("104221.pdf", **{"104221.PDF": ""}) == set()
    assert owners("final.pdf", **{"final.pdf": "104222"}) == {"104222"}
    assert owners("104221.pdf", **{"104221.pdf": "unknown"}) == set()
