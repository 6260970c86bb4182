"""The real files, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from grader import datasets
from grader.datasets.handwritten import Handwritten
from grader.datasets.mnist_form import is_mnist_form, to_mnist_form
from grader.datasets.verification import verify

SHARED = Path(os.environ.get("GRADER_SHARED", Path(__file__).parents[4] / "shared")) / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real data in {SHARED} (GRADER_SHARED)"),
]


@pytest.fixture(autouse=True)
def real_data(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_DATA", str(SHARED))


@pytest.mark.parametrize("name", datasets.names())
def test_the_real_files_verify(name: str) -> None:
    """Every split that is at hand has no problem, and the complete ones are proved identical."""
    findings = [finding for finding in verify(datasets.get(name)) if finding.location]
    if not findings:
        pytest.skip(f"{name} is not among the real data")

    assert [problem for finding in findings for problem in finding.problems] == []
    if name in {"mnist", "cifar100"}:
        assert {finding.content for finding in findings} == {"identical"}


def test_real_mnist_is_in_its_own_form() -> None:
    """Nearly all images of MNIST are recognised as being in MNIST's form and kept as they are."""
    images = datasets.get("mnist").load("test")[:500].images.astype(np.float32)

    assert np.mean([is_mnist_form(image) for image in images]) > 0.98


def test_real_mnist_survives_the_way_back() -> None:
    """MNIST images enlarged, inverted and put off the middle come back nearly as they were."""
    images = datasets.get("mnist").load("test")[:200].images.astype(np.float32)
    likeness = []
    for image in images:
        big = np.pad(image.repeat(6, 0).repeat(6, 1), ((0, 60), (40, 0)))
        found = to_mnist_form(255 - big).image.astype(float).ravel()
        wanted = image.astype(float).ravel()
        likeness.append(found @ wanted / np.linalg.norm(found) / np.linalg.norm(wanted))

    assert np.median(likeness) > 0.93
    assert np.mean(np.array(likeness) > 0.8) > 0.95


def test_real_handwriting_is_usable() -> None:
    """Every one of the 319 labelled pictures gives a digit, and few are doubtful."""
    reading = Handwritten(SHARED / "handwritten").read()

    assert len(reading.split) == 319
    assert all(remark.kept for remark in reading.remarks)
    assert len(reading.remarks) < 16
    images = reading.split.images
    assert np.median(images, axis=(1, 2)).max() == 0
    assert images.max(axis=(1, 2)).min() >= 250
    assert np.bincount(reading.split.labels).tolist() == [25, 31, 33, 33, 31, 32, 34, 34, 35, 31]
