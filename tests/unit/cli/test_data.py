"""``grader data`` with datasets of texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Call = Callable[..., Any]


def test_texts_are_exported_without_labels(call: Call, tmp_path: Path) -> None:
    """Held-out texts with ids, an example, and what may be trained on; once more into the same folder."""
    for _ in range(2):
        shown = call("data", "export-unlabelled", "reviews", "--out", tmp_path / "out")
        assert shown.code == 0
    assert "2,000 texts of restaurant reviews" in shown.out
    assert "8,000 to train on" in shown.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"texts.csv", "train.csv", "example.csv", "manifest.json"}


def test_own_reviews_are_said_to_be_secret(call: Call, tmp_path: Path) -> None:
    """Who gives out secret texts is warned: anybody can label them by reading."""
    (tmp_path / "course.toml").write_text('[datasets.own]\nfolder = "r"\nholds = "reviews"\n')
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "reviews.csv").write_text("text,label\nfine,1\nbad,0\n")
    shown = call("data", "export-unlabelled", "own", "--out", tmp_path / "o", "--course", tmp_path)
    listed = call("data", "list", "--json", "--course", tmp_path)
    verified = call("data", "verify", "own", "--course", tmp_path)

    assert shown.code == 0
    assert "2 texts" in shown.out
    assert "by reading" in shown.err
    (own,) = [row for row in json.loads(listed.out) if row["name"] == "own"]
    assert (own["visibility"], own["classes"]) == ("secret", 2)
    assert own["splits"]["train"] is None
    assert "own test: 2 texts" in verified.out


def test_texts_are_not_drawn(call: Call, tmp_path: Path) -> None:
    """Neither a contact sheet nor PNG files; both say what to do instead."""
    sheet = call("data", "sheet", "reviews", "--output", tmp_path / "sheet.png")
    pictures = call("data", "export-unlabelled", "reviews", "--out", tmp_path / "out", "--png")

    assert (sheet.code, pictures.code) == (2, 2)
    assert "holds texts, not images" in sheet.err
    assert "have no PNG" in pictures.err
    assert not list(tmp_path.iterdir())
