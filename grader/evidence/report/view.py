"""A report as checks see it, and as pages show it."""

from __future__ import annotations

import msgspec

from grader.evidence.base import StoredRecord
from grader.evidence.report.record import Figure, FrontField, ReportNeed, ReportReading
from grader.records.message import Count, Listing, Name, Value, message
from grader.records.section import Column, Fact, Facts, Picture, Pictures, Section, Table


def decode_report(need: ReportNeed, stored: StoredRecord) -> ReportReading:
    """The record as it was stored."""
    return msgspec.json.decode(stored.raw, type=ReportReading)


def report_sections(reading: ReportReading) -> tuple[Section, ...]:
    """What it is, its headings, and its figures."""
    sections: list[Section] = [_facts(reading)]
    if reading.headings:
        sections.append(_headings(reading))
    pictures = tuple(
        Picture(png=figure.png, caption=_caption(figure))
        for figure in reading.figures
        if figure.png is not None
    )
    if pictures:
        title = message("report.figures-of", count=Count(value=len(reading.figures)))
        sections.append(Pictures(title=title, pictures=pictures))
    return tuple(sections)


def _facts(reading: ReportReading) -> Facts:
    front = reading.front
    counts = {
        "pages": reading.pages,
        "words": reading.words,
        "figures": len(reading.figures),
        "captions": len(reading.captions),
        "tables": reading.tables,
        "equations": reading.equations,
        "numbers": len(reading.numbers),
    }
    values: dict[str, Value | None] = {
        "format": message(f"report.format-{reading.format}"),
        "titled": _found(front.title),
        "authors": _names(front.authors),
        "group": _found(front.group),
        "date": _found(front.date),
        "course": _found(front.course),
        **{name: None if count is None else Count(value=count) for name, count in counts.items()},
        "unread": _listed(reading.unread_pages),
        "cut": Listing(items=tuple(message(f"report.{name}") for name in reading.cut))
        if reading.cut
        else None,
    }
    return Facts(
        title=message("report.title", file=Name(text=reading.file)),
        facts=tuple(
            Fact(label=message(f"report.{name}"), value=value)
            for name, value in values.items()
            if value is not None
        ),
    )


def _found(field: FrontField | None) -> Name | None:
    return None if field is None else Name(text=field.text)


def _names(fields: tuple[FrontField, ...]) -> Listing | None:
    return Listing(items=tuple(Name(text=field.text) for field in fields)) if fields else None


def _listed(pages: tuple[int, ...]) -> Listing | None:
    return Listing(items=tuple(Count(value=page) for page in pages)) if pages else None


def _headings(reading: ReportReading) -> Table:
    """The headings; the page beside each where there are pages."""
    has_pages = reading.pages is not None
    columns = [
        Column(title=message("report.heading")),
        Column(title=message("report.level"), numeric=True),
    ]
    if has_pages:
        columns.append(Column(title=message("report.page"), numeric=True))
    rows = []
    for heading in reading.headings:
        row: list[Value] = [Name(text=heading.text), Count(value=heading.level)]
        if has_pages:
            row.append(Count(value=heading.page or 0))
        rows.append(tuple(row))
    return Table(
        title=message("report.headings-of", count=Count(value=len(rows))),
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _caption(figure: Figure) -> Value:
    """Its caption; where there is none, where it stands."""
    if figure.caption:
        return Name(text=figure.caption)
    if figure.place.page is not None:
        return message("report.on-page", page=Count(value=figure.place.page))
    if figure.place.sections:
        return Name(text=figure.place.sections[-1])
    return message("report.no-caption")
