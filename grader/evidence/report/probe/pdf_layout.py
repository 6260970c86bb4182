"""From lines of a PDF to paragraphs and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.evidence.report.probe.captions import caption_number
from grader.evidence.report.probe.draft import Draft
from grader.evidence.report.probe.headings import (
    could_be_heading,
    could_be_title,
    is_contents,
    is_contents_line,
    is_named_heading,
    is_numbered_heading,
    names_exercise,
    numbered_level,
)
from grader.evidence.report.probe.pdf_lines import Line, PageLines

#: How much larger than the text letters of a heading are, and those of the title.
_LARGER, _TITLE_LARGER = 1.08, 1.15
#: How much farther apart than usual lines are where a paragraph ends.
_GAP = 1.4
#: Lines that stand at the edge of so many pages, apart from numbers in them, are the same head or foot of all.
_REPEATED = 3
_PAGE_NUMBER = re.compile(
    r"(?:page|sida|seite|p\.)?\s*[-–]?\s*\d{1,3}\s*[-–]?(?:\s*(?:/|of|av|sur|von)\s*\d{1,3})?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class OutlineEntry:
    """An entry of the outline that readers of PDF show beside the pages."""

    title: str
    depth: int
    """From 1."""
    page: int | None


@dataclass
class _Found:
    """A line with what it is."""

    line: Line
    page: int
    begins: bool
    """Whether a paragraph begins with it."""
    level: int = 0


class _Judge:
    """Says which lines are headings, and of which level."""

    def __init__(self, pages: Sequence[PageLines], outline: Sequence[OutlineEntry]) -> None:
        sizes: Counter[float] = Counter()
        bold = whole = 0
        for line in (line for page in pages for line in page.lines):
            if not line.is_mono:
                sizes[line.size] += len(line.text)
                whole += len(line.text)
                bold += len(line.text) * line.is_bold
        self.body = sizes.most_common(1)[0][0] if sizes else 0.0
        self.gap = _usual_gap(pages, self.body)
        self.is_bold_text = bold > whole / 2
        self.outline = {(entry.page, _key(entry.title)): entry.depth for entry in outline}
        self.in_contents = False
        self.begun = False
        """Whether a heading was found, so that the front page is over."""

    def is_heading(self, line: Line, begins: bool) -> bool:
        text = line.text
        if line.is_bold and not self.is_bold_text and begins and names_exercise(text):
            return True
        if not could_be_heading(text) or line.is_mono or caption_number(text) is not None:
            return False
        if self.in_contents and is_contents_line(text):
            return False
        larger = line.size >= self.body * _LARGER
        bold = line.is_bold and not self.is_bold_text
        worded = is_named_heading(text) or is_numbered_heading(text)
        if larger and (bold or worded or self.begun):
            return True
        if line.size < self.body * 0.98 or not begins:
            return False
        short = len(text.split()) <= 8 and (text[0].isupper() or text[0].isdigit())
        return (bold and short and (worded or self.begun)) or is_named_heading(text)


def add_pages(pages: Sequence[PageLines], outline: Sequence[OutlineEntry], draft: Draft) -> None:
    """Give a draft the paragraphs and headings of all pages."""
    judge = _Judge(pages, outline)
    kept = [(page.number, _without_edges(page, _edges(pages))) for page in pages]
    title = _title(kept, judge.body)
    draft.title = " ".join(line.text for line in title)
    found = [item for number, lines in kept for item in _judged(number, lines, judge, title)]
    _set_levels(found, judge)
    for group in _groups(found):
        first = group[0]
        draft.add("\n".join(item.line.text for item in group), level=first.level, page=first.page)


def _usual_gap(pages: Sequence[PageLines], body: float) -> float:
    """From one line of the text to the next, as most are; 0 where there are too few."""
    gaps = Counter(
        round((above.y - below.y) * 2) / 2
        for page in pages
        for above, below in zip(page.lines, page.lines[1:], strict=False)
        if above.size == below.size == body and 0 < above.y - below.y < 3 * body
    )
    return gaps.most_common(1)[0][0] if gaps else 0.0


def _edges(pages: Sequence[PageLines]) -> Counter[str]:
    """First and last lines of pages, numbers aside, and on how many pages they stand."""
    return Counter(
        key
        for page in pages
        for key in {_DIGITS.sub("#", line.text) for line in (*page.lines[:2], *page.lines[-2:])}
    )


def _without_edges(page: PageLines, edges: Counter[str]) -> list[Line]:
    """The lines of a page without page numbers and what stands at the edge of every page."""
    last = len(page.lines) - 1
    return [
        line
        for place, line in enumerate(page.lines)
        if not (
            (place in (0, last) and _PAGE_NUMBER.fullmatch(line.text))
            or (
                min(place, last - place) < 2
                and edges[_DIGITS.sub("#", line.text)] >= _REPEATED
                and any(map(str.isalpha, line.text))
            )
        )
    ]


def _title(pages: Sequence[tuple[int, list[Line]]], body: float) -> list[Line]:
    """The largest lines of the first page, if they are larger than the text and few."""
    lines = pages[0][1] if pages and pages[0][0] == 1 else []
    shown = [line for line in lines[:25] if any(map(str.isalpha, line.text)) and not line.is_mono]
    size = max((line.size for line in shown), default=0.0)
    largest = [line for line in shown if line.size >= size * 0.99]
    if not largest or size < body * _TITLE_LARGER or not could_be_title(largest[0].text):
        return []
    # Where headings farther down are as large, it is one of them.
    everywhere = [line for _, page in pages for line in page if line.size >= size * 0.99]
    return (
        largest
        if len(everywhere) <= 3 and everywhere == largest and largest[0] in shown[:8]
        else []
    )


def _judged(
    number: int, lines: Sequence[Line], judge: _Judge, title: Sequence[Line]
) -> Iterator[_Found]:
    before: Line | None = None
    heading: _Found | None = None
    for line in lines:
        gap = 0.0 if before is None else before.y - line.y
        begins = (
            before is None
            or (judge.gap > 0 and not 0 <= gap <= judge.gap * _GAP)
            or abs(before.size - line.size) > 0.5
            or before.is_mono != line.is_mono
            or caption_number(line.text) is not None
        )
        found = _Found(line, number, begins)
        depth = judge.outline.get((number, _key(line.text)))
        is_title = any(line is item for item in title)
        goes_on = heading is not None and _goes_on(heading, line, begins)
        if not is_title and (depth is not None or goes_on or judge.is_heading(line, begins)):
            found.level = depth or (heading.level if heading and goes_on else -1)
            judge.in_contents = is_contents(line.text)
            judge.begun = judge.begun or not judge.in_contents
        before, heading = line, found if found.level else None
        yield found


def _goes_on(heading: _Found, line: Line, begins: bool) -> bool:
    """Whether a line goes on with the question that stands in bold letters above it."""
    like = line.is_bold and line.size == heading.line.size
    return like and heading.line.is_bold and not begins


def _set_levels(found: Sequence[_Found], judge: _Judge) -> None:
    """Levels of headings that the outline does not name: by the size of their letters, then by their numbers."""
    headings = [item for item in found if item.level]
    known: dict[tuple[float, bool], int] = {}
    for item in headings:
        if item.level > 0:
            known.setdefault((item.line.size, item.line.is_bold), item.level)
    sizes = sorted({item.line.size for item in headings}, reverse=True)
    for item in headings:
        if item.level < 0:
            ranked = min(sizes.index(item.line.size) + 1, 6)
            item.level = known.get((item.line.size, item.line.is_bold), ranked)
            if len(sizes) == 1 and not known:
                item.level = min(numbered_level(item.line.text) or ranked, 6)


def _groups(found: Sequence[_Found]) -> Iterator[list[_Found]]:
    """Lines by paragraph; a heading of two lines is one."""
    group: list[_Found] = []
    for item in found:
        same_heading = bool(
            group
            and item.level
            and item.level == group[-1].level
            and item.page == group[-1].page
            and item.line.size == group[-1].line.size
            and not item.begins
            and not is_named_heading(item.line.text)
            and not is_numbered_heading(item.line.text)
        )
        same_text = bool(
            group
            and not item.level
            and not group[-1].level
            and not item.begins
            and item.page == group[-1].page
        )
        if group and not (same_heading or same_text):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _key(title: str) -> str:
    """A title without what printing changes, and without its number."""
    bare = re.sub(r"^\s*\d+(?:\.\d+)*[.)]?\s+(?=\S)", "", title)
    return _SIGNS.sub("", bare).casefold() or _SIGNS.sub("", title)
