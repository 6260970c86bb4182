"""Markdown: CommonMark with tables, formulas between dollars, and the HTML that stands in it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.evidence.report.probe.draft import Draft, FoundImage
from grader.evidence.report.probe.html import read_html

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FORMULA = re.compile(
    r"\$\$.+?\$\$|(?<![\\$\w])\$(?![\s$])[^$\n]+?(?<![\s\\])\$(?![\w$])|\\\(.+?\\\)|\\\[.+?\\\]",
    re.DOTALL,
)
_ANCHOR = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"']+)""", re.IGNORECASE)
_IMAGE_TAG = re.compile(r"<img\b", re.IGNORECASE)


def read_markdown(text: str, draft: Draft) -> None:
    """Read a document, or a cell of a notebook."""
    draft.tables, draft.equations = draft.tables or 0, draft.equations or 0
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _FRONT_MATTER.match(text):
        draft.add(found.group(1))
        text = text[found.end() :]
    _Walk(draft).read(_parser().parse(text))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


class _Walk:
    """Goes through the tokens of a document."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._level = 0
        self._rows: list[list[str]] | None = None
        """Of the table it is in."""

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if self.draft.is_full:
                return
            match token.type:
                case "heading_open":
                    self._level = int(token.tag[1:])
                case "heading_close":
                    self._level = 0
                case "table_open":
                    self._rows = []
                    self.draft.tables = (self.draft.tables or 0) + 1
                case "tr_open" if self._rows is not None:
                    self._rows.append([])
                case "table_close" if self._rows is not None:
                    self.draft.add("\n".join(" | ".join(row) for row in self._rows))
                    self._rows = None
                case "inline":
                    self._inline(token)
                case "fence" | "code_block":
                    self.draft.add(token.content)
                case "html_block":
                    read_html(token.content, self.draft)

    def _inline(self, token: Token) -> None:
        formulas = len(_FORMULA.findall(token.content))
        self.draft.equations = (self.draft.equations or 0) + formulas
        children = token.children or []
        text = "".join(map(_text, children)).strip()
        if self._rows is not None:
            if self._rows:
                self._rows[-1].append(" ".join(text.split()))
        else:
            self.draft.add(text, level=self._level)
        block = len(self.draft.blocks) - 1 if text and self._rows is None else None
        for child in children:
            if child.type == "image":
                self._image(child)
            elif child.type == "link_open":
                self.draft.add_link(str(child.attrs.get("href", "")), block=block)
            elif child.type == "html_inline" and (found := _ANCHOR.match(child.content)):
                self.draft.add_link(html.unescape(found[1]), block=block)
            elif child.type == "html_inline" and _IMAGE_TAG.match(child.content):
                read_html(child.content, self.draft)

    def _image(self, token: Token) -> None:
        source = str(token.attrs.get("src", ""))
        load = self.draft.contained.get(source)
        image = FoundImage(after=len(self.draft.blocks), caption=token.content.strip(), load=load)
        self.draft.add_image(image)


def _text(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    is_break = token.type in ("softbreak", "hardbreak") or token.content.lower().startswith("<br")
    return "\n" if is_break else ""
