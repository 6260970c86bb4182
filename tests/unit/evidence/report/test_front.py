"""Front pages: what is labelled or evident, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.evidence.report.record import FrontField, FrontPage
from tests.report_documents import read_well


def front(tmp_path: Path, text: str) -> FrontPage:
    return read_well(tmp_path / "report.txt", text).front


def text_of(field: FrontField | None) -> str:
    return "" if field is None else field.text


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("Authors: Ada Lovelace, Bo Ek and Cy Li", ["Ada Lovelace", "Bo Ek", "Cy Li"]),
        ("Name: Ada Lovelace (19900101-1234)", ["Ada Lovelace"]),
        (
            "Author :\nSofia Antri\nAdrien Célérier\nSupervisor :\nBoris Man",
            ["Sofia Antri", "Adrien Célérier"],
        ),
        ("Name Working Hours\nAda Lovelace 8\nBo Ek 8\nHow to run it", ["Ada Lovelace", "Bo Ek"]),
        ("Réalisé par : Zoé Petit & Luc van den Berg", ["Zoé Petit", "Luc van den Berg"]),
        ("by Ada Lovelace, ada@example.org", ["Ada Lovelace"]),
        ("Namn: åsa öberg", ["åsa öberg"]),
        ("By using a convolutional layer we did better.", []),
        ("Machine Learning\nDeep Models", []),
        ("Names of layers are chosen by Keras.", []),
    ],
)
def test_authors_are_labelled(tmp_path: Path, text: str, authors: list[str]) -> None:
    """Behind a label, or in the lines below one."""
    assert [item.text for item in front(tmp_path, text).authors] == authors


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Group 95", "95"),
        ("DAT405 Assignment 7 – Group 95", "95"),
        ("Grupp: 4b", "4b"),
        ("Groupe n° 12", "12"),
        ("We group 3 layers.", ""),
        ("Group members: Ada Lovelace", ""),
    ],
)
def test_groups_are_labelled(tmp_path: Path, text: str, group: str) -> None:
    """By a word and a number."""
    assert text_of(front(tmp_path, text).group) == group


def test_dates_and_courses_are_evident(tmp_path: Path) -> None:
    """With the line they are from; names of models are no courses."""
    found = front(tmp_path, "TMA4212 Lab\n\nMarch 8, 2023\n\nVGG16 and CIFAR100 in words.")

    assert found.date == FrontField(text="March 8, 2023", line="March 8, 2023")
    assert found.course == FrontField(text="TMA4212", line="TMA4212 Lab")
    assert (
        text_of(front(tmp_path, "Course: Deep Learning\nDatum: 8 mars 2023").course)
        == "Deep Learning"
    )
    assert front(tmp_path, "VGG16 and CIFAR100 and RTX3090 were used.").course is None


def test_nothing_is_guessed(tmp_path: Path) -> None:
    """A text that says nothing of itself has an empty front page."""
    assert front(tmp_path, "We trained a model of three layers and it worked.") == FrontPage()
