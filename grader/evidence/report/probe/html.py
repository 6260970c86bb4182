"""HTML: what a browser would show as text, headings and images."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from grader.evidence.report.probe.draft import Draft, FoundImage

#: Tags whose content is not shown as text.
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "nav", "button"})
#: Tags that do not part paragraphs.
_INLINE_TAGS = """
a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u
var wbr img input math mi mn mo mrow msub msup mfrac msubsup mtext semantics annotation
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "source", "area"})
_HEADING = re.compile(r"h([1-6])")
#: Tags that are looked at.
_MOST_TAGS = 1_000_000


class _FullError(Exception):
    """No more is kept of what follows."""


class HtmlReader(HTMLParser):
    """Fills a draft with what is fed to it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(convert_charrefs=True)
        self.draft = draft
        self.tables = self.equations = 0
        self._text: list[str] = []
        self._level = 0
        self._hidden: list[str] = []
        self._pre = self._in_title = False
        self._caption: FoundImage | None = None
        self._in_figure: int | None = None
        """How many images there were when the figure began."""
        self._tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, or note an image."""
        self._tags += 1
        if self._tags > _MOST_TAGS or self.draft.is_full:
            self.draft.cut["text"] = None
            raise _FullError
        self._in_title = tag == "title" and self._hidden in ([], ["head"])
        if tag == "body":
            self._hidden.clear()
        if tag in _HIDDEN and tag not in _VOID:
            self._hidden.append(tag)
        if self._hidden:
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self._image(given)
        elif tag == "a":
            self.draft.add_link(given.get("href", ""), block=len(self.draft.blocks))
        self.tables += tag == "table"
        self.equations += tag == "math"
        if tag == "br":
            self._text.append("\n")
        elif tag in ("td", "th"):
            self._text.append(" ")
        elif tag == "tr":  # rows of a table stay together
            self._text.append("\n")
        elif tag not in _INLINE:
            self.flush()
        if found := _HEADING.fullmatch(tag):
            self._level = int(found.group(1))
        elif tag == "pre":
            self._pre = True
        elif tag == "figure":
            self._in_figure = len(self.draft.images)

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph."""
        self._in_title = False
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
            return
        if tag == "figcaption" and self._in_figure is not None:
            caption = " ".join("".join(self._text).split())
            for image in self.draft.images[self._in_figure :]:
                image.caption = caption
        if tag not in _INLINE and tag not in ("td", "th", "tr"):
            self.flush()
        if _HEADING.fullmatch(tag):
            self._level = 0
        elif tag == "pre":
            self._pre = False
        elif tag == "figure":
            self._in_figure = None

    def handle_data(self, data: str) -> None:
        """Keep the text that is shown."""
        if self._in_title:
            self.draft.properties.setdefault("title", " ".join(data.split()))
        elif not self._hidden:
            self._text.append(data if self._pre else re.sub(r"\s+", " ", data))

    def flush(self) -> None:
        """Give what was read since the last paragraph to the draft."""
        text = "".join(self._text)
        self._text.clear()
        lines = text.split("\n")
        if not self._pre:
            lines = [" ".join(line.split()) for line in lines]
        shown = "\n".join(lines).strip("\n")
        self.draft.add(shown.rstrip("¶ ") if self._level else shown, level=self._level)

    def _image(self, given: dict[str, str]) -> None:
        load = self.draft.contained.get(given.get("src", ""))
        caption = " ".join(given.get("alt", "").split())
        after = len(self.draft.blocks) + bool("".join(self._text).strip())
        self.draft.add_image(FoundImage(after=after, caption=caption, load=load))


def _closed(text: str) -> str:
    """A page whose last tag and comment end: on what does not, Python's parser takes the square of its length."""
    end = text.rfind(">") + 1
    text = text[:end] + text[end:].replace("<", "&lt;")
    end = text.rfind("-->") + 1
    return text[:end] + text[end:].replace("<!--", "")


def read_html(text: str, draft: Draft) -> None:
    """Read a page, or a piece of one."""
    reader = HtmlReader(draft)
    try:
        reader.feed(_closed(text))
        reader.close()
    except _FullError:
        pass
    reader.flush()
    draft.tables = (draft.tables or 0) + reader.tables
    draft.equations = (draft.equations or 0) + reader.equations
