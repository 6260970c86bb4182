"""The lines of a diagram, with their points, error bars and bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer, StemContainer
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from grader.evidence.code.probe.running.figure_bands import Band, bands_of
from grader.evidence.code.run_record import LineDrawn

#: Most lines of a diagram, points of a line, and points in all that are kept.
_LINES = 100
_POINTS = 400
_POINTS_IN_ALL = 100_000
#: Longer lines show no series of a training.
_LONGEST = 100_000
#: Characters of a text that are kept.
_TEXT = 300

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Drawn:
    """A line as Matplotlib has it: arrays of equal length; `errors` is empty where there are none."""

    label: str
    x: Floats
    y: Floats
    errors: Floats


class LineReader:
    """Reads lines, with fewer and fewer points once many are kept.

    Args:
        series: What a series of values is known as; empty for others.
    """

    def __init__(self, series: Callable[[Sequence[float]], str]) -> None:
        self._series = series
        self._left = _POINTS_IN_ALL

    def lines(self, axes: Axes) -> tuple[LineDrawn, ...]:
        """The lines of a diagram over its data; guide lines across the whole diagram are none."""
        return tuple(self._line(line) for line in _drawn(axes)[:_LINES])

    def _line(self, line: _Drawn) -> LineDrawn:
        points = len(line.y)
        count = min(points, _POINTS, self._left)
        self._left -= count
        kept = np.linspace(0, points - 1, count).round().astype(int)
        return LineDrawn(
            label=line.label,
            points=points,
            x=_finite(line.x[kept]),
            y=_finite(line.y[kept]),
            errors=_finite(line.errors[kept]) if line.errors.size else (),
            series=self._name(line) if points <= _LONGEST else "",
        )

    def _name(self, line: _Drawn) -> str:
        try:
            return self._series(line.y.tolist()) or self._series(line.x.tolist())
        except Exception:
            return ""


def short(text: str) -> str:
    """A text without what is too much of it."""
    return str(text).strip()[:_TEXT]


def _drawn(axes: Axes) -> list[_Drawn]:
    bars = [item for item in axes.containers if isinstance(item, ErrorbarContainer)]
    stems = [item for item in axes.containers if isinstance(item, StemContainer)]
    parts = [cap for bar in bars for cap in bar.lines[1]] + [stem.baseline for stem in stems]
    labels = {id(stem.markerline): stem.get_label() for stem in stems}
    with_bars = {id(bar.lines[0]): bar for bar in bars if bar.lines[0] is not None}
    found = [
        _with_bars(line, with_bars[id(line)])
        if id(line) in with_bars
        else _plain(line, labels.get(id(line), line.get_label()))
        for line in axes.lines
        if line not in parts and _is_over_data(line, axes)
    ]
    found += [_bars_alone(bar) for bar in bars if bar.lines[0] is None and bar.has_yerr]
    bands = bands_of(axes)
    return [_within_band(line, bands) for line in found if line.y.size]


def _within_band(line: _Drawn, bands: Sequence[Band]) -> _Drawn:
    """A line with the heights of the band that it runs in, where it has no error bars."""
    if line.errors.size:
        return line
    heights = (band.heights_around(line.x, line.y) for band in bands)
    errors = next((found for found in heights if found.size), line.errors)
    return replace(line, errors=errors)


def _is_over_data(line: Line2D, axes: Axes) -> bool:
    """Whether both coordinates are data: those of `axhline` are partly a share of the diagram."""
    return all(line.get_transform().contains_branch_seperately(axes.transData))


def _plain(line: Line2D, label: object) -> _Drawn:
    return _Drawn(_label(label), *_points(line), np.empty(0))


def _with_bars(line: Line2D, bar: ErrorbarContainer) -> _Drawn:
    """A line with error bars, which may stand at some of its points only."""
    x, y = _points(line)
    heights = {start: (high - low) / 2 for start, low, high in _ranges(bar)}
    errors = [heights.get(value, np.nan) for value in x.tolist()] if heights else []
    return _Drawn(_label(bar.get_label()), x, y, np.array(errors, dtype=np.float64))


def _bars_alone(bar: ErrorbarContainer) -> _Drawn:
    """Error bars without a line, around their middles."""
    x, low, high = np.array(_ranges(bar), dtype=np.float64).reshape(-1, 3).T
    return _Drawn(_label(bar.get_label()), x, (low + high) / 2, (high - low) / 2)


def _ranges(bar: ErrorbarContainer) -> list[tuple[float, float, float]]:
    """Place, lower and upper end of each vertical error bar."""
    if not bar.has_yerr:
        return []
    segments = [np.asarray(segment) for segment in bar.lines[2][-1].get_segments()]
    return [
        (float(segment[0, 0]), float(segment[0, 1]), float(segment[1, 1]))
        for segment in segments
        if segment.shape == (2, 2)
    ]


def _points(line: Line2D) -> tuple[Floats, Floats]:
    """Numbers, whatever was given: categories and dates are numbers on an axis."""
    x = np.asarray(line.get_xdata(orig=False), dtype=np.float64)
    return x, np.asarray(line.get_ydata(orig=False), dtype=np.float64)


def _label(label: object) -> str:
    """A label of the student's own; Matplotlib's begin with ``_``."""
    text = "" if label is None else short(str(label))
    return "" if text.startswith("_") else text


def _finite(values: Floats) -> tuple[float | None, ...]:
    return tuple(value if np.isfinite(value) else None for value in values.tolist())
