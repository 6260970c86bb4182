"""Answers in a report or in the text of a notebook: lines `name: value` under the heading of an exercise."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from grader.evidence.answers.names import exercise_below, exercise_label
from grader.evidence.answers.probe.draft import Draft
from grader.evidence.answers.probe.toml import flat
from grader.evidence.report.probe.captions import caption_number
from grader.evidence.report.probe.headings import is_contents
from grader.evidence.report.record import Part, ReportReading

#: Characters of a line that is looked at, and words of the name of a question.
_MOST_LINE = 2_000
_MOST_WORDS = 12
#: Characters of each heading that are kept.
_MOST_HEADING = 60

_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪●·–—]\s+|\(?(?:\d{1,2}|[a-z])[.)]\s+)?")
_LINE = re.compile(
    # The mark after a name: `:`, `=`, the edge of a cell, or a question mark.
    r"(?P<name>[^:=|?]{1,100}?)\s*(?:[:=|]|\?\s*[:=|]?)\s*(?P<value>[^=\s].*)"
)
#: A table as TOML names it.
_TABLE = re.compile(r"^\s*\[\[?\s*[\"']?(\w[\w .-]{1,80}?)[\"']?\s*\]\]?\s*(?:#.*)?$", re.MULTILINE)
#: `545.810` may be either, which checks decide.
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"[-+]?\d+\.\d+(?:[eE][-+]?\d{1,3})?|[-+]?\d+[eE][-+]?\d{1,3}")


def fill_from_report(report: ReportReading, draft: Draft) -> None:
    """Read the answers in a report. Text above the first heading has none."""
    for part in report.parts:
        sections = part.place.sections
        if draft.is_full:
            return
        if sections and not is_contents(sections[-1]):
            _Section(draft, part).read()


class _Section:
    """Reads the text below one heading, or what of it stands on one page."""

    def __init__(self, draft: Draft, part: Part) -> None:
        self._draft = draft
        self._part = part
        self._where = part.place.in_file(draft.file)
        self._exercise = exercise_below([item[:_MOST_HEADING] for item in part.place.sections])

    def read(self) -> None:
        heading = self._part.place.sections[-1]
        text = self._part.text
        if text.startswith(heading):
            text = text[len(heading) :]
            # `Layers: 3` in bold letters looks like a heading.
            if exercise_label(heading) is None and len(self._part.place.sections) > 1:
                self._line(heading)
        for paragraph in text.split("\n\n"):
            if not self._toml(paragraph):
                for line in paragraph.split("\n"):
                    self._line(line)

    def _toml(self, paragraph: str) -> bool:
        """Read a paragraph that is TOML, as between fences; its tables name exercises."""
        if "=" not in paragraph or any(len(line) > _MOST_LINE for line in paragraph.split("\n")):
            return False
        try:
            found = tomllib.loads(paragraph)
        except (ValueError, RecursionError):
            return False
        for path, value in flat(found):
            exercise = ".".join(path[:-1]) or self._exercise
            self._draft.add(exercise, path[-1], value, self._where)
        if tables := _TABLE.findall(paragraph):
            self._exercise = tables[-1]
        return True

    def _line(self, line: str) -> None:
        if len(line) > _MOST_LINE or caption_number(line.strip()) is not None:
            return
        if table := _TABLE.fullmatch(line):
            self._exercise = table[1]
            return
        bullet = _BULLET.match(line)
        found = _LINE.fullmatch(line[bullet.end() if bullet else 0 :].strip())
        if found is None:
            return
        name, value = found["name"].strip(" \t*_`"), found["value"].strip()
        is_name = any(map(str.isalpha, name)) and len(name.split()) <= _MOST_WORDS
        if is_name and "|" not in value and not value.startswith("//"):
            self._draft.add(self._exercise, name, _typed(value), self._where)


def _typed(text: str) -> Any:
    """A number, a truth value, a list or a quoted text as TOML has them; anything else as it stands."""
    bare = text.strip("` ")
    number = bare.rstrip(".")
    if _INTEGER.fullmatch(number):
        return int(number)
    if _DECIMAL.fullmatch(number) and not _AMBIGUOUS.fullmatch(number):
        return float(number)
    if number.casefold() in ("true", "false"):
        return number.casefold() == "true"
    if bare[:1] in ("[", '"', "'"):
        try:
            value = tomllib.loads(f"value = {bare}")["value"]
        except (ValueError, RecursionError, KeyError):
            return text
        # `[0, 1]` in running text is an interval.
        is_interval = isinstance(value, list) and not any(isinstance(item, str) for item in value)
        return text if is_interval else value
    return text
