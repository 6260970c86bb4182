"""The need of reports, and what is read and recorded of one."""

from __future__ import annotations

from typing import ClassVar, Literal

from grader.evidence.need import Need
from grader.records.base import Record

ReportFormat = Literal["pdf", "word", "markdown", "html", "text", "notebook"]
Cut = Literal["pages", "text", "headings", "captions", "figures", "numbers", "hyperlinks"]


class Place(Record, frozen=True, kw_only=True):
    """Where in a report something stands."""

    page: int | None = None
    """From 1; None where the format has no pages."""
    sections: tuple[str, ...] = ()
    """The headings it stands under, the outermost first."""

    def in_file(self, file: str) -> str:
        """Where that is, in short: ``report.pdf, page 2``."""
        return file if self.page is None else f"{file}, page {self.page}"


class Part(Record, frozen=True, kw_only=True):
    """The text of one section on one page, its heading included; paragraphs are parted by empty lines."""

    place: Place
    text: str


class Heading(Record, frozen=True, kw_only=True):
    """A heading."""

    text: str
    level: int
    """From 1."""
    page: int | None = None


class FrontField(Record, frozen=True, kw_only=True):
    """Something the front page says."""

    text: str
    line: str
    """The line it is from."""
    source: Literal["text", "properties"] = "text"
    """Whether it stands on the page, or only in the properties of the file."""


class FrontPage(Record, frozen=True, kw_only=True):
    """What a report says of itself. Nothing is guessed: what is neither labelled nor evident is empty."""

    title: FrontField | None = None
    authors: tuple[FrontField, ...] = ()
    group: FrontField | None = None
    date: FrontField | None = None
    course: FrontField | None = None


class Caption(Record, frozen=True, kw_only=True):
    """A line that names a figure."""

    number: str
    """``3``, ``2.1b``."""
    text: str
    """The whole line, ``Figure 3: ...``."""
    place: Place


class Figure(Record, frozen=True, kw_only=True):
    """An image that a report shows."""

    place: Place
    """Where it is shown first."""
    pages: tuple[int, ...] = ()
    """All pages that show it."""
    width: int | None = None
    """In pixels; None where the image itself is not in the file."""
    height: int | None = None
    caption: str = ""
    """Its caption, or the text that stands for it; empty where it is not plain which it is."""
    png: bytes | None = None
    """A small picture of it; of the first figures only."""


class ReportNumber(Record, frozen=True, kw_only=True):
    """A number with the words around it."""

    text: str
    """As it is written, without the unit."""
    value: float
    """Of ``98 %`` it is 98."""
    unit: str = ""
    """``%``, ``s``, ``min``, ``MB``, ...; empty where none is known."""
    before: str = ""
    after: str = ""
    place: Place


class Hyperlink(Record, frozen=True, kw_only=True):
    """A link to a page of the web, whatever is shown of it."""

    url: str
    place: Place
    text: str = ""
    """The paragraph it stands in; empty where that is not known, as of a PDF."""


class ReportReading(Record, frozen=True, kw_only=True):
    """What was read of a report."""

    file: str
    format: ReportFormat
    pages: int | None = None
    """Of a PDF; other formats have none before they are printed."""
    words: int = 0
    parts: tuple[Part, ...] = ()
    """All of its text, in order."""
    headings: tuple[Heading, ...] = ()
    front: FrontPage = FrontPage()
    figures: tuple[Figure, ...] = ()
    """Images, each once however often it is shown."""
    captions: tuple[Caption, ...] = ()
    drawings: tuple[int, ...] = ()
    """Of a PDF the page of each drawing of many lines, as diagrams without pixels are: twice that of two drawings."""
    tables: int | None = None
    """None where the format does not say."""
    equations: int | None = None
    """None where the format does not say."""
    numbers: tuple[ReportNumber, ...] = ()
    hyperlinks: tuple[Hyperlink, ...] = ()
    unread_pages: tuple[int, ...] = ()
    """Pages whose text could not be read."""
    cut: tuple[Cut, ...] = ()
    """What there was more of than is kept."""


class ReportNeed(Need[ReportReading], frozen=True):
    """A check looks at what a report says."""

    kind: ClassVar[str] = "report"
