"""Arithmetic on pixels: convert values from 0 to 255 to those a model was trained on."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.protocol import Pixels

#: The axes of (N, H, W, C) over which the norm is computed.
_AXES = {"l2-image": (1, 2, 3), "l2-rows": (2,), "l2-columns": (1,)}


def apply_pixels(images: NDArray[np.float32], pixels: Pixels) -> NDArray[np.float32]:
    """Convert images to the numbers a model expects.

    Args:
        images: Shape (N, H, W, C), 0 to 255.
        pixels: The arithmetic to apply.

    Raises:
        ValueError: `offset` or `scale` have a length that is neither 1, C nor H x W x C.
    """
    if pixels.inverted:
        images = np.float32(255) - images
    if pixels.reversed_channels:
        images = images[..., ::-1]
    if pixels.rule == "binarise":
        return (images > 127).astype(np.float32)
    if pixels.rule == "standardise":
        return _standardise(images)
    if pixels.rule == "affine":
        offset = _spread(pixels.offset, images.shape[1:])
        shifted: NDArray[np.float32] = (images - offset) / _spread(pixels.scale, images.shape[1:])
        return shifted
    norm = np.sqrt((images**2).sum(axis=_AXES[pixels.rule], keepdims=True))
    norm[norm == 0] = 1
    scaled: NDArray[np.float32] = images / norm
    return scaled


def _standardise(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give every image mean 0 and standard deviation 1."""
    mean = images.mean(axis=(1, 2, 3), keepdims=True)
    # As in `tf.image.per_image_standardization`, an image of one colour is not divided by 0.
    minimum = np.float32(1 / math.sqrt(images[0].size))
    deviation = np.maximum(images.std(axis=(1, 2, 3), keepdims=True), minimum)
    standardised: NDArray[np.float32] = (images - mean) / deviation
    return standardised


def _spread(values: tuple[float, ...], image: tuple[int, ...]) -> NDArray[np.float32]:
    array = np.asarray(values, np.float32)
    if array.size in (1, image[-1]):
        return array
    if array.size != np.prod(image):
        raise ValueError(f"{array.size} numbers do not fit images of shape {image}")
    return array.reshape(image)
