"""The view models of page sections: what a kind of evidence or a check shows besides sentences."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from grader.messages import Catalogue
from grader.records.feedback import (
    CountedValuesFeedback,
    CurveFeedback,
    CurvesFeedback,
    DrawingsFeedback,
    ExcerptFeedback,
    FactsFeedback,
    PicturesFeedback,
    SectionFeedback,
    TableFeedback,
)
from grader.records.result import DatasetUsed
from grader.records.section import ConfusionMatrix
from grader.reporting.class_charts import Histogram, counted_values
from grader.reporting.confusion_view import ConfusionView, confusion_view
from grader.reporting.pictures import Images

#: Size of a diagram's drawing area.
_WIDTH, _HEIGHT = 600.0, 240.0
#: Pictures narrower than this are shown enlarged.
_SMALL = 100
#: Pictures at least as wide are diagrams, whose texts are to be read.
_WIDE = 300


@dataclass(frozen=True)
class CurveView:
    """One line of a diagram, as points of an SVG polyline."""

    name: str
    points: str


@dataclass(frozen=True)
class CurvesView:
    """A diagram of lines; the ends of its axes as text."""

    title: str
    x_label: str
    y_label: str
    x_ends: tuple[str, str]
    y_ends: tuple[str, str]
    curves: tuple[CurveView, ...]


@dataclass(frozen=True)
class CountedView:
    """A histogram with its axes."""

    title: str
    x_label: str
    y_label: str
    histogram: Histogram


@dataclass(frozen=True)
class PictureView:
    """An image with a caption."""

    src: str
    caption: str
    small: bool
    """Whether its pixels are shown enlarged."""


@dataclass(frozen=True)
class PicturesView:
    """Images side by side."""

    title: str
    pictures: tuple[PictureView, ...]
    wide: bool
    """Whether they are too wide to be recognised as thumbnails."""


@dataclass(frozen=True)
class ExcerptView:
    """Lines of a text with their numbers, or prose."""

    title: str
    source: str
    lines: tuple[tuple[int, str], ...]
    prose: str = ""
    """In place of the lines."""


Content = (
    FactsFeedback
    | TableFeedback
    | CurvesView
    | CountedView
    | PicturesView
    | DrawingsFeedback
    | ExcerptView
    | ConfusionView
)


@dataclass(frozen=True)
class SectionView:
    """A section and the name of the template's macro that draws it."""

    macro: str
    content: Content


def section_view(
    section: SectionFeedback, dataset: DatasetUsed | None, images: Images, translate: Catalogue
) -> SectionView:
    """Build the view of a section.

    Args:
        section: Redacted and worded.
        dataset: Of a confusion matrix; None where it is not known.
        images: Where the pictures of mistakes come from.
        translate: The language.
    """
    match section:
        case FactsFeedback():
            return SectionView("facts", section)
        case TableFeedback():
            return SectionView("table", section)
        case CurvesFeedback():
            return SectionView("curves", _curves(section, translate))
        case CountedValuesFeedback():
            return SectionView("counted", _counted(section, translate))
        case PicturesFeedback():
            return SectionView("pictures", _pictures(section))
        case DrawingsFeedback():
            return SectionView("drawings", section)
        case ExcerptFeedback():
            return SectionView("excerpt", _excerpt(section))
        case ConfusionMatrix():
            title = dataset.title if dataset else section.dataset
            names = dataset.class_names if dataset else ()
            view = confusion_view(section, title, names, images, translate)
            return SectionView("confusion", view)


def _excerpt(section: ExcerptFeedback) -> ExcerptView:
    if section.first_line is None:
        return ExcerptView(section.title, section.source, (), prose=section.text)
    numbered = enumerate(section.text.splitlines(), section.first_line)
    return ExcerptView(section.title, section.source, tuple(numbered))


def _counted(section: CountedValuesFeedback, translate: Catalogue) -> CountedView:
    return CountedView(
        title=section.title,
        x_label=section.x_label,
        y_label=section.y_label,
        histogram=counted_values(section.counts, section.low, section.high, translate),
    )


def _pictures(section: PicturesFeedback) -> PicturesView:
    return PicturesView(
        title=section.title,
        pictures=tuple(
            PictureView(
                src="data:image/png;base64," + base64.b64encode(picture.png).decode(),
                caption=picture.caption,
                small=0 < _png_width(picture.png) < _SMALL,
            )
            for picture in section.pictures
        ),
        wide=any(_png_width(picture.png) >= _WIDE for picture in section.pictures),
    )


def _png_width(png: bytes) -> int:
    """The width in the header of a PNG image; 0 where there is none."""
    return int.from_bytes(png[16:20], "big") if png.startswith(b"\x89PNG") else 0


def _curves(section: CurvesFeedback, translate: Catalogue) -> CurvesView:
    lines = [_finite(curve) for curve in section.curves]
    left, right = _ends([x for line in lines for x, _ in line])
    low, high = _ends([y for line in lines for _, y in line])

    def place(x: float, y: float) -> str:
        across = _WIDTH * (x - left) / ((right - left) or 1)
        up = _HEIGHT * (1 - (y - low) / ((high - low) or 1))
        return f"{across:.1f},{up:.1f}"

    return CurvesView(
        title=section.title,
        x_label=section.x_label,
        y_label=section.y_label,
        x_ends=(translate.points(left), translate.points(right)),
        y_ends=(translate.points(low), translate.points(high)),
        curves=tuple(
            CurveView(curve.name, " ".join(place(x, y) for x, y in line))
            for curve, line in zip(section.curves, lines, strict=True)
        ),
    )


def _finite(curve: CurveFeedback) -> list[tuple[float, float]]:
    """The points that can be drawn: a loss may have become infinite or no number."""
    points = zip(curve.x, curve.y, strict=False)
    return [(x, y) for x, y in points if x is not None and y is not None]


def _ends(values: list[float]) -> tuple[float, float]:
    return min(values, default=0.0), max(values, default=0.0)
