"""Digits: the 1,797 small handwritten digits that come with scikit-learn; needs no download.

Source: E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI repository, test
part, as `sklearn.datasets.load_digits` gives it: 8 x 8, ink 0 to 16.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grader.datasets.base import Calibration, Dataset, Location, Split, SplitName
from grader.errors import DataUnavailableError

#: The first images serve to find a model's input scaling and are in no split.
_CALIBRATION = 297
#: The 8 x 8 pixels are smoothed at this many times their size before they are put in place.
_ZOOM = 10
_BICUBIC = Image.Resampling.BICUBIC


class Digits(Dataset):
    """scikit-learn's digits in MNIST's form: shape (28, 28), ink 255 on ground 0.

    There are 1,797 images: the first 297 are `calibration()`, the other 1,500 are the ``test``
    split. There is no ``train`` split.
    """

    name = "digits"
    title = "scikit-learn's handwritten digits in MNIST's form"
    class_names = tuple("0123456789")
    image_shape = (28, 28)
    splits = ("test",)

    def locate(self, split: SplitName) -> Location | None:
        """The installed scikit-learn; None for ``"train"``."""
        if split != "test":
            return None
        # Found without importing it, which takes longer than all the rest of an unchanged run.
        found = find_spec("sklearn")
        if found is None or found.origin is None:
            return None
        return Location(Path(found.origin).parent / "datasets" / "data", "embedded")

    def load(self, split: SplitName) -> Split:
        """Bring the 1,500 test images to MNIST's form.

        Returns:
            Images of shape (1500, 28, 28), values 0 to 255, and labels of shape (1500,).

        Raises:
            DataUnavailableError: `split` is not ``"test"``.
        """
        if split != "test":
            raise DataUnavailableError(f"dataset 'digits' has no {split} split", hint="use test")
        return _digits(slice(_CALIBRATION, None))

    def calibration(self) -> Calibration:
        """The first 297 images, which are not in the test split."""
        return Calibration.of(_digits(slice(_CALIBRATION)))

    def every_image(self) -> Split:
        """All 1,797 images; public, and for other datasets of digits none is a test image."""
        return _digits(slice(None))


def _digits(rows: slice) -> Split:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = [_enlarged(small) for small in bunch.images[rows]]
    return Split(np.stack(images), bunch.target[rows].astype(np.uint8))


def _enlarged(small: NDArray[np.float64]) -> NDArray[np.uint8]:
    from grader.datasets.mnist_form import place  # brings SciPy along

    # A margin lets the edge of the ink fade out instead of being cut off.
    padded = Image.fromarray(np.pad(small / 16, 1).astype(np.float32))
    smooth = np.asarray(padded.resize([_ZOOM * side for side in padded.size], _BICUBIC), np.float32)
    # A value of the original is the inked part of a cell: a stroke's edge is at half of it.
    return place(np.clip((smooth - 0.3) / 0.4, 0, 1))


DATASET = Digits()
