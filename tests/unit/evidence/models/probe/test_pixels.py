from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.datasets.base import Calibration, Split
from grader.evidence.models.candidates import pixels_of
from grader.evidence.models.probe.pixels import apply_pixels
from grader.evidence.models.protocol import Pixels
from grader.evidence.predictions.interface import Normalization, Preprocessing

RNG = np.random.default_rng(11)
IMAGES = RNG.integers(0, 256, (200, 4, 5, 3), dtype=np.uint8)
TRAINING = Split(IMAGES, np.zeros(200, np.uint8))
CALIBRATION = Calibration.of(TRAINING)
X = IMAGES.astype(np.float64)
PER_IMAGE = (1, 2, 3)

#: What a student would write.
BY_HAND: dict[Normalization, NDArray[np.float64]] = {
    "0..1": X / 255,
    "0..255": X,
    "-1..1": X / 127.5 - 1,
    "-0.5..0.5": X / 255 - 0.5,
    "standardised": (X - X.mean()) / X.std(),
    "standardised-channels": (X - X.mean((0, 1, 2))) / X.std((0, 1, 2)),
    "standardised-pixels": (X - X.mean(0)) / X.std(0),
    "mean-subtracted": X / 255 - (X / 255).mean(0),
    "standardised-image": (X - X.mean(PER_IMAGE, keepdims=True)) / X.std(PER_IMAGE, keepdims=True),
    "l2-image": X / np.sqrt((X**2).sum(PER_IMAGE, keepdims=True)),
    "l2-rows": X / np.linalg.norm(X, axis=2, keepdims=True),
    "l2-columns": X / np.linalg.norm(X, axis=1, keepdims=True),
    "binarised": (X / 255 > 0.5).astype(np.float64),
    "imagenet": (X / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
    "imagenet-bgr": X[..., ::-1] - [103.939, 116.779, 123.68],
}


@pytest.mark.parametrize("normalization", sorted(BY_HAND))
def test_every_normalization_is_the_arithmetic_its_name_says(normalization: Normalization) -> None:
    """Each gives what a student's own line of NumPy gives."""
    pixels = pixels_of(Preprocessing(normalization=normalization), CALIBRATION)
    brought = apply_pixels(IMAGES.astype(np.float32), pixels)

    assert brought.dtype == np.float32
    np.testing.assert_allclose(brought, BY_HAND[normalization], atol=2e-4, rtol=1e-5)


def test_exchanging_black_and_white_comes_first() -> None:
    """White becomes 0 before anything else is done."""
    pixels = pixels_of(Preprocessing(normalization="-1..1", inverted=True), None)
    white = np.full((1, 2, 2, 1), 255, np.float32)

    assert apply_pixels(white, pixels).max() == -1


@pytest.mark.parametrize("rule", ["l2-image", "l2-rows", "l2-columns", "standardise"])
def test_a_black_image_stays_finite(rule: str) -> None:
    """Nothing is divided by zero."""
    pixels = Pixels(rule=rule)  # type: ignore[arg-type]

    with np.errstate(all="raise"):
        assert not apply_pixels(np.zeros((1, 3, 3, 1), np.float32), pixels).any()


def test_pixels_that_never_vary_are_left_as_they_are() -> None:
    """A margin that is always black does not become a division by zero."""
    black = Split(np.zeros((5, 2, 2), np.uint8), np.zeros(5, np.uint8))
    pixels = pixels_of(Preprocessing(normalization="standardised-pixels"), Calibration.of(black))

    assert pixels.scale == (1.0,) * 4


def test_numbers_that_fit_no_image_are_refused() -> None:
    """Two means for three channels are a mistake."""
    with pytest.raises(ValueError, match="2 numbers do not fit"):
        apply_pixels(IMAGES.astype(np.float32), Pixels(offset=(1.0, 2.0)))


def test_statistics_are_of_all_training_images() -> None:
    """Mean and deviation are NumPy's own, of every number, channel and pixel."""
    assert CALIBRATION.overall == pytest.approx((X.mean(), X.std()))
    np.testing.assert_allclose(CALIBRATION.channels[0], X.mean((0, 1, 2)))
    np.testing.assert_allclose(CALIBRATION.channels[1], X.std((0, 1, 2)))
    np.testing.assert_allclose(CALIBRATION.deviation, X.std(0), rtol=1e-5)
    assert len(Calibration.of(TRAINING, 50).split) == 50
