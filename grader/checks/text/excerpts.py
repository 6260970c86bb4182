"""The passages of reports and notebooks that are about something, as excerpts for a person to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.evidence.answers.lookup import exercise_rank
from grader.evidence.answers.names import exercise_below
from grader.evidence.code.record import NotebookRead
from grader.evidence.report.passages import Passage, passages
from grader.evidence.report.record import Part, Place, ReportReading
from grader.records.evidence import Failure
from grader.records.message import Count, Name, Value, message
from grader.records.section import Excerpt

#: What is longer is read in the file itself.
_LONGEST = 6_000
_MOST = 8
#: Why the grader could not read a file that a person can.
_READABLE_BY_PEOPLE = frozenset({"timed-out", "out-of-memory", "crashed"})
_SCAN = "report-scan"
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


@dataclass(frozen=True)
class ReadableText:
    """A text in parts, and where each part stands in its file."""

    reading: ReportReading
    sources: tuple[Value, ...]
    """One for each part."""


def is_readable_by_people(failure: Failure) -> bool:
    """Whether a person may read what the grader could not: a scan, or what takes too long."""
    return failure.reason in _READABLE_BY_PEOPLE or _SCAN in failure.why


def report_text(reading: ReportReading) -> ReadableText:
    """The text of a report; its parts stand on pages where it has them."""
    file = Name(text=reading.file)
    sources: list[Value] = []
    for part in reading.parts:
        page = part.place.page
        paged = message("manual.place-page", file=file, page=Count(value=page or 0))
        sources.append(file if page is None else paged)
    return ReadableText(reading, tuple(sources))


def notebook_text(notebook: NotebookRead) -> ReadableText:
    """The text cells of a notebook, in parts that begin with their headings."""
    parts: list[Part] = []
    sources: list[Value] = []
    above: list[tuple[int, str]] = []
    for cell in notebook.cells:
        if cell.kind != "text":
            continue
        source = message(
            "manual.place-cell", file=Name(text=notebook.file), cell=Count(value=cell.number)
        )
        for level, heading, text in _below_headings(cell.source):
            if heading:
                above = [*((depth, title) for depth, title in above if depth < level)]
                above.append((level, heading))
            place = Place(sections=tuple(title for _, title in above))
            parts.append(Part(place=place, text=f"{heading}\n\n{text}".strip()))
            sources.append(source)
    reading = ReportReading(file=notebook.file, format="notebook", parts=tuple(parts))
    return ReadableText(reading, tuple(sources))


def _below_headings(source: str) -> Iterator[tuple[int, str, str]]:
    """The headings of Markdown with their levels and what follows each; level 0 where nothing stands above."""
    found = list(_HEADING.finditer(source))
    starts = [*(item.start() for item in found), len(source)]
    before = source[: starts[0]].strip()
    if before:
        yield 0, "", before
    for item, end in zip(found, starts[1:], strict=True):
        yield len(item[1]), item[2], source[item.end() : end].strip()


def excerpts(text: ReadableText, exercise: str, words: Sequence[str]) -> tuple[Excerpt, ...]:
    """What a text says about something, the most plainly named first.

    That is: sections whose heading has one of the words, those within the exercise where there are some; else the
    sections of the exercise; else the paragraphs with one of the words.

    Args:
        text: Of a report or a notebook.
        exercise: Id of the exercise: ``2d-regularised`` is what a heading ``2 (d)`` names.
        words: As `passages` takes them.
    """
    found = passages(text.reading, words) if words else ()
    headed = [item for item in found if item.is_section]
    within = [item for item in headed if _rank(item.place, exercise) is not None]
    if within or headed:
        shown = [(item.text, _source(text, item)) for item in within or headed]
    else:
        shown = _of_exercise(text, exercise)
        shown = shown or [(item.text, _source(text, item)) for item in found]
    return tuple(
        Excerpt(
            title=message("manual.passage"), source=source, text=_shortened(said), first_line=None
        )
        for said, source in shown[:_MOST]
    )


def _rank(place: Place, exercise: str) -> int | None:
    return exercise_rank(exercise, exercise_below(place.sections))


def _of_exercise(text: ReadableText, exercise: str) -> list[tuple[str, Value]]:
    """The text below the headings that name the exercise most plainly; parts that follow each other are one."""
    ranks = [_rank(part.place, exercise) for part in text.reading.parts]
    best = min((rank for rank in ranks if rank is not None), default=None)
    if best is None:
        return []
    found: list[tuple[str, Value]] = []
    before = None
    for part, source, rank in zip(text.reading.parts, text.sources, ranks, strict=True):
        if rank == best and before == best:
            said, first = found.pop()
            found.append((f"{said}\n\n{part.text}", first))
        elif rank == best:
            found.append((part.text, source))
        before = rank
    return found


def _source(text: ReadableText, passage: Passage) -> Value:
    """Where a passage begins."""
    for part, source in zip(text.reading.parts, text.sources, strict=True):
        begins = (
            passage.text.startswith(part.text) if passage.is_section else passage.text in part.text
        )
        if part.place == passage.place and begins:
            return source
    return Name(text=text.reading.file)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"
