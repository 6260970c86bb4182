"""Which layout a model's input has, and bringing images into it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.evidence.predictions.interface import Fit

#: Channels of a model's input.
_GREY, _COLOUR = 1, 3

#: What each of red, green and blue adds to the brightness: ITU-R BT.601, as every imaging library has it.
_BRIGHTNESS = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Layout:
    """How images lie in a model's input."""

    height: int
    width: int
    channels: int
    order: Literal["channels-last", "channels-first"]
    shape: tuple[int, ...]
    """Of one image, as the model takes it."""

    def fits(self, image: tuple[int, ...]) -> tuple[Fit, ...]:
        """The ways to bring images of shape (H, W) or (H, W, 3) to its size."""
        if image[:2] == (self.height, self.width):
            return ("as-is",)
        larger = self.height >= image[0] and self.width >= image[1]
        return ("padded", "resized") if larger else ("resized",)


def find_layout(image: tuple[int, ...], wanted: tuple[int | None, ...]) -> Layout | None:
    """The layout of an input of shape `wanted` for images (H, W) or (H, W, 3); None where there is none.

    Args:
        image: Shape of one image.
        wanted: Shape of the input without the batch dimension; None where an extent is not fixed.
    """
    height, width = image[:2]
    depths = (_COLOUR, _GREY) if len(image) == 3 else (_GREY, _COLOUR)
    for channels in depths:
        for order in ("channels-last", "channels-first"):
            shape = _match(wanted, height, width, channels, first=order == "channels-first")
            if shape is not None:
                size = _spatial(shape, channels, (height, width), first=order == "channels-first")
                return Layout(*size, channels=channels, order=order, shape=shape)
    return None


def _match(
    wanted: tuple[int | None, ...], height: int, width: int, channels: int, *, first: bool
) -> tuple[int, ...] | None:
    """`wanted` with its open extents filled in, where images of that many channels lie in it."""
    whole = (channels, height, width) if first else (height, width, channels)
    if len(wanted) == 3:
        place = 0 if first else 2
        if wanted[place] in (None, channels):
            return tuple(
                own if asked is None else asked for asked, own in zip(wanted, whole, strict=True)
            )
        return None
    if first and channels == _GREY:
        return None  # the same numbers in the same order as channels last
    if len(wanted) == 2 and wanted[0] is None and wanted[1] == width * channels:
        return height, width * channels
    known = [extent for extent in wanted if extent is not None]
    missing = len(wanted) - len(known)
    total = math.prod(whole)
    if missing > 1 or not wanted or total % math.prod(known):
        return None
    filled = tuple(total // math.prod(known) if extent is None else extent for extent in wanted)
    return filled if math.prod(filled) == total else None


def _spatial(
    shape: tuple[int, ...], channels: int, image: tuple[int, int], *, first: bool
) -> tuple[int, int]:
    """Height and width of the images in a layout; only three dimensions can hold another size."""
    if len(shape) != 3 or math.prod(shape) == math.prod(image) * channels:
        return image
    return (shape[1], shape[2]) if first else (shape[0], shape[1])


def to_size(images: NDArray[np.float32], layout: Layout, fit: Fit) -> NDArray[np.float32]:
    """Images (N, H, W, C) at the height and width of a layout: zeros around them, or bilinear."""
    height, width = images.shape[1:3]
    if fit == "padded":
        top, left = (layout.height - height) // 2, (layout.width - width) // 2
        below, right = layout.height - height - top, layout.width - width - left
        return np.pad(images, ((0, 0), (top, below), (left, right), (0, 0)))
    if fit == "resized":
        rows, columns = _weights(height, layout.height), _weights(width, layout.width)
        resized: NDArray[np.float32] = np.einsum(
            "rh,nhwc,sw->nrsc", rows, images, columns, optimize=True, dtype=np.float32
        )
        return resized
    return images


def _weights(old: int, new: int) -> NDArray[np.float32]:
    """Bilinear interpolation along one axis as a matrix (new, old), half-pixel centres."""
    position = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, old - 1)
    share = position - low
    weights = np.zeros((new, old), np.float32)
    weights[np.arange(new), low] += 1 - share
    weights[np.arange(new), high] += share
    return weights


def to_channels(images: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """Images (N, H, W, C) with that many channels: brightness of colours, or three equal ones."""
    if images.shape[3] == channels:
        return images
    if channels == _GREY:
        return (images @ np.array(_BRIGHTNESS, np.float32))[..., np.newaxis]
    return np.repeat(images, channels, axis=3)


def in_shape(images: NDArray[np.float32], layout: Layout) -> NDArray[np.float32]:
    """Images (N, H, W, C) in the shape and order the model takes."""
    if layout.order == "channels-first":
        images = images.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(images).reshape(len(images), *layout.shape)


def shape_text(shape: tuple[int | None, ...]) -> str:
    """A shape as users read it."""
    return " x ".join("?" if size is None else str(size) for size in shape) or "a single number"
