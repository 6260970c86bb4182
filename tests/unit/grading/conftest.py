from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.grading import fake_kinds


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_kinds.Classroom]:
    """A class of one student whose evidence is of fake kinds."""
    yield from fake_kinds.classroom(tmp_path, monkeypatch)
