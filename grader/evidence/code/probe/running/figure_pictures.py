"""Small pictures of figures, drawn within a second or not at all."""

from __future__ import annotations

import io
import time
import warnings
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

#: The longest side in pixels, and the dots an inch of figures that are smaller.
_LONGEST = 480
_DPI = 100.0
_BYTES = 40_000
#: CPU seconds for drawing one.
_SECONDS = 0.8
#: What is drawn at one go, which nothing here can interrupt: points of lines, marks and cells, pixels of images.
_POINTS = 1_000_000
_MARKS = 100_000
_PIXELS = 30_000_000
#: Colours and share of the size that are tried until a picture is small enough.
_TRIES = ((64, 1.0), (24, 1.0), (24, 0.6), (12, 0.3))


class _TooSlowError(Exception):
    """A figure takes too long to draw."""


class _TimedRenderer(RendererAgg):
    """Stops when its time is up: whatever is drawn asks for a context or the size of a text first."""

    until = 0.0

    def new_gc(self) -> GraphicsContextBase:
        """A context."""
        self._check()
        return super().new_gc()

    def get_text_width_height_descent(self, *args: Any) -> Any:
        """The size of a text."""
        self._check()
        return super().get_text_width_height_descent(*args)  # type: ignore[no-untyped-call]

    def _check(self) -> None:
        if time.process_time() > self.until:
            raise _TooSlowError


class _TimedCanvas(FigureCanvasAgg):
    """A canvas whose renderer has a time limit."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        width, height = self.get_width_height(physical=True)
        self._timed = _TimedRenderer(width, height, figure.dpi)  # type: ignore[no-untyped-call]
        self._timed.until = time.process_time() + _SECONDS

    def get_renderer(self) -> RendererAgg:
        """The one it always has."""
        return self._timed


def small_picture(figure: Figure) -> bytes:
    """A PNG image of at most 480 pixels a side and 40 kB; empty where it takes too long or cannot be drawn."""
    if _points(figure) > _POINTS or _marks(figure) > _MARKS or _pixels(figure) > _PIXELS:
        return b""
    canvas, dpi = figure.canvas, figure.dpi
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure.dpi = min(_DPI, _LONGEST / max(figure.get_size_inches()))
            timed = _TimedCanvas(figure)
            timed.draw()  # type: ignore[no-untyped-call]
            return _png(Image.fromarray(np.asarray(timed.buffer_rgba())).convert("RGB"))  # type: ignore[no-untyped-call]
    except Exception:
        return b""
    finally:
        figure.set_canvas(canvas)
        figure.dpi = dpi


def _png(picture: Image.Image) -> bytes:
    """An image of few colours, made smaller until it has few bytes."""
    for colours, share in _TRIES:
        size = (max(1, round(share * picture.width)), max(1, round(share * picture.height)))
        resized = picture if share == 1 else picture.resize(size, Image.Resampling.LANCZOS)
        file = io.BytesIO()
        resized.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= _BYTES:
            return file.getvalue()
    return b""


def _points(figure: Figure) -> int:
    return sum(np.size(line.get_ydata()) for axes in figure.axes for line in axes.lines)


def _marks(figure: Figure) -> int:
    """Members of collections, and points that are marked."""
    collections = sum(_members(item) for axes in figure.axes for item in axes.collections)
    lines = (line for axes in figure.axes for line in axes.lines)
    return collections + sum(np.size(line.get_ydata()) for line in lines if _is_marked(line))


def _is_marked(line: Line2D) -> bool:
    return line.get_marker() not in (None, "", " ", "None", "none")


def _members(collection: Collection) -> int:
    array = collection.get_array()
    coloured = 0 if array is None else array.size
    return max(np.size(collection.get_offsets()) // 2, len(collection.get_paths()), coloured)


def _pixels(figure: Figure) -> int:
    arrays = (image.get_array() for axes in figure.axes for image in axes.images)
    return sum(array.size for array in arrays if array is not None)
