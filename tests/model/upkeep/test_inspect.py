"""Looking at one file in the sandbox."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.errors import NotOpenedError
from grader.upkeep.inspect import inspect_model


def test_an_archive_without_a_model_is_told_what_is_expected(tmp_path: Path) -> None:
    """What only the sandbox can see of a file names the formats that would do, like everything else."""
    path = tmp_path / "mnist.h5"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mnist/readme.txt", "the model follows")

    with pytest.raises(NotOpenedError) as caught:
        inspect_model(path, isolation="none")

    assert "HDF5" in str(caught.value)
    assert "Expected: ." not in str(caught.value)
