from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from grader import datasets
from grader.datasets.base import Dataset, Split
from grader.datasets.texts import TextDataset
from grader.errors import DataUnavailableError

CLASSES = {
    "cifar100": 100,
    "reviews": 2,
    "yelp-full": 5,
    "yelp-polarity": 2,
    "yelp-reviews": 2,
}

#: Those that come with the grader or with a library.
EMBEDDED = {"digits", "reviews"}

IMAGES = [name for name in datasets.names() if isinstance(datasets.get(name), Dataset)]


@pytest.mark.parametrize("name", datasets.names())
def test_every_dataset_has_the_agreed_form(name: str) -> None:
    """A dataset says its name, title, classes, shape and splits in the agreed form."""
    dataset = datasets.get(name)

    assert dataset.name == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert dataset.title
    assert len(dataset.class_names) == len(set(dataset.class_names)) == CLASSES.get(name, 10)
    if isinstance(dataset, Dataset):
        assert dataset.image_shape in {(28, 28), (32, 32, 3)}
    else:
        assert isinstance(dataset, TextDataset)
    assert "test" in dataset.splits
    assert set(dataset.splits) <= {"train", "test"}
    assert dataset.visibility == ("secret" if name == "handwritten" else "public")


@pytest.mark.parametrize("name", sorted({*datasets.names()} - EMBEDDED))
def test_an_absent_dataset_says_how_to_get_it(name: str) -> None:
    """Loading what is not on this machine raises an error whose hint names a way to get it."""
    dataset = datasets.get(name)

    assert all(dataset.locate(split) is None for split in dataset.splits)
    with pytest.raises(DataUnavailableError) as caught:
        dataset.load("test")
    assert "GRADER_DATA" in caught.value.hint
    is_fetched = isinstance(dataset, Dataset) and name != "handwritten"
    assert (f"`grader data fetch {name}`" in caught.value.hint) == is_fetched


@pytest.mark.parametrize("name", sorted({*IMAGES} - {"digits", "handwritten"}))
def test_without_training_images_there_is_no_calibration(name: str) -> None:
    """A dataset whose training split is absent offers no calibration images."""
    assert datasets.get(name).calibration() is None


def test_importing_the_package_loads_no_library() -> None:
    """`import grader.datasets` and listing the names load neither NumPy nor Pillow nor scikit-learn."""
    code = (
        "import sys, grader.datasets; grader.datasets.names();"
        "sys.exit(bool({'numpy', 'PIL', 'sklearn', 'scipy', 'platformdirs'} & sys.modules.keys()))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_split_knows_its_digest_by_content() -> None:
    """Equal data give equal digests, and one other pixel or label gives another digest."""
    images, labels = np.zeros((2, 3, 3), np.uint8), np.zeros(2, np.uint8)
    other = images.copy()
    other[0, 0, 0] = 1

    assert Split(images, labels).digest == Split(images.copy(), labels.copy()).digest
    assert Split(images, labels).digest != Split(other, labels).digest
    assert Split(images, labels).digest != Split(images, labels + 1).digest
    assert len(Split(images, labels)[:1]) == 1


def test_digits_need_nothing_on_disk() -> None:
    """The embedded digits give 1,500 test images in MNIST's form and 297 others for calibration."""
    digits = datasets.get("digits")
    test, calibration = digits.load("test"), digits.calibration()

    assert calibration is not None
    assert test.images.shape == (1500, 28, 28)
    assert calibration.split.images.shape == (297, 28, 28)
    assert test.images.dtype == test.labels.dtype == np.uint8
    assert np.bincount(test.labels).min() > 140
    assert not {image.tobytes() for image in test.images} & {
        image.tobytes() for image in calibration.split.images
    }
    location = digits.locate("test")
    assert location is not None
    assert location.origin == "embedded"
    with pytest.raises(DataUnavailableError, match="no train split"):
        digits.load("train")
