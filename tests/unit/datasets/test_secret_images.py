from __future__ import annotations

import pickle

import numpy as np
import pytest

from grader import datasets
from grader.datasets.secret_images import SecretImages, image_digest
from grader.errors import DataUnavailableError

IMAGES = np.full((3, 28, 28), 9, np.uint8)


def test_secret_images_have_the_form_of_a_known_dataset() -> None:
    """Its classes and its calibration images, and zeros where labels would be."""
    digits = datasets.get("digits")
    images = SecretImages(IMAGES, digits)

    assert (images.class_names, images.image_shape) == (digits.class_names, (28, 28))
    assert images.visibility == "secret"
    assert images.locate("test") is None
    calibration, expected = images.calibration(), digits.calibration()
    assert calibration is not None
    assert expected is not None
    assert calibration.split.digest == expected.split.digest
    with pytest.raises(DataUnavailableError):
        images.load("train")


def test_their_name_tells_them_from_all_others() -> None:
    """It is drawn from pixels, shape and the dataset they are like; workers elsewhere read the same."""
    digits, mnist = datasets.get("digits"), datasets.get("mnist")
    first = SecretImages(IMAGES, digits)

    assert first.name == SecretImages(IMAGES.copy(), digits).name
    assert first.name != SecretImages(IMAGES, mnist).name
    assert image_digest(IMAGES) != image_digest(IMAGES.reshape(3, 14, 56))
    again = pickle.loads(pickle.dumps(first))  # noqa: S301, TID251  (what was just pickled)
    assert again.load("test").digest == first.load("test").digest
