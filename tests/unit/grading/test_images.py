from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.course import Course
from grader.datasets.digits import Digits
from grader.grading import checking
from grader.grading.stock import take_stock
from grader.grading.store import RunStore
from grader.grading.stored import StoredImages
from grader.reporting.formats import render_check
from tests.factories import check_result, lab, report, threshold
from tests.factory_reports import accuracy_fact, figure
from tests.factory_runs import MANIFEST
from tests.unit.cli.library import result

LAB = lab(threshold())


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "run")


def test_images_of_public_sets_are_kept(store: RunStore) -> None:
    """Every test image of a public set lies in the run, to be read one by one."""
    shelf = take_stock(LAB, Course(), store, None).shelves["digits"]
    images = StoredImages(store)
    last = images("digits", 1499)

    assert last is not None
    assert (last == shelf.test().images[1499]).all()
    assert images("digits", 1500) is None
    assert images("mnist", 0) is None
    assert isinstance(store.read_images("digits"), np.memmap)


def test_images_of_secret_sets_are_not_kept(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a secret set the run has the labels, for judging, and no picture."""
    monkeypatch.setattr(Digits, "visibility", "secret")
    stock = take_stock(LAB, Course(), store, None)

    assert stock.shelves["digits"].record.secret
    assert store.read_labels("digits") is not None
    assert store.read_images("digits") is None


def test_a_set_made_secret_is_secret_from_the_next_run_on(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier run noted of unchanged files does not keep a set public, nor secret."""
    before = MANIFEST
    for visibility in ("public", "secret", "public"):
        monkeypatch.setattr(Digits, "visibility", visibility)
        record = take_stock(LAB, Course(), store, before).shelves["digits"].record
        assert record.secret == (visibility == "secret")
        before = msgspec.structs.replace(MANIFEST, datasets=(record,))


def test_a_set_is_opened_once_and_only_when_asked_for(store: RunStore) -> None:
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


def test_a_checked_page_shows_mistakes_although_the_run_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check --format html` holds the pictures of its mistakes after the folder they lay in is removed."""
    runs: list[Path] = []
    check = check_result(
        "partial",
        10,
        facts=(accuracy_fact(0.9),),
        figure=figure([[8, 2], [0, 0]], mistakes=[(0, 0, 1), (1, 0, 1)]),
    )

    def grade(found: Any, lab: Any, course: Any, *, out: Path, **more: Any) -> Any:
        runs.append(out)
        RunStore(out).write_images("digits", np.arange(8, dtype=np.uint8).reshape(2, 2, 2))
        return result(report(checks=(check,)), folder=out)

    monkeypatch.setattr(checking, "grade_found", grade)
    (tmp_path / "mnist.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    checked = checking.check_submission("mnist-cifar100", tmp_path / "mnist.h5")
    page = render_check("html", checked.reports[0], tmp_path, checked.images)

    assert not runs[0].exists()
    assert page.count('<img src="data:image/png;base64,') == 2
    assert checked.images("digits", 2) is None
