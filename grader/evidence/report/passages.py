"""Where a report speaks of something: for checks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from grader.evidence.report.record import Part, Place, ReportReading
from grader.records.base import Record

_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")


class Passage(Record, frozen=True, kw_only=True):
    """A paragraph in which words stand, or the section whose heading they stand in."""

    place: Place
    text: str
    words: tuple[str, ...]
    """Those of the words that stand in it; of a section, in its heading."""
    is_section: bool = False


def passages(report: ReportReading, words: Sequence[str]) -> tuple[Passage, ...]:
    """The passages in which any of some words stand, in the order of the report.

    A section whose heading has a word is one passage, its subsections included; elsewhere every paragraph is one.
    Capital letters, accents, and hyphens at the end of a line do not count.

    Args:
        report: What was read.
        words: Words or phrases, whole: ``overfitting``, ``exercise 2``. A star at the end takes any ending:
            ``overfit*``.
    """
    patterns = {word: _pattern(word) for word in words}
    found: list[Passage] = []
    place = 0
    while place < len(report.parts):
        part = report.parts[place]
        heading = _own_heading(part)
        named = _words_in(heading, patterns)
        if named:
            end = _section_end(report.parts, place)
            text = "\n\n".join(item.text for item in report.parts[place:end])
            found.append(Passage(place=part.place, text=text, words=named, is_section=True))
            place = end
            continue
        for paragraph in _paragraphs(part):
            present = _words_in(paragraph, patterns)
            if present:
                found.append(Passage(place=part.place, text=paragraph, words=present))
        place += 1
    return tuple(found)


def names_any(text: str, words: Sequence[str]) -> bool:
    """Whether any of some words stands in a text, as `passages` looks for them.

    Args:
        text: Any text.
        words: Words or phrases, whole, or with a star at the end.
    """
    plain = _plain(text)
    return any(_pattern(word).search(plain) for word in words)


def _pattern(word: str) -> re.Pattern[str]:
    pieces = [re.escape(piece) for piece in _plain(word.rstrip("*")).split()]
    ending = "" if word.endswith("*") else r"(?!\w|[.,]\d)"
    return re.compile(r"(?<!\w)(?<!\d[.,])" + r"\s+".join(pieces) + ending)


def _plain(text: str) -> str:
    """Without accents and capitals, and without the hyphens that lines end with."""
    joined = _HYPHENATED.sub("", text)
    bare = unicodedata.normalize("NFKD", joined)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()


def _words_in(text: str, patterns: dict[str, re.Pattern[str]]) -> tuple[str, ...]:
    plain = _plain(text)
    return tuple(word for word, pattern in patterns.items() if pattern.search(plain))


def _own_heading(part: Part) -> str:
    """The heading that a part begins with; empty where it goes on from the page before."""
    heading = part.place.sections[-1] if part.place.sections else ""
    return heading if heading and part.text.startswith(heading) else ""


def _section_end(parts: Sequence[Part], start: int) -> int:
    """The part behind a section and all that stands below it."""
    above = parts[start].place.sections
    end = start + 1
    while end < len(parts):
        deeper = parts[end].place.sections[: len(above)] == above
        again = parts[end].place.sections == above and _own_heading(parts[end])
        if not deeper or again:
            break
        end += 1
    return end


def _paragraphs(part: Part) -> Iterator[str]:
    """The paragraphs of a part without its heading, which is no passage of its own."""
    heading = _own_heading(part)
    text = part.text[len(heading) :]
    return (item for item in text.split("\n\n") if item.strip())
