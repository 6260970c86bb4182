"""Images that are really drawn on the pages of a PDF, each once however often it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PageObject
from pypdf.generic import DictionaryObject, StreamObject

from grader.evidence.report.probe.draft import Draft, FoundImage
from grader.evidence.report.probe.images import MOST_PIXELS
from grader.evidence.report.probe.pdf_lines import PageLines

#: How deep forms may lie in one another, and how many of a page are looked into.
_DEEPEST = 5
_MOST_FORMS = 200
_MOST_FORM_BYTES = 8 << 20
#: So many lines and curves of a form, or of a page outside of its forms, are a drawing.
_DRAWING = 150

_DRAWN = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+Do\b")
_INLINE = re.compile(rb"(?<!\S)BI\s(.{1,400}?)\sID\s", re.DOTALL)
_PATHS = re.compile(rb"[\d.]\s+[lc]\s")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")


class DrawnImages:
    """Collects the images of one page after the other."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._found: dict[str, FoundImage] = {}
        self._heights: dict[str, float | None] = {}
        self._lines: dict[int, PageLines] = {}

    def add_page(self, page: PageObject, number: int, read: PageLines) -> None:
        """Note what a page draws.

        Raises:
            Exception: pypdf raises all kinds on damaged pages.
        """
        self._lines[number] = read
        content = page.get_contents()
        if content is None:
            return
        forms = [0]
        drawn: list[int] = []
        paths = self._look(
            content.get_data(), page.get("/Resources"), number, None, 0, forms, drawn
        )
        own = paths - sum(drawn)
        separate = sum(each >= _DRAWING for each in (own, *drawn))
        self.draft.drawings += [number] * (separate or int(paths >= _DRAWING))

    def place(self) -> None:
        """Give the images to the draft, each behind the text that stands above it."""
        blocks = self.draft.blocks
        for key, image in self._found.items():
            page, height = image.pages[0], self._heights[key]
            lines = self._lines[page].lines
            above = [line.text for line in lines if height is not None and line.y > height]
            text = set(above)
            image.after = sum(1 for block in blocks if (block.page or 0) < page)
            for place in range(image.after, len(blocks)):
                if blocks[place].page != page:
                    break
                first = blocks[place].text.split("\n", 1)[0]
                if height is None or first in text:
                    image.after = place + 1
            self.draft.add_image(image)

    def _look(
        self,
        content: bytes,
        resources: Any,
        page: int,
        height: float | None,
        depth: int,
        forms: list[int],
        drawn_by: list[int],
    ) -> int:
        """Note what a content draws; gives the number of lines and curves, and adds those of each outer form."""
        paths = len(_PATHS.findall(content))
        for inline in _INLINE.finditer(content):
            self._add_inline(inline.group(1), page)
        known = _dictionary(_dictionary(resources).get("/XObject"))
        for name in dict.fromkeys(_name(raw) for raw in _DRAWN.findall(content)):
            item = known.get(name)
            drawn = item.get_object() if item is not None else None
            if not isinstance(drawn, StreamObject):
                continue
            at = self._lines[page].heights.get(name) if depth == 0 else height
            if drawn.get("/Subtype") == "/Image":
                self._add(drawn, page, at)
            elif drawn.get("/Subtype") == "/Form" and depth < _DEEPEST and forms[0] < _MOST_FORMS:
                forms[0] += 1
                data = drawn.get_data()[:_MOST_FORM_BYTES]
                own = drawn.get("/Resources", resources)
                paths_of = self._look(data, own, page, at, depth + 1, forms, [])
                drawn_by.append(paths_of)
                paths += paths_of
        return paths

    def _add(self, drawn: StreamObject, page: int, height: float | None) -> None:
        key = hashlib.sha256(drawn._data).hexdigest()
        width, tall = _number(drawn.get("/Width")), _number(drawn.get("/Height"))
        self._note(key, page, height, width, tall, _loader(drawn, width * tall))

    def _add_inline(self, settings: bytes, page: int) -> None:
        sizes = [
            int(found.group(1))
            if (found := re.search(rb"/(?:%s)\s+(\d{1,5})\b" % name, settings))
            else 0
            for name in (b"W|Width", b"H|Height")
        ]
        key = f"{page} {len(self._found)}"
        self._note(key, page, None, sizes[0], sizes[1], None)

    def _note(
        self,
        key: str,
        page: int,
        height: float | None,
        width: int,
        tall: int,
        load: Callable[[], Image.Image] | None,
    ) -> None:
        image = self._found.setdefault(
            key, FoundImage(after=0, width=width, height=tall, load=load)
        )
        self._heights.setdefault(key, height)
        if page not in image.pages:
            image.pages.append(page)


def _loader(drawn: StreamObject, pixels: int) -> Callable[[], Image.Image] | None:
    filters = drawn.get("/Filter", "")
    # A library decodes JBIG2 by another program.
    if pixels > MOST_PIXELS or "/JBIG2Decode" in str(filters):
        return None
    return drawn.decode_as_image


def _name(raw: bytes) -> str:
    plain = _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), raw)
    return "/" + plain.decode("utf-8", "replace")


def _dictionary(item: Any) -> Any:
    found = item.get_object() if hasattr(item, "get_object") else item
    return found if isinstance(found, DictionaryObject) else {}


def _number(item: Any) -> int:
    found = item.get_object() if hasattr(item, "get_object") else item
    return int(found) if isinstance(found, int | float) and 0 <= found < 1_000_000 else 0
