from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.declaration import find_declaration, read_declaration
from grader.records.submission import SubmittedFile

KNOWN = ("models", "games")


def written(folder: Path, text: str) -> Path:
    file = folder / "submission.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_declaration_is_read_as_tables(tmp_path: Path) -> None:
    """What stands in a known table is handed on as it is."""
    text = '[models.mnist-model]\nscaling = "-1..1"\n[models."net.h5"]\nmean = [0.5]\n[games]\n'
    declared = read_declaration(written(tmp_path, text), KNOWN)

    assert declared.error == ""
    assert declared.tables == {
        "models": {"mnist-model": {"scaling": "-1..1"}, "net.h5": {"mean": [0.5]}},
        "games": {},
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[models", "Expected"),
        ("model = 3", "[model] is unknown; known: models, games"),
        ("models = 3", "`models` is no table; expected: [models.NAME]"),
        ("[models]\nscaling = 3", "`models.scaling` is no table; expected: [models.NAME]"),
        ("x = " + "[" * 5_000, "recursion"),
        ("#" * 70_000, "larger than 64 KiB"),
    ],
)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    """A declaration that cannot be used counts as none, and says why."""
    declared = read_declaration(written(tmp_path, text), KNOWN)

    assert declared.tables == {}
    assert says in declared.error
    assert "\n" not in declared.error


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A file in another encoding is named as that."""
    file = tmp_path / "submission.toml"
    file.write_bytes(b"\xff\xfe")

    assert "utf-8" in read_declaration(file, KNOWN).error


def test_the_declaration_nearest_to_the_top_counts() -> None:
    """Copies in folders of drafts do not."""
    files = [
        SubmittedFile(path=path, size=1, sha256="0", kind="text")
        for path in ("old/submission.toml", "Submission.TOML", "notes.toml")
    ]
    found = find_declaration(files)

    assert found is not None
    assert found.path == "Submission.TOML"
    assert find_declaration(files[2:]) is None
