"""A report while it is read: blocks of text and images in their order, within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from grader.evidence.report.probe.images import Load
from grader.evidence.report.record import Cut, ReportFormat

#: Characters of text that are kept, and of one heading; what is beyond those is a paragraph.
MOST_TEXT = 200_000
_MOST_HEADING = 200
#: Blocks and images that are kept.
_MOST_BLOCKS = 50_000
_MOST_IMAGES = 1_000
#: Links that are kept, and characters of one.
_MOST_LINKS = 300
_MOST_URL = 6_000

#: Characters that text of people has no use for: control characters and halves of surrogate pairs.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: A word that is broken at the end of a line.
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])")
#: Ligatures that fonts of LaTeX have as one character, and the hyphen that only shows at the end of a line.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": ""}
)


Reason = Literal["broken-report", "encrypted-report", "wrong-format"]


class ReportError(Exception):
    """A report that cannot be read: the reason of the failure, and what a library says of it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Block:
    """A heading, or a paragraph with its line breaks."""

    text: str
    level: int = 0
    """Of a heading, from 1; 0 of a paragraph."""
    page: int | None = None


@dataclass
class FoundImage:
    """An image that is shown."""

    after: int
    """How many blocks stand before it."""
    pages: list[int] = field(default_factory=list)
    width: int | None = None
    height: int | None = None
    caption: str = ""
    load: Load | None = None
    """Opens it; None where it is not in the file."""


@dataclass
class FoundLink:
    """A link to a page of the web."""

    url: str
    block: int | None = None
    """Which block it stands in, from 0; None where that is not known."""
    page: int | None = None


@dataclass
class Draft:
    """What was read so far."""

    format: ReportFormat
    blocks: list[Block] = field(default_factory=list)
    images: list[FoundImage] = field(default_factory=list)
    hyperlinks: list[FoundLink] = field(default_factory=list)
    pages: int | None = None
    drawings: list[int] = field(default_factory=list)
    tables: int | None = None
    equations: int | None = None
    unread_pages: list[int] = field(default_factory=list)
    title: str = ""
    """The line that is set as the title, where the format says so."""
    properties: dict[str, str] = field(default_factory=dict)
    """``title`` and ``author`` as the properties of the file have them."""
    contained: dict[str, Load] = field(default_factory=dict)
    """What opens images that are written into the text, by the names it has for them."""
    cut: dict[Cut, None] = field(default_factory=dict)
    is_full: bool = False
    """Whether no more text is kept."""
    _length: int = 0

    def add(self, text: str, *, level: int = 0, page: int | None = None) -> None:
        """Add a paragraph, or a heading of a level, as far as there is room."""
        text = cleaned(text)
        if not text or self.is_full:
            return
        room = MOST_TEXT - self._length
        if len(text) > room or len(self.blocks) >= _MOST_BLOCKS:
            self.cut["text"], self.is_full = None, True
            text = text[:room] if len(self.blocks) < _MOST_BLOCKS else ""
        if level:
            text = " ".join(_HYPHENATED.sub("", text).split())
            text, rest = text[:_MOST_HEADING], text[_MOST_HEADING:]
            self._append(Block(text, level, page))
            text = rest
        self._append(Block(text, 0, page))

    def _append(self, block: Block) -> None:
        if block.text:
            self.blocks.append(block)
            self._length += len(block.text) + 2

    def add_image(self, image: FoundImage) -> None:
        """Add an image, as far as there is room."""
        if len(self.images) < _MOST_IMAGES:
            self.images.append(image)
        else:
            self.cut["figures"] = None

    def add_link(self, url: str, *, block: int | None = None, page: int | None = None) -> None:
        """Add a link to a page of the web, as far as there is room; others lead to no page."""
        url = "".join(_UNUSABLE.sub("", url[:_MOST_URL]).split())
        if not url.lower().startswith(("http://", "https://")):
            return
        if len(self.hyperlinks) < _MOST_LINKS:
            self.hyperlinks.append(FoundLink(url, block, page))
        else:
            self.cut["hyperlinks"] = None


def cleaned(text: str) -> str:
    """Text without characters that cannot be shown, lines without spaces at their ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LIGATURES)
    lines = _UNUSABLE.sub("", text).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
