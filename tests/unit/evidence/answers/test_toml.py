"""Answers in TOML: what is read, what is wrong by line, and that nothing grows without bounds."""

from __future__ import annotations

import time

import pytest

from grader.evidence.answers.probe.draft import Draft
from grader.evidence.answers.probe.toml import fill_from_toml
from grader.evidence.answers.record import Answers
from grader.records.base import to_json


def read(text: str | bytes) -> Answers:
    draft = Draft("answers.toml", "toml")
    fill_from_toml(text.encode() if isinstance(text, str) else text, draft)
    return draft.finish()


def rows(answers: Answers) -> list[tuple[str, str, object]]:
    return [(item.exercise, item.name, item.value) for item in answers.answers]


def problems(answers: Answers) -> list[tuple[str, str, str | None]]:
    return [(item.where, item.what, item.hint) for item in answers.problems]


def test_values_keep_their_types() -> None:
    """Numbers, truth values, texts, lists of them and dates, each with its line."""
    answers = read(
        '# mine\n[2a-model]\nlayers = 3\nloss = 0.25\nlearns = true\nactivations = ["relu",\n  "softmax"]\n'
        "range = \"(0, 1]\"\n\n[part-2]\nday = 2026-01-01\nformula = '\\frac{1}{4}'\n"
    )

    assert rows(answers) == [
        ("2a-model", "layers", 3),
        ("2a-model", "loss", 0.25),
        ("2a-model", "learns", True),
        ("2a-model", "activations", ("relu", "softmax")),
        ("2a-model", "range", "(0, 1]"),
        ("part-2", "day", "2026-01-01"),
        ("part-2", "formula", r"\frac{1}{4}"),
    ]
    lines = [item.where.removeprefix("answers.toml, line ") for item in answers.answers]
    assert lines == ["3", "4", "5", "6", "8", "11", "12"]
    assert answers.problems == ()


def test_tables_in_tables_are_exercises_joined_by_dots() -> None:
    """However they are written."""
    answers = read('[2.a]\nlayers = 3\n["3 b"]\nsize = { width = 28 }\n[[4]]\nx = 1\n')

    assert rows(answers) == [("2.a", "layers", 3), ("3 b.size", "width", 28), ("4", "x", 1)]


def test_a_broken_line_spoils_no_other() -> None:
    """It is named with how to write it; what stands before and after is read."""
    answers = read(
        "[2a]\nlayers = 3\nneurons: 10\nlist = [relu,\n  softmax]\nepochs = 5\n[2b loss\nname = 'mse'\n"
    )

    assert rows(answers) == [("2a", "layers", 3), ("2a", "epochs", 5), ("2b loss", "name", "mse")]
    assert problems(answers) == [
        ("answers.toml, line 3", "syntax", "equals"),
        ("answers.toml, line 4", "syntax", "quotes"),
        ("answers.toml, line 7", "syntax", "bracket"),
    ]
    assert answers.problems[0].detail == "neurons: 10"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("parameters = 545,810", "thousands"),
        ("parameters = 545 810", "thousands"),
        ("loss = 0,25", "point"),
        ("loss = .25", "point"),
        ("accuracy = 90 %", "percent"),
        ("learns = yes", "bool"),
        ("learns = True", "bool"),
        ("learns = oui", "bool"),
        ("range = (0, 1]", "quotes"),
        ("activation = relu", "quotes"),
        ('activation = "relu', "quotes"),
        ("activation = “relu”", "straight-quotes"),
        ("number of layers = 3", "name"),
        ("f(x) = 3", "name"),
        ("réseau = 3", "name"),
        ("layers: 3", "equals"),
        ("layers -> 3", "arrow"),
        ("[2a model]", "bracket"),
        ('formula = "\\sum y"', "backslash"),
        ("layers =", "general"),
        ("three layers", "general"),
    ],
)
def test_usual_mistakes_have_a_hint(line: str, hint: str) -> None:
    """What to write instead."""
    assert problems(read(f"[2]\n{line}\n")) == [("answers.toml, line 2", "syntax", hint)]


def test_what_is_read_otherwise_than_it_is_written_is_named() -> None:
    """Escapes in formulas, lists in lists, texts without a word, answers without an exercise."""
    answers = read(
        'top = 1\n[1]\nx = "\\frac{1}{4}"\ny = [[0, 1]]\nz = " "\nempty = []\nbig = 1e999\n'
    )

    assert rows(answers) == [("", "top", 1), ("1", "x", "rac{1}{4}"), ("1", "big", "inf")]
    assert [item.what for item in answers.problems] == [
        "no-exercise",
        "escape",
        "nested",
        "no-value",
        "no-value",
    ]


def test_the_first_of_two_answers_counts() -> None:
    """A second one is named where it differs; the same table twice is read."""
    answers = read("[1]\nx = 1\n[2]\ny = 2\n[1]\nX = 3\nz = 4\n")
    again = read("[1]\nx = 1\nx = 1\n")

    assert rows(answers) == [("1", "x", 1), ("2", "y", 2), ("1", "z", 4)]
    assert problems(answers) == [("answers.toml, line 6", "twice", None)]
    assert rows(again) == [("1", "x", 1)]
    assert problems(again) == [("answers.toml, line 3", "syntax", "once")]


@pytest.mark.parametrize(
    ("data", "value", "is_plain"),
    [
        ('\ufeff[1]\r\nx = "é"\r\n'.encode(), "é", True),
        ('[1]\nx = "é"\n'.encode("utf-16"), "é", True),
        ('[1]\nx = "é"\n'.encode("cp1252"), "é", False),
    ],
)
def test_encodings(data: bytes, value: str, is_plain: bool) -> None:
    """Those of Windows are read; where it is a guess, that is said."""
    answers = read(data)

    assert rows(answers) == [("1", "x", value)]
    assert [item.what for item in answers.problems] == ([] if is_plain else ["encoding"])


@pytest.mark.parametrize(
    "text",
    [
        "[1]\n" + "\n".join(f"x{number} = 1" for number in range(5_000)),
        "[1]\n" + "x\n" * 30_000,
        "[1]\nx = " + "[" * 60_000,
        "[1]\nx = " + "[\n" * 30_000,
        ("[" + "a." * 1_900 + "a]\n") * 16,
        "a." * 30_000 + "a = 1",
        ("a." * 1_900 + "a = 1\n") * 16,
        "[1]\nx = [" + "1," * 1_900 + "]\n" + "y\n",
        "[1]\nx = 0x" + "f" * 3_900,
        "[1]\nx = " + "9" * 3_900,
        "[1]\nx = '''\n" + "y = 1\n" * 10_000,
        '[1]\nx = "' + "é" * 3_900 + '"',
        "x = {a = " * 500 + "1",
        "[1]\n" + ("x = [\n" + "1,\n" * 38) * 500,
    ],
    ids=range(14),
)
def test_hostile_files_are_bounded(text: str) -> None:
    """In time, in answers, in problems, and in the size of the record."""
    begun = time.perf_counter()
    answers = read(text[: 64 << 10])

    assert time.perf_counter() - begun < 10
    assert len(answers.answers) <= 300
    assert len(answers.problems) <= 50
    assert len(to_json(answers)) < 1 << 20


def test_more_answers_than_are_kept_are_named() -> None:
    """The first are read."""
    answers = read("[1]\n" + "\n".join(f"x{number} = 1" for number in range(301)))

    assert len(answers.answers) == 300
    assert problems(answers) == [("answers.toml, line 302", "too-many", None)]


def test_long_texts_and_lists_are_shortened() -> None:
    """And that is said."""
    answers = read(f'[1]\nx = "{"a" * 1001}"\ny = [{"1, " * 51}]\n')
    text, items = (item.value for item in answers.answers)

    assert text == "a" * 1000
    assert items == (1,) * 50
    assert [item.what for item in answers.problems] == ["shortened", "shortened"]
