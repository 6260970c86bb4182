"""Bands of a diagram, as `fill_between` draws them around a line: mean and deviation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

#: Corners of an area that is looked at, and areas of a diagram.
_MOST_CORNERS = 20_000
_MOST_BANDS = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Places on the horizontal axis, in order, with the lower and the upper edge there."""

    x: Floats
    low: Floats
    high: Floats

    def heights_around(self, x: Floats, y: Floats) -> Floats:
        """Half its height at each point of a line that runs within it; empty for a line that does not."""
        place = np.searchsorted(self.x, x).clip(max=len(self.x) - 1)
        if not np.allclose(self.x[place], x, equal_nan=False):
            return np.empty(0)
        low, high = self.low[place], self.high[place]
        slack = 1e-9 + 1e-6 * np.abs(y)
        is_within = bool(np.all((low - slack <= y) & (y <= high + slack)))
        has_inside = bool(np.any((low < y - slack) & (y + slack < high)))
        return (high - low) / 2 if is_within and has_inside else np.empty(0)


def bands_of(axes: Axes) -> list[Band]:
    """The bands of a diagram. An area between a line and a constant, as below a curve, is none."""
    return list(_bands(axes))[:_MOST_BANDS]


def _bands(axes: Axes) -> Iterator[Band]:
    for collection in axes.collections:
        if not isinstance(collection, PolyCollection):
            continue
        corners = [np.asarray(path.vertices, dtype=np.float64) for path in collection.get_paths()]
        if not corners or sum(map(len, corners)) > _MOST_CORNERS:
            continue
        points = np.concatenate(corners)
        points = points[np.isfinite(points).all(axis=1)]
        x, place = np.unique(points[:, 0], return_inverse=True)
        low, high = np.full(len(x), np.inf), np.full(len(x), -np.inf)
        np.minimum.at(low, place, points[:, 1])
        np.maximum.at(high, place, points[:, 1])
        if len(x) > 1 and np.ptp(low) > 0 and np.ptp(high) > 0:
            yield Band(x, low, high)
