from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.grading.run_judging import StoredImages
from grader.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "run")


def test_a_set_of_images_is_opened_once_and_only_when_asked_for(store: RunStore) -> None:
    """Opening costs a file; a page with twelve mistakes opens it once, one without mistakes never."""
    opened = []

    class Counting(RunStore):
        def read_images(self, dataset: str) -> Any:
            opened.append(dataset)
            return super().read_images(dataset)

    store.write_images("digits", np.arange(8, dtype=np.uint8).reshape(2, 2, 2))
    images = StoredImages(Counting(store.folder))
    assert opened == []
    found = [images(name, place) for name in ("digits", "mnist") for place in (0, 1, 2)]

    assert opened == ["digits", "mnist"]
    assert [image is None for image in found] == [False, False, True, True, True, True]


def test_damaged_images_are_none(store: RunStore) -> None:
    """Half a file of images costs the pictures, not the pages."""
    store.write_images("digits", np.zeros((9, 2, 2), np.uint8))
    file = store.folder / "images" / "digits.npy"
    os.truncate(file, file.stat().st_size - 1)

    assert StoredImages(store)("digits", 0) is None
