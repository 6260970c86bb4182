"""The orders in which the values of an image may stand in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Brings rows of shape (n, *shape) into the dataset's own order, flat: (n, height * width * channels).
Layout = Callable[[NDArray[Any]], NDArray[Any]]


def flat(rows: NDArray[Any]) -> NDArray[Any]:
    """Rows whose values stand in the dataset's own order."""
    return rows.reshape(len(rows), -1)


def layouts(shape: tuple[int, ...], height: int, width: int, channels: int) -> Iterator[Layout]:
    """The layouts that rows of a shape may have, the likeliest first.

    Args:
        shape: Of one row.
        height: Of the dataset's images.
        width: Likewise.
        channels: 1 or 3.
    """
    if int(np.prod(shape)) == height * width * channels:
        yield flat
        if channels > 1:
            yield _reordered((channels, height, width), (0, 2, 3, 1))
        yield _reordered((width, height, channels), (0, 2, 1, 3))
        if channels > 1:
            yield _reordered((channels, width, height), (0, 3, 2, 1))
            yield _channels_reversed(channels)
    elif channels == 1 and shape == (height, width, 3):
        yield lambda rows: flat(rows[..., 0])
    elif shape[:2] == (height + 4, width + 4) and shape[2:] in ((), (1,), (channels,)):
        # LeNet takes digits with a frame of two pixels.
        yield lambda rows: flat(rows[:, 2:-2, 2:-2])


def _reordered(form: tuple[int, ...], axes: tuple[int, ...]) -> Layout:
    def arrange(rows: NDArray[Any]) -> NDArray[Any]:
        return flat(rows.reshape(len(rows), *form).transpose(axes))

    return arrange


def _channels_reversed(channels: int) -> Layout:
    def arrange(rows: NDArray[Any]) -> NDArray[Any]:
        return flat(rows.reshape(len(rows), -1, channels)[..., ::-1])

    return arrange
