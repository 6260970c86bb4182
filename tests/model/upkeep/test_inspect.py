"""Looking at files in the sandbox."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.errors import NotOpenedError
from grader.evidence.models.record import ModelSummary
from grader.upkeep.inspect import inspect_model
from grader.upkeep.inspect_submission import SubmissionContents, inspect_submission
from tests.model.models import classifier, save


def test_an_archive_without_a_model_is_told_what_is_expected(tmp_path: Path) -> None:
    """What only the sandbox can see of a file names the formats that would do, like everything else."""
    path = tmp_path / "mnist.h5"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mnist/readme.txt", "the model follows")

    with pytest.raises(NotOpenedError) as caught:
        inspect_model(path, isolation="none")

    assert "HDF5" in str(caught.value)
    assert "Expected: ." not in str(caught.value)


def test_models_in_an_archive_are_opened(tmp_path: Path) -> None:
    """Whole ones, weights with their description, and not what only has the name; code beside them is read."""
    model = classifier()
    save(model, tmp_path / "whole.keras")
    model.save_weights(tmp_path / "parts.weights.h5")
    (tmp_path / "parts.json").write_text(model.to_json())
    (tmp_path / "broken.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(3_000))
    (tmp_path / "lab.py").write_text("x = 1\n")
    path = tmp_path / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("whole.keras", "parts.weights.h5", "parts.json", "broken.h5", "lab.py"):
            archive.write(tmp_path / name, f"lab/{name}")
    contents = inspect_submission(path, isolation="auto")

    assert isinstance(contents, SubmissionContents)
    assert [(item.file, item.parameters) for item in contents.models] == [
        ("work.zip/lab/parts.weights.h5", model.count_params()),
        ("work.zip/lab/whole.keras", model.count_params()),
    ]
    assert contents.code is not None
    assert contents.code.files == ("work.zip/lab/lab.py",)
    assert [item.file for item in contents.not_opened] == ["work.zip/lab/broken.h5"]
    assert contents.others == ()


def test_an_archive_that_is_a_model_is_shown_as_one(tmp_path: Path) -> None:
    """What a zip holds is only known once it is looked into."""
    saved = save(classifier(), tmp_path / "saved.keras")
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as archive:
        archive.writestr("assets/note.txt", "of the model")
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    shown = inspect_submission(path, isolation="auto")

    assert isinstance(shown, ModelSummary)
    assert shown.file == "model.zip"
