"""The unit tier: no TensorFlow, no course directory of the developer's, plain text output."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

_FORBIDDEN = frozenset({"tensorflow", "keras"})


class _NoTensorFlow(MetaPathFinder):
    """Refuses what would make the tier slow: a test that needs it belongs to tests/model."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in _FORBIDDEN:
            raise ImportError(f"the unit tier does not import {fullname}; see tests/model")


@pytest.fixture(autouse=True)
def no_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to import TensorFlow and Keras in this process."""
    monkeypatch.setattr(sys, "meta_path", [_NoTensorFlow(), *sys.meta_path])


@pytest.fixture(autouse=True)
def own_folder(clean_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, with no data and no caches in sight."""
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
