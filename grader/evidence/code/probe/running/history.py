"""Histories that capped trainings give back, and which history a plotted line shows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: How far the values of a padded history stray, in parts of the value: no eye sees it, and every series is unique.
_NOISE = 1e-4

#: How closely a line has to follow a history, in parts of the history's spread.
_EXACT = 1e-6

#: What stands for the size of a zero, which no multiple makes unique.
_SMALL = 1e-2

#: Series that are remembered.
_MOST = 5_000


class HistoryBook:
    """Every series a training or an evaluation gave back, so that a plotted line can be traced to it."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(20_240_229)
        self._series: list[tuple[str, NDArray[np.float64]]] = []

    def padded(self, history: Mapping[str, Sequence[Any]], epochs: int) -> dict[str, list[Any]]:
        """A history of as many epochs as were declared.

        Args:
            history: Name to the values of the epochs that were run; what is no number is repeated as it is.
            epochs: How many there are to be.
        """
        return {name: self._padded(values, epochs) for name, values in history.items()}

    def unique(self, value: float) -> float:
        """A value that strays a little, so that it can be recognised."""
        if not math.isfinite(value):
            return value
        strays = _NOISE * float(self._random.uniform(-1, 1))
        return value * (1 + strays) if value else abs(strays) * _SMALL

    def add(self, training: int, history: Mapping[str, Sequence[Any]]) -> None:
        """Remember the history of a training.

        Args:
            training: Its number, from 1.
            history: Name to values.
        """
        for name, values in history.items():
            found = _as_numbers(values)
            if found is not None and len(self._series) < _MOST:
                self._series.append((f"training {training}, {name}", found))

    def series(self, values: Sequence[float]) -> str:
        """The history a line shows, as ``training 2, val_accuracy``; empty for none.

        A line may show it in per cent, or one minus it: any multiple, moved by any number.
        """
        line = _as_numbers(values)
        return next(self._showing(line), "") if line is not None and len(line) else ""

    def _showing(self, line: NDArray[np.float64]) -> Iterator[str]:
        for name, found in reversed(self._series):
            if found.shape == line.shape and _is_multiple(line, found):
                yield name

    def _padded(self, values: Sequence[Any], epochs: int) -> list[Any]:
        kept = list(values)[:epochs]
        last = kept[-1] if kept else 0.0
        whole = [*kept, *[last] * (epochs - len(kept))]
        return whole if _as_numbers(kept) is None else [self.unique(float(it)) for it in whole]


def _as_numbers(values: Sequence[Any]) -> NDArray[np.float64] | None:
    """A series of single numbers; None for anything else: a metric may give an array an epoch."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return found if found.ndim == 1 else None


def _is_multiple(line: NDArray[np.float64], found: NDArray[np.float64]) -> bool:
    if not (np.isfinite(line).all() and np.isfinite(found).all()):
        return False
    if len(line) < 4:  # any three points are nearly on a multiple of any others
        shown = (found, 100 * found, 1 - found, 100 * (1 - found))
        return any(np.allclose(line, values, rtol=1e-9, atol=0) for values in shown)
    own, other = found - found.mean(), line - line.mean()
    spread = float(own @ own)
    if spread == 0:
        return False
    factor = float(own @ other) / spread
    left = other - factor * own
    return bool(factor != 0 and float(left @ left) <= _EXACT**2 * factor**2 * spread)
