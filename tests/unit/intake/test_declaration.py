from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.declaration import find_declaration, read_declaration
from grader.records.contract import InputContract
from grader.records.declaration import ModelDeclaration
from grader.records.submission import SubmittedFile


def written(folder: Path, text: str) -> Path:
    file = folder / "submission.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_declaration_is_read_field_by_field(tmp_path: Path) -> None:
    """What stands in the file is what is used, by artefact or by file name."""
    declared = read_declaration(
        written(
            tmp_path,
            '[models.mnist-model]\nscaling = "-1..1"\ninverted = true\noutput = "digit"\n'
            '[models."net.h5"]\nmean = [0.5]\ndeviation = [0.25]\nlabels = "from-1"\n',
        )
    )

    assert not declared.error
    first = declared.declaration.of("mnist-model", "sub/m.h5")
    assert first == ModelDeclaration(scaling="-1..1", inverted=True, output="digit")
    second = declared.declaration.of("other", "sub/net.h5")
    assert second is not None
    assert second.contract("as-is") == InputContract(
        scaling="declared", mean=(0.5,), deviation=(0.25,)
    )
    assert declared.declaration.of("other", "sub/else.h5") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[models", "Expected"),
        ('[models.a]\nscaling = "0..2"', "Invalid enum value '0..2'"),
        ("[models.a]\nscale = 1", "unknown field `scale`"),
        ("[models.a]\nmean = []", "length >= 1"),
        ("[models.a]\ndeviation = [0.0]", "> 0"),
        ('[models.a]\nscaling = "declared"', "needs mean and deviation"),
        ('[models.a]\nscaling = "-1..1"\nmean = [0.1]', "go with scaling"),
        ("model = 3", "unknown field `model`"),
        ("x = " + "[" * 5_000, "recursion"),
        ("#" * 70_000, "larger than 64 KiB"),
    ],
)
def test_a_mistake_is_told_and_nothing_else_is_lost(tmp_path: Path, text: str, says: str) -> None:
    """A declaration that cannot be used counts as none, and says why in one line."""
    declared = read_declaration(written(tmp_path, text))

    assert declared.declaration.models == {}
    assert says in declared.error
    assert "\n" not in declared.error


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A file in another encoding is named as that."""
    file = tmp_path / "submission.toml"
    file.write_bytes(b"\xff\xfe")

    assert "utf-8" in read_declaration(file).error


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
