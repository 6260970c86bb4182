"""The grader as a wheel, where it is installed and where it is a checkout."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import PackagePath
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.autograder import wheel
from grader.errors import GraderError


def test_an_installed_grader_is_packed_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules and metadata with their digests; no script, no bytecode, nothing of the installation."""
    names = (
        "grader/__init__.py", "grader/__pycache__/__init__.pyc", "grader-1.0.dist-info/METADATA",
        "grader-1.0.dist-info/RECORD", "grader-1.0.dist-info/INSTALLER", "../../bin/grader",
    )  # fmt: skip
    files = []
    for name in names:
        (tmp_path / "lib" / "site" / name).resolve().parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lib" / "site" / name).resolve().write_text(name)
        path = PackagePath(name)
        path.dist = SimpleNamespace(locate_file=lambda name: tmp_path / "lib" / "site" / name)  # type: ignore[assignment]
        files.append(path)
    installed: Any = SimpleNamespace(files=files, version="1.0")
    monkeypatch.setattr(wheel, "distribution", lambda name: installed)
    monkeypatch.setattr(wheel, "__file__", str(tmp_path / "lib" / "site" / "a" / "b" / "wheel.py"))

    name, content = wheel.grader_wheel()
    archive = zipfile.ZipFile(io.BytesIO(content))
    record = archive.read("grader-1.0.dist-info/RECORD").decode().splitlines()

    assert name == "grader-1.0-py3-none-any.whl"
    assert archive.namelist() == [
        "grader-1.0.dist-info/METADATA", "grader/__init__.py", "grader-1.0.dist-info/RECORD",
    ]  # fmt: skip
    assert [line.split(",")[0] for line in record] == archive.namelist()
    assert all("sha256=" in line for line in record[:-1])


def test_a_build_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what brings the tools it needs."""
    failed = SimpleNamespace(returncode=1, stderr="no hatchling here")
    monkeypatch.setattr(wheel.subprocess, "run", lambda *given, **more: failed)

    with pytest.raises(GraderError, match="no hatchling here") as caught:
        wheel.grader_wheel()
    assert "make install" in caught.value.hint
