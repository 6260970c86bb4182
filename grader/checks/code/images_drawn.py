"""`ImagesDrawn` and `FilterOutputsDrawn`: images of a dataset, and what the filters of a model make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.checks.base import CheckContext
from grader.checks.code.drawn import place_of
from grader.checks.code.figure_check import FigureCheck, is_on_other_data, may_draw_more
from grader.checks.code.filters import ModelFilter
from grader.evidence.code.run_record import CodeShown, FigureDrawn
from grader.records.message import Code, Count, Name, Value, message
from grader.records.result import CheckResult

_SOURCE = r"imshow|matshow"
#: How many outputs an image of several shows at least and at most, as a share of the filters.
_MOST_OF, _MORE = 0.9, 2.0

_CAPTION = r"filter|feature map|activation map|output of|filtre|carte"


class ImagesDrawn(FigureCheck, tag="images-drawn", frozen=True, kw_only=True):
    """Figures show so many colour images of a size, or the outputs of a model for so many; fewer earn their share.

    Where the run draws none, a saved figure of a notebook counts, or one of a report with such a caption; the feedback
    says so.
    """

    models: ModelFilter = ModelFilter()
    """Whose images they are: where the run was cut, a person looks only if the code trains one."""
    images: int
    side: int
    """Pixels of a row and of a column."""
    outputs: int
    """Images that show what the filters of a model make of one image: so many count as one, too."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Count them over all figures."""
        if is_on_other_data(code, self.models):
            return self.no_such_model(self.models, code)
        drawn = [figure for figure in (code.run.figures if code.run else ()) if images_of(figure)]
        shapes = [shape for figure in drawn for shape in images_of(figure)]
        coloured = sum(self._is_image(shape) for shape in shapes)
        found = max(coloured, (len(shapes) - coloured) // self.outputs)
        if not found:
            saved = self.shown_elsewhere(code, context, source=_SOURCE, caption=_CAPTION)
            if saved is not None:
                return self.share_result(1.0, saved, flags=("not-in-run",))
        values: dict[str, Value] = {
            "found": Count(value=found, setting=True),
            "images": Count(value=self.images, setting=True),
            "side": Count(value=self.side, setting=True),
        }
        if found < self.images and may_draw_more(code, self.models):
            return self.judge_unknown(message("images-drawn.counted", **values))
        shows = self._is_image if coloured >= found else bool
        places = dict.fromkeys(
            place_of(figure, code) for figure in drawn if any(map(shows, images_of(figure)))
        )
        return self.share_result(
            min(1.0, found / self.images),
            message("images-drawn.counted", **values),
            *(
                message("figure-check.found", where=Name(text=where))
                for where in list(places)[:3]
                if found
            ),
            advice=() if found >= self.images else (message("images-drawn.advice", **values),),
        )

    def _is_image(self, shape: tuple[int, ...]) -> bool:
        return len(shape) == 3 and shape[:2] == (self.side, self.side)


class FilterOutputsDrawn(FigureCheck, tag="filter-outputs-drawn", frozen=True, kw_only=True):
    """For each layer a figure shows one image for each of its filters; each layer earns its share.

    A figure may show the outputs of several layers, and one image those of a layer side by side. Where the run draws
    none, a saved figure of a notebook counts, or one of a report with such a caption; the feedback says so.
    """

    models: ModelFilter = ModelFilter()
    """Whose filters they are: where the run was cut, a person looks only if the code trains one."""
    filters: tuple[int, ...]
    """How many each layer has."""

    def __post_init__(self) -> None:
        if not self.filters:
            raise ValueError(f"check '{self.id}' asks for no layers")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the figure with the fewest images that has enough of them, for each layer."""
        if is_on_other_data(code, self.models):
            return self.no_such_model(self.models, code)
        figures = code.run.figures if code.run is not None else ()
        shown = self._shown(figures, self._sizes(code))
        if not shown:
            saved = self.shown_elsewhere(code, context, source=_SOURCE, caption=_CAPTION)
            if saved is not None:
                return self.share_result(1.0, saved, flags=("not-in-run",))
        values: dict[str, Value] = {
            "shown": Count(value=len(shown), setting=True),
            "layers": Count(value=len(self.filters), setting=True),
            "filters": Code(text=", ".join(map(str, self.filters))),
        }
        if len(shown) < len(self.filters) and may_draw_more(code, self.models):
            return self.judge_unknown(message("filter-outputs.counted", **values))
        places = dict.fromkeys(place_of(figure, code) for figure in shown)
        return self.share_result(
            len(shown) / len(self.filters),
            message("filter-outputs.counted", **values),
            *(message("figure-check.found", where=Name(text=where)) for where in places),
            advice=()
            if len(shown) == len(self.filters)
            else (message("filter-outputs.advice", **values),),
        )

    def _sizes(self, code: CodeShown) -> dict[int, tuple[int, int]]:
        """Number of filters to the size of their outputs, of layers of such models whose size is known."""
        return {
            layer.filters: (height, width)
            for training in code.trainings
            if self.models.accepts(training)
            for layer in training.layers
            if layer.filters in self.filters and layer.filters is not None
            for height, width, *_ in [layer.output_shape or (None, None)]
            if height and width
        }

    def _shown(
        self, figures: Sequence[FigureDrawn], sizes: Mapping[int, tuple[int, int]]
    ) -> list[FigureDrawn]:
        """A figure for each layer whose outputs are shown: no image counts for two layers."""
        left = [len(images_of(figure)) for figure in figures]
        shown: list[FigureDrawn] = []
        for filters in sorted(self.filters, reverse=True):
            tiled = (
                item
                for item in figures
                if filters in sizes and _tiles(item, filters, sizes[filters])
            )
            side_by_side = next(tiled, None)
            if side_by_side is not None:
                shown.append(side_by_side)
                continue
            fitting = [place for place, images in enumerate(left) if images >= filters]
            if fitting:
                best = min(fitting, key=left.__getitem__)
                left[best] -= filters
                shown.append(figures[best])
        return shown


def _tiles(figure: FigureDrawn, filters: int, size: tuple[int, int]) -> bool:
    """Whether an image of a figure is as large as the outputs of a layer side by side, with or without lines between.

    Those that do not fill a row may be left out.
    """
    for shape in images_of(figure):
        for line in (0, 1):
            parts = [
                divmod(side + line, own + line) for side, own in zip(shape, size, strict=False)
            ]
            rows, columns = (0 if rest else count for count, rest in parts)
            if _MOST_OF * filters <= rows * columns <= _MORE * filters:
                return True
    return False


def images_of(figure: FigureDrawn) -> list[tuple[int, ...]]:
    """The shapes of all images in a figure."""
    return [shape for axes in figure.axes for shape in axes.images]
