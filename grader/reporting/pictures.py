"""Small pictures inside pages, as PNG data addresses."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: (dataset, place among the test images) to the image, uint8; None where it is not at hand.
Images = Callable[[str, int], NDArray[np.uint8] | None]


def no_images(dataset: str, place: int) -> None:
    """For pages of runs that keep no images."""


def png(pixels: NDArray[np.uint8]) -> str:
    """An image as a ``data:`` address.

    Args:
        pixels: (height, width) for grey, (height, width, 3) for RGB.
    """
    return _encode(pixels.tobytes(), pixels.shape)


@lru_cache(maxsize=4096)
def _encode(data: bytes, shape: tuple[int, ...]) -> str:
    """Cached: the models of a class get much the same images wrong."""
    from PIL import Image

    stream = io.BytesIO()
    pixels = np.frombuffer(data, np.uint8).reshape(shape)
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def heatmap(matrix: NDArray[np.integer[Any]]) -> str:
    """A confusion matrix too large for a table: a pixel a cell, dark where much is.

    Args:
        matrix: Counts, rows are labels.
    """
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    # Roots lift the many small confusions into sight beside the diagonal.
    darkness = np.sqrt(share)[..., np.newaxis]
    paper, ink = np.array([250, 251, 253]), np.array([20, 60, 120])
    return png((paper + (ink - paper) * darkness).round().astype(np.uint8))
