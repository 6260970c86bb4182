"""Make the record of a draft: sections, captions, numbers, small pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from grader.evidence.report.probe.captions import assign_captions, caption_number, one_line
from grader.evidence.report.probe.draft import Block, Draft, FoundImage
from grader.evidence.report.probe.front import front_page
from grader.evidence.report.probe.headings import is_contents, label_length
from grader.evidence.report.probe.images import small_png
from grader.evidence.report.probe.numbers import numbers_in, without_logs
from grader.evidence.report.record import (
    Caption,
    Cut,
    Figure,
    Heading,
    Hyperlink,
    Part,
    Place,
    ReportNumber,
    ReportReading,
)

T = TypeVar("T")

_MOST_HEADINGS = 300
_MOST_CAPTIONS = 200
_MOST_FIGURES = 200
_MOST_NUMBERS = 500
_MOST_PICTURES = 20
#: Characters of the paragraph a link stands in.
_MOST_BESIDE = 500
#: Bytes of all small pictures together: an answer of the sandbox has to hold them.
_MOST_PICTURE_BYTES = 1_200_000
#: Images that are narrower are lines and dots.
_LEAST_SIDE = 16

_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def finish(draft: Draft, file: str) -> ReportReading:
    """The record of a report that was read."""
    assign_captions(draft.images, draft.blocks)
    places = _places(draft.blocks)
    parts = _parts(draft.blocks, places)
    headings = [
        Heading(text=block.text, level=block.level, page=block.page)
        for block in draft.blocks
        if block.level
    ]
    captions = [
        Caption(number=number, text=one_line(block.text), place=place)
        for block, place in zip(draft.blocks, places, strict=True)
        if not block.level and (number := caption_number(block.text)) is not None
    ]
    return ReportReading(
        file=file,
        format=draft.format,
        pages=draft.pages,
        words=sum(len(_WORD.findall(part.text)) for part in parts),
        parts=tuple(parts),
        headings=tuple(_first(headings, _MOST_HEADINGS, "headings", draft)),
        front=front_page(draft),
        captions=tuple(_first(captions, _MOST_CAPTIONS, "captions", draft)),
        figures=tuple(_figures(draft, places)),
        drawings=tuple(draft.drawings),
        tables=draft.tables,
        equations=draft.equations,
        numbers=tuple(_numbers(draft, parts)),
        hyperlinks=tuple(_hyperlinks(draft, places)),
        unread_pages=tuple(draft.unread_pages),
        cut=tuple(draft.cut),
    )


def _first(items: Sequence[T], most: int, name: Cut, draft: Draft) -> Sequence[T]:
    if len(items) > most:
        draft.cut[name] = None
    return items[:most]


def _places(blocks: Sequence[Block]) -> list[Place]:
    """Where every block stands: a heading stands in its own section."""
    found: list[Place] = []
    above: list[Block] = []
    for block in blocks:
        if block.level:
            above = [item for item in above if item.level < block.level]
            above.append(block)
        found.append(Place(page=block.page, sections=tuple(item.text for item in above)))
    return found


def _parts(blocks: Sequence[Block], places: Sequence[Place]) -> list[Part]:
    """Blocks of one place together; a heading begins a part even where its words are those of the last."""
    runs: list[tuple[Place, list[str]]] = []
    for block, place in zip(blocks, places, strict=True):
        if block.level or not runs or runs[-1][0] != place:
            runs.append((place, []))
        runs[-1][1].append(block.text)
    return [Part(place=place, text="\n\n".join(texts)) for place, texts in runs]


def _numbers(draft: Draft, parts: Sequence[Part]) -> list[ReportNumber]:
    """The first numbers. If there are too many, those of training logs are left out before any other."""
    found = list(islice(_all_numbers(parts), _MOST_NUMBERS + 1))
    if len(found) > _MOST_NUMBERS:
        draft.cut["numbers"] = None
        bare = (msgspec.structs.replace(part, text=without_logs(part.text)) for part in parts)
        found = list(islice(_all_numbers(bare), _MOST_NUMBERS))
    return found


def _all_numbers(parts: Iterable[Part]) -> Iterator[ReportNumber]:
    """Every number but those that headings are numbered by, and those of tables of contents."""
    for part in parts:
        heading = part.place.sections[-1] if part.place.sections else ""
        if is_contents(heading):
            continue
        label = label_length(heading) if part.text.startswith(heading) else 0
        yield from numbers_in(part.text[label:], part.place)


def _figures(draft: Draft, places: Sequence[Place]) -> list[Figure]:
    """Images that show something, the first of them with a small picture."""
    found: list[Figure] = []
    room = _MOST_PICTURE_BYTES
    for image in _first(draft.images, _MOST_FIGURES, "figures", draft):
        png = _look_at(image, len(found) < _MOST_PICTURES and room > 0)
        small = (image.width or _LEAST_SIDE, image.height or _LEAST_SIDE)
        if min(small) < _LEAST_SIDE:
            continue
        if png is not None:
            png = png if len(png) <= room else None
            room -= len(png or b"")
        page = image.pages[0] if image.pages else None
        before = places[image.after - 1] if 0 < image.after <= len(places) else Place()
        place = Place(page=page, sections=before.sections)
        found.append(
            Figure(
                place=place,
                pages=tuple(image.pages),
                width=image.width,
                height=image.height,
                caption=image.caption[:300],
                png=png,
            )
        )
    return found


def _hyperlinks(draft: Draft, places: Sequence[Place]) -> Iterator[Hyperlink]:
    """Links with the paragraphs they stand in; of a page alone the section that all of the page is in, if it is one."""
    for link in draft.hyperlinks:
        if link.block is not None and link.block < len(draft.blocks):
            text = draft.blocks[link.block].text[:_MOST_BESIDE]
            yield Hyperlink(url=link.url, place=places[link.block], text=text)
        else:
            sections = {place.sections for place in places if place.page == link.page}
            alone = sections.pop() if link.page is not None and len(sections) == 1 else ()
            yield Hyperlink(url=link.url, place=Place(page=link.page, sections=alone))


def _look_at(image: FoundImage, wanted: bool) -> bytes | None:
    """Open an image for its size, and for a small picture if one is wanted."""
    if image.load is None or not (wanted or image.width is None):
        return None
    try:
        opened = image.load()
        if image.width is None:
            image.width, image.height = opened.size
        return small_png(opened) if wanted else None
    except MemoryError:
        raise
    except Exception:
        # Decoders raise all kinds on damaged data: an image that cannot be shown is still one.
        return None
