"""What a figure shows: its grid of diagrams, and each diagram with its texts, lines, bars, points and images."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyQuadMesh, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.legend import Legend

from grader.evidence.code.probe.running.figure_lines import LineReader, short
from grader.evidence.code.run_record import AxesDrawn, FigureDrawn

#: Most diagrams of a figure, and texts or images of a diagram, that are read.
_AXES = 200
_ITEMS = 60


class FigureReader:
    """Reads figures.

    Args:
        series: What a series of values is known as; empty for others.
    """

    def __init__(self, series: Callable[[Sequence[float]], str]) -> None:
        self._lines = LineReader(series)

    def read(self, figure: Figure) -> FigureDrawn:
        """What a figure shows. Where it was shown is left open."""
        diagrams = [
            axes for axes in figure.axes[:_AXES] if axes.get_visible() and not _is_bar(axes)
        ]
        grids = [grid.get_geometry()[:2] for axes in diagrams if (grid := _cell(axes))]
        return FigureDrawn(
            where="",
            title=short(figure.get_suptitle()),
            rows=max((rows for rows, _ in grids), default=1),
            columns=max((columns for _, columns in grids), default=1),
            axes=tuple(self._axes(axes, figure) for axes in diagrams),
        )

    def _axes(self, axes: Axes, figure: Figure) -> AxesDrawn:
        """A diagram; labels and legend of the whole figure are those of diagrams that have none."""
        cell = _cell(axes)
        titles = (axes.get_title(loc) for loc in ("center", "left", "right"))
        legend = _legend(axes.get_legend()) or _legend(next(iter(figure.legends), None))
        return AxesDrawn(
            title=short(next(filter(None, titles), "")),
            x_label=short(axes.get_xlabel() or figure.get_supxlabel()),
            y_label=short(axes.get_ylabel() or figure.get_supylabel()),
            x_scale=axes.get_xscale(),
            y_scale=axes.get_yscale(),
            legend=legend,
            lines=self._lines.lines(axes),
            images=_images(axes),
            bars=sum(len(item) for item in axes.containers if isinstance(item, BarContainer)),
            scattered=sum(
                np.shape(item.get_offsets())[0]
                for item in axes.collections
                if isinstance(item, PathCollection)
            ),
            row=cell.rowspan.start if cell else None,
            column=cell.colspan.start if cell else None,
        )


def _is_bar(axes: Axes) -> bool:
    """Whether it is the scale of colours beside a diagram."""
    return axes.get_label() == "<colorbar>"


def _cell(axes: Axes) -> SubplotSpec | None:
    """Its cell in the outermost grid: a diagram that shares its cell with a scale of colours has a grid within."""
    spec = axes.get_subplotspec()
    return None if spec is None else spec.get_topmost_subplotspec()


def _legend(legend: Legend | None) -> tuple[str, ...]:
    texts = [] if legend is None else legend.get_texts()[:_ITEMS]
    return tuple(short(text.get_text()) for text in texts)


def _images(axes: Axes) -> tuple[tuple[int, ...], ...]:
    """Shapes of images, and of heat maps in rows and columns."""
    shown = [image.get_array() for image in axes.images[:_ITEMS]]
    shapes = [tuple(array.shape) for array in shown if array is not None]
    for item in axes.collections[:_ITEMS]:
        if isinstance(item, QuadMesh | PolyQuadMesh):
            array = item.get_array()
            if array is not None:
                shapes.append(tuple(array.shape))
    return tuple(shapes)
