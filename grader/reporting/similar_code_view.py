"""The view model of a page with the code of two students side by side, for the instructor alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.messages import Catalogue, catalogue, visible
from grader.records.result import GradeReport
from grader.records.similarity import (
    CodeOverlap,
    CodeRegion,
    ComparedSource,
    LineRange,
    Link,
    SimilarCode,
    Similarities,
    SourcePiece,
)
from grader.reporting.student_links import report_link
from grader.reporting.texts import name_text

_TAB = 4
#: From such a page to the run folder.
_TO_RUN = "../../"
#: Anchors of the regions begin with one of these, on the left and on the right.
_SIDES = "ab"


@dataclass(frozen=True)
class RegionMark:
    """Where a region begins."""

    number: int
    """From 1."""
    anchor: str
    link: str
    """Anchor of the same region on the other side."""


@dataclass(frozen=True)
class SourceLine:
    """A line of code."""

    number: int
    text: str
    region: int
    """The number of the region it is in; 0 for none."""
    is_handed_out: bool
    marks: tuple[RegionMark, ...]
    """The regions that begin here."""


@dataclass(frozen=True)
class PieceView:
    """A script, or a cell of a notebook."""

    title: str
    lines: tuple[SourceLine, ...]


@dataclass(frozen=True)
class SideView:
    """The code of one of the two."""

    name: str
    link: str
    """To the student's page."""
    summary: str
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True)
class SimilarCodePage:
    """The code of two students."""

    language: str
    title: str
    back: str
    """Where the page of the class lies."""
    sides: tuple[SideView, ...]


def pair_page_name(artefact: str, link: Link) -> str:
    """Where the page of a pair lies in the run folder, which is also its link from the page of the class."""
    return f"similar/{artefact}/{'--'.join(link.students)}.html"


def similar_code_pages(
    similarities: Similarities, code: SimilarCode, reports: Sequence[GradeReport]
) -> Iterator[tuple[str, SimilarCodePage]]:
    """The pages of all pairs with much of the same code, by `pair_page_name`.

    Args:
        similarities: Of the class.
        code: Of the same comparison.
        reports: Of the class.
    """
    people = {report.student.id: report for report in reports}
    sources = {(source.artefact, source.student): source for source in code.sources}
    for group in similarities.groups:
        for link in group.links:
            found = [sources.get((group.artefact, student)) for student in link.students]
            pair = [source for source in found if source is not None]
            if link.code is not None and len(pair) == len(_SIDES):
                page = _page(link.code, pair, people)
                yield pair_page_name(group.artefact, link), page


def _page(
    overlap: CodeOverlap, sources: Sequence[ComparedSource], people: Mapping[str, GradeReport]
) -> SimilarCodePage:
    reports = [people[source.student] for source in sources]
    translate = catalogue(reports[0].language)
    names = [name_text(report) for report in reports]
    return SimilarCodePage(
        language=reports[0].language,
        title=translate("similarity.pair", first=names[0], second=names[1]),
        back=f"{_TO_RUN}index.html",
        sides=tuple(
            SideView(
                name=name,
                link=_TO_RUN + report_link(report.student),
                summary=translate(
                    "similarity.pair-share",
                    tokens=overlap.tokens,
                    own=overlap.own_tokens[place],
                ),
                pieces=tuple(_pieces(sources[place], overlap.regions, place, translate)),
            )
            for place, (name, report) in enumerate(zip(names, reports, strict=True))
        ),
    )


def _pieces(
    source: ComparedSource, regions: Sequence[CodeRegion], place: int, translate: Catalogue
) -> Iterator[PieceView]:
    """The scripts and cells of a submission; `place` is 0 on the left, 1 on the right."""
    ranges = [(region.first, region.second)[place] for region in regions]
    region_of: dict[int, int] = {}
    for number, lines in reversed(list(enumerate(ranges, 1))):
        region_of.update(dict.fromkeys(_within(lines), number))
    handed_out = {line for lines in source.handed_out for line in _within(lines)}
    marks: dict[int, list[RegionMark]] = {}
    for number, lines in enumerate(ranges, 1):
        anchor, link = (f"{side}{number}" for side in (_SIDES[place], _SIDES[1 - place]))
        marks.setdefault(lines.start, []).append(RegionMark(number, anchor, link))
    first = 0
    for piece in source.pieces:
        split = piece.text.split("\n")
        numbered = range(first, first + len(split))
        yield PieceView(
            title=_title(piece, translate),
            lines=tuple(
                SourceLine(
                    number=line - first + 1,
                    text=visible(text.expandtabs(_TAB)),
                    region=region_of.get(line, 0),
                    is_handed_out=line in handed_out,
                    marks=tuple(marks.get(line, ())),
                )
                for line, text in zip(numbered, split, strict=True)
            ),
        )
        first += len(split)


def _within(lines: LineRange) -> range:
    return range(lines.start, lines.stop)


def _title(piece: SourcePiece, translate: Catalogue) -> str:
    file = visible(piece.file)
    if piece.cell is None:
        return file
    return translate("similarity.cell", file=file, number=str(piece.cell))
