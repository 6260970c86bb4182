from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Keep every test away from the developer's own data and caches; the folders by origin."""
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    found = {
        "GRADER_DATA": tmp_path / "data",
        "keras-cache": tmp_path / "keras" / "datasets",
        "grader-cache": tmp_path / "cache" / "datasets",
    }
    for folder in found.values():
        folder.mkdir(parents=True)
    return found
