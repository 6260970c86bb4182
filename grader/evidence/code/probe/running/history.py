"""Histories that capped trainings give back, and which history a plotted line shows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: How far the values of a padded history stray, in parts of the value: no eye sees it, and every series is unique.
_NOISE = 1e-4

#: How closely a line has to follow a history, in parts of the history's spread.
_EXACT = 1e-6

#: Series that are remembered.
_MOST = 5_000


class HistoryBook:
    """Every series a training or an evaluation gave back, so that a plotted line can be traced to it."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(20_240_229)
        self._series: list[tuple[str, NDArray[np.float64]]] = []

    def padded(self, history: Mapping[str, Sequence[float]], epochs: int) -> dict[str, list[float]]:
        """A history of as many epochs as were declared.

        Args:
            history: Name to the values of the epochs that were run; at least one.
            epochs: How many there are to be.
        """
        return {name: self._padded(values, epochs) for name, values in history.items()}

    def unique(self, value: float) -> float:
        """A value that strays a little, so that it can be recognised."""
        if not math.isfinite(value):
            return value
        return float(value * (1 + _NOISE * self._random.uniform(-1, 1)))

    def add(self, training: int, history: Mapping[str, Sequence[float]]) -> None:
        """Remember the history of a training.

        Args:
            training: Its number, from 1.
            history: Name to values.
        """
        for name, values in history.items():
            if len(self._series) < _MOST:
                found = np.asarray(values, dtype=np.float64)
                self._series.append((f"training {training}, {name}", found))

    def series(self, values: Sequence[float]) -> str:
        """The history a line shows, as ``training 2, val_accuracy``; empty for none.

        A line may show it in per cent, or one minus it: any multiple, moved by any number.
        """
        line = np.asarray(values, dtype=np.float64)
        return next(self._showing(line), "") if line.ndim == 1 and len(line) else ""

    def _showing(self, line: NDArray[np.float64]) -> Iterator[str]:
        for name, found in reversed(self._series):
            if found.shape == line.shape and _is_multiple(line, found):
                yield name

    def _padded(self, values: Sequence[float], epochs: int) -> list[float]:
        kept = [float(value) for value in values][:epochs]
        last = kept[-1] if kept else 0.0
        return [self.unique(value) for value in (*kept, *[last] * (epochs - len(kept)))]


def _is_multiple(line: NDArray[np.float64], found: NDArray[np.float64]) -> bool:
    if not (np.isfinite(line).all() and np.isfinite(found).all()):
        return False
    if len(line) < 4:  # any three points are nearly on a multiple of any others
        return bool(
            np.allclose(line, found, rtol=1e-9) or np.allclose(line, 100 * found, rtol=1e-9)
        )
    own, other = found - found.mean(), line - line.mean()
    spread = float(own @ own)
    if spread == 0:
        return False
    factor = float(own @ other) / spread
    left = other - factor * own
    return bool(factor != 0 and float(left @ left) <= _EXACT**2 * factor**2 * spread)
