"""The picture of a replayed link, in the colours of the page: orange for -1, blue for +1."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from grader.evidence.playground.record import Picture
from grader.evidence.playground.replaying import SIDE, SQUARE

#: Pixels of a side, and of a point across.
_PIXELS, _POINT = 320, 7

#: Colours of a picture: enough for its shades, and a third of the bytes.
_SHADES = 96

#: Points are drawn twice as large and made smaller, so that their edges are smooth.
_SCALE = 2

_LOW, _MIDDLE, _HIGH = (245, 147, 34), (232, 234, 235), (8, 119, 189)


def draw_picture(picture: Picture) -> bytes:
    """The output as colours with all points on it, test points with a dark edge, as a PNG."""
    heights = np.clip(np.array(picture.outputs[: SIDE * SIDE], float) / 100, -1, 1)
    heights = np.resize(heights, SIDE * SIDE).reshape(SIDE, SIDE)
    pixels = Image.fromarray(_colours(heights)).resize(
        (_PIXELS * _SCALE,) * 2, Image.Resampling.BICUBIC
    )
    drawing = ImageDraw.Draw(pixels)
    for points, edge in ((picture.train, "white"), (picture.test, "black")):
        for x, y, label in points:
            _draw_point(drawing, x, y, label, edge)
    stream = BytesIO()
    shades = pixels.reduce(_SCALE).quantize(_SHADES, method=Image.Quantize.FASTOCTREE)
    shades.save(stream, "PNG")
    return stream.getvalue()


def _colours(heights: NDArray[np.float64]) -> NDArray[np.uint8]:
    low, middle, high = (np.array(colour, float) for colour in (_LOW, _MIDDLE, _HIGH))
    share = np.abs(heights)[..., None]
    ends = np.where(heights[..., None] < 0, low, high)
    colours: NDArray[np.uint8] = (middle + (ends - middle) * share * 0.85).astype(np.uint8)
    return colours


def _draw_point(drawing: ImageDraw.ImageDraw, x: float, y: float, label: float, edge: str) -> None:
    unit = _PIXELS * _SCALE / (2 * SQUARE)
    across, down = (x + SQUARE) * unit, (SQUARE - y) * unit
    radius = _POINT * _SCALE / 2
    colour = _colours(np.array([[max(-1.0, min(1.0, label))]]))[0, 0]
    box = (across - radius, down - radius, across + radius, down + radius)
    drawing.ellipse(box, fill=tuple(int(value) for value in colour), outline=edge, width=_SCALE)
