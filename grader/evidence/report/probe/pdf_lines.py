"""The lines of a page of a PDF, with the size and weight of their letters and where they stand."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, FloatObject

#: Gaps between letters, in thousandths of their size, that part words whatever pypdf makes of the font: TeX sets the
#: words of full lines that close. A gap as wide as the second parts words of any font.
_WORD_GAP, _SURE_GAP = 180, 400
#: Characters of a page that are kept.
_MOST_CHARACTERS = 100_000

_BOLD = re.compile(r"bold|black|heavy|demi|CMBX|SFBX|ECBX|CMSSBX|NimbusRomNo9L-Medi", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|menlo|typewriter|CMTT|SFTT|ECTT", re.IGNORECASE)


@dataclass
class Line:
    """A line of text."""

    text: str = ""
    y: float = 0
    """How high it stands on its page, in points."""
    size: float = 0
    """Height of most of its letters."""
    is_bold: bool = False
    is_mono: bool = False


@dataclass
class PageLines:
    """The lines of a page in the order they are drawn."""

    number: int
    lines: list[Line] = field(default_factory=list)
    heights: dict[str, float] = field(default_factory=dict)
    """Where images and forms are drawn, by the names the page has for them."""


@dataclass
class _Growing:
    """A line while its pieces arrive."""

    pieces: list[str] = field(default_factory=list)
    y: float | None = None
    styles: Counter[tuple[float, bool, bool]] = field(default_factory=Counter)

    def add(self, text: str, y: float, style: tuple[float, bool, bool]) -> None:
        letters = len(text.strip())
        if letters and self.y is None:
            self.y = y
        self.pieces.append(text)
        if letters:
            self.styles[style] += letters

    def line(self) -> Line | None:
        text = " ".join("".join(self.pieces).split())
        if not text:
            return None
        size, _, _ = self.styles.most_common(1)[0][0]
        bold = sum(count for style, count in self.styles.items() if style[1])
        mono = sum(count for style, count in self.styles.items() if style[2])
        whole = self.styles.total()
        return Line(text, self.y or 0.0, size, bold > 0.9 * whole, mono > 0.5 * whole)


def lines_of(page: PageObject, number: int) -> PageLines:
    """Read a page.

    Raises:
        Exception: pypdf raises all kinds on damaged pages.
    """
    read = PageLines(number)
    growing = _Growing()
    kept = 0

    def see_text(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        nonlocal growing, kept
        kept += len(text)
        if kept > _MOST_CHARACTERS or not text:
            return
        style, y = _style(cm, tm, font, size), _y(cm, tm)
        first, *others = text.split("\n")
        growing.add(first, y, style)
        for piece in others:
            line = growing.line()
            if line is not None:
                read.lines.append(line)
            growing = _Growing()
            growing.add(piece, y, style)

    def see_operation(operator: Any, operands: Any, cm: Any, tm: Any) -> None:
        if operator == b"Do" and operands:
            middle = float(cm[5]) + float(cm[3]) / 2
            read.heights.setdefault(str(operands[0]), middle)
        elif operator == b"TJ" and operands and isinstance(operands[0], ArrayObject):
            _part_words(operands[0])

    page.extract_text(visitor_text=see_text, visitor_operand_before=see_operation)
    last = growing.line()
    if last is not None:
        read.lines.append(last)
    return read


def _part_words(shown: ArrayObject) -> None:
    """Widen the gaps between words for a moment, so that the letters stay where they are."""
    for place in range(len(shown) - 1, -1, -1):
        gap = shown[place]
        if isinstance(gap, int | float) and -_SURE_GAP < gap <= -_WORD_GAP:
            shown[place : place + 1] = [FloatObject(-_SURE_GAP), FloatObject(_SURE_GAP + gap)]


def _style(cm: Sequence[Any], tm: Sequence[Any], font: Any, size: Any) -> tuple[float, bool, bool]:
    """Size on the page, whether it is bold, whether all letters are of one width."""
    scale = math.hypot(float(tm[2]), float(tm[3])) * math.hypot(float(cm[2]), float(cm[3]))
    name = str((font or {}).get("/BaseFont", "")) if hasattr(font, "get") or font is None else ""
    found = round(abs(float(size or 0)) * scale, 1)
    return (
        found if math.isfinite(found) else 0.0,
        _BOLD.search(name) is not None,
        _MONO.search(name) is not None,
    )


def _y(cm: Sequence[Any], tm: Sequence[Any]) -> float:
    found = float(tm[4]) * float(cm[1]) + float(tm[5]) * float(cm[3]) + float(cm[5])
    return found if math.isfinite(found) else 0.0
