"""PDF: the text of every page by its lines, headings by the outline and the size of letters, images that are drawn."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from itertools import islice

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import Destination

from grader.evidence.report.probe.draft import Draft, ReportError
from grader.evidence.report.probe.pdf_images import DrawnImages
from grader.evidence.report.probe.pdf_layout import OutlineEntry, add_pages
from grader.evidence.report.probe.pdf_lines import PageLines, lines_of

#: Pages that are read, bytes of what is drawn on one and on all, entries of the outline, how deep they may nest.
_MOST_PAGES = 300
_MOST_PAGE_BYTES = 8 << 20
_MOST_CONTENT_BYTES = 40 << 20
_MOST_ENTRIES = 500
_MOST_ANNOTATIONS = 500
_DEEPEST = 8

#: What pypdf raises on damaged files besides its own errors.
DAMAGED = (
    *(PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError),
    *(RecursionError, ZeroDivisionError, OverflowError, NotImplementedError, OSError, RuntimeError),
)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes, draft: Draft) -> None:
    """Read a PDF."""
    reader = _opened(data)
    try:
        count = len(reader.pages)
    except DAMAGED as error:
        raise _broken(error) from error
    draft.pages = count
    if count > _MOST_PAGES:
        draft.cut["pages"] = None
    images = DrawnImages(draft)
    lines: list[PageLines] = []
    left = _MOST_CONTENT_BYTES
    for number in range(1, min(count, _MOST_PAGES) + 1):
        try:
            page = reader.pages[number - 1]
            size = _content_size(page)
            if size > min(left, _MOST_PAGE_BYTES):
                draft.unread_pages.append(number)
                continue
            left -= size
            read = lines_of(page, number)
            lines.append(read)
            images.add_page(page, number, read)
            _add_links(page, number, draft)
        except DAMAGED:
            draft.unread_pages.append(number)
    if count and len(draft.unread_pages) == min(count, _MOST_PAGES):
        raise ReportError("broken-report", "no page can be read")
    add_pages(lines, list(_outline(reader)), draft)
    images.place()
    _add_properties(reader, draft)


def _opened(data: bytes) -> PdfReader:
    """The document, opened with an empty password where it has one.

    Raises:
        ReportError: It cannot be opened.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReportError("encrypted-report", "a password is needed")
    except DependencyError as error:
        raise ReportError("encrypted-report", str(error)) from error
    except DAMAGED as error:
        raise _broken(error) from error
    return reader


def _broken(error: Exception) -> ReportError:
    return ReportError("broken-report", f"{type(error).__name__}: {error}")


def _content_size(page: PageObject) -> int:
    content = page.get_contents()
    return 0 if content is None else len(content.get_data())


def _add_links(page: PageObject, number: int, draft: Draft) -> None:
    """Add what the page leads to on a click, as far as it can be read."""
    with contextlib.suppress(*DAMAGED):
        for annotation in islice(page.annotations or (), _MOST_ANNOTATIONS):
            action = annotation.get_object().get("/A")
            url = None if action is None else action.get_object().get("/URI")
            if isinstance(url, str | bytes):
                text = url if isinstance(url, str) else url.decode("utf-8", "replace")
                draft.add_link(str(text), page=number)


def _outline(reader: PdfReader) -> Iterator[OutlineEntry]:
    """The entries of the outline, as far as it can be read."""
    with contextlib.suppress(*DAMAGED):
        waiting: list[tuple[object, int]] = [(reader.outline, 0)]
        given = 0
        while waiting and given < _MOST_ENTRIES:
            item, depth = waiting.pop()
            if isinstance(item, list):
                if depth < _DEEPEST:
                    waiting += [(entry, depth + 1) for entry in reversed(item)]
            elif isinstance(item, Destination):
                given += 1
                page = reader.get_destination_page_number(item)
                yield OutlineEntry(str(item.title or ""), depth, None if page is None else page + 1)


def _add_properties(reader: PdfReader, draft: Draft) -> None:
    with contextlib.suppress(*DAMAGED):
        metadata = reader.metadata
        if metadata is not None:
            named = {"title": metadata.title, "author": metadata.author}
            draft.properties |= {
                key: str(value)[:200].strip() for key, value in named.items() if value
            }
