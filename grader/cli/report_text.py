"""What a report says, as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from grader.records.names import counted

if TYPE_CHECKING:
    from grader.evidence.report.record import Figure, FrontField, ReportNumber, ReportReading

_WIDTH = 80
#: Numbers that are shown; `--json` has all.
_MOST_NUMBERS = 30

_FORMATS = {
    "pdf": "PDF",
    "word": "Word",
    "markdown": "Markdown",
    "html": "HTML",
    "text": "plain text",
    "notebook": "the text of a notebook",
}


def report_lines(reading: ReportReading) -> list[str]:
    """The front page, then headings, figures and numbers."""
    lines = textwrap.wrap(_head(reading), _WIDTH)
    lines += _front(reading)
    if reading.headings:
        lines += ["", "Headings:"]
        for heading in reading.headings:
            page = "" if heading.page is None else f" (page {heading.page})"
            lines += _wrapped(f"{heading.text}{page}", indent=2 * heading.level)
    if reading.figures:
        lines += ["", "Figures:"]
        for figure in reading.figures:
            lines += _wrapped(_figure(figure), indent=2)
    if reading.numbers:
        lines += ["", "Numbers:"]
        for number in reading.numbers[:_MOST_NUMBERS]:
            lines.append(f"  {textwrap.shorten(_number(number), _WIDTH - 2, placeholder=' ...')}")
        left = len(reading.numbers) - _MOST_NUMBERS
        if left > 0:
            lines.append(f"  and {left} more, see --json")
    return lines


def _head(reading: ReportReading) -> str:
    parts = [counted(reading.words, "word")]
    for count, thing in (
        (reading.pages, "page"),
        (len(reading.figures), "figure"),
        (reading.tables, "table"),
        (reading.equations, "equation"),
    ):
        if count is not None:
            parts.append(counted(count, thing))
    head = f"{reading.file}: {_FORMATS[reading.format]}, {', '.join(parts)}"
    if reading.unread_pages:
        head += f"; not read: page {', '.join(map(str, reading.unread_pages))}"
    if reading.cut:
        head += f"; more than is kept: {', '.join(reading.cut)}"
    return head


def _front(reading: ReportReading) -> list[str]:
    front = reading.front
    fields: list[tuple[str, tuple[FrontField, ...]]] = [
        ("title", (front.title,) if front.title else ()),
        ("authors", front.authors),
        ("group", (front.group,) if front.group else ()),
        ("date", (front.date,) if front.date else ()),
        ("course", (front.course,) if front.course else ()),
    ]
    lines = []
    for name, found in fields:
        if found:
            source = " (a property of the file)" if found[0].source == "properties" else ""
            text = f"{name}: {', '.join(field.text for field in found)}{source}"
            lines += _wrapped(text, indent=2)
    return lines


def _figure(figure: Figure) -> str:
    parts = []
    if figure.pages:
        parts.append(f"page {', '.join(map(str, figure.pages))}")
    if figure.width is not None:
        parts.append(f"{figure.width} x {figure.height} pixels")
    return ": ".join(part for part in (", ".join(parts), figure.caption) if part) or "an image"


def _number(number: ReportNumber) -> str:
    unit = f" {number.unit}" if number.unit else ""
    page = "" if number.place.page is None else f"page {number.place.page}: "
    before = number.before[-30:]
    return f"{page}{before} [{number.text}{unit}] {number.after[:30]}"


def _wrapped(text: str, *, indent: int) -> list[str]:
    first = " " * min(indent, 20)
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=f"{first}  ")
