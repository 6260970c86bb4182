"""``grader inspect`` of answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
ISOLATION = ("--isolation", "none")
TOML = '[2a-model]\nlayers = 3\nactivations = ["relu", "softmax"]\nparameters = 545,810\n\n[1]\nlearns = true\n'


def test_answers_are_shown_by_exercise(call: Call, tmp_path: Path) -> None:
    """With their lines, and what could not be read, within 80 columns."""
    path = tmp_path / "answers.toml"
    path.write_text(TOML)
    shown = call("inspect", path, *ISOLATION)

    assert shown.code == 0
    lines = shown.out.split("\n")
    assert lines[:3] == ["answers.toml: 3 answers", "", "2a-model"]
    assert "  activations: relu, softmax (answers.toml, line 3)" in lines
    assert "  learns: true (answers.toml, line 7)" in lines
    assert "line 4 cannot be read: parameters = 545,810." in shown.out
    assert "545810" in shown.out
    assert all(len(line) <= 80 for line in lines)


def test_answers_are_shown_as_json(call: Call, tmp_path: Path) -> None:
    """With their types."""
    path = tmp_path / "answers.toml"
    path.write_text(TOML)
    shown = json.loads(call("inspect", path, "--json", *ISOLATION).out)

    assert [item["value"] for item in shown["answers"]] == [3, ["relu", "softmax"], True]
    assert shown["problems"] == [
        {
            "where": "answers.toml, line 4",
            "what": "syntax",
            "detail": "parameters = 545,810",
            "hint": "thousands",
        }
    ]


def test_a_notebook_or_a_report_is_read_for_answers_on_demand(call: Call, tmp_path: Path) -> None:
    """By its name it is code, or a report."""
    path = tmp_path / "lab.ipynb"
    cell = {"cell_type": "markdown", "source": "# Exercise 1\n\nlearns: yes"}
    path.write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    shown = json.loads(call("inspect", path, "--as", "answers", "--json", *ISOLATION).out)

    assert [(item["exercise"], item["value"]) for item in shown["answers"]] == [
        ("Exercise 1", "yes")
    ]
    report = json.loads(call("inspect", path, "--as", "report", "--json", *ISOLATION).out)
    assert report["format"] == "notebook"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("answers.toml", b"", "it is empty"),
        ("answers.toml", b"# nothing\n", "No answers were found in answers.toml."),
        ("answers.toml", b"#" * (65 << 10), "has more than 64 KiB"),
        ("answers.toml", b"\x89PNG\r\n\x1a\n" + bytes(20), "it is a picture"),
    ],
)
def test_what_cannot_be_read_is_named(
    call: Call, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """With a hint, and without a traceback."""
    path = tmp_path / name
    path.write_bytes(content)
    shown = call("inspect", path, *ISOLATION)

    assert shown.code == 3
    assert message in " ".join(shown.err.split())
    assert "Hint:" in shown.err


def test_a_folder_is_shown_as_what_its_files_are(call: Call, tmp_path: Path) -> None:
    """To say what a whole folder is read as is a mistake of the command."""
    shown = call("inspect", tmp_path, "--as", "report", *ISOLATION)

    assert shown.code == 2
    assert "--as says what one file is read as" in shown.err
