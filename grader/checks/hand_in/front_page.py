"""`FrontPageComplete`: the report, or the notebook, says what it is and who made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.code.record import CodeNeed
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Listing, Message, Name, message
from grader.records.result import CheckResult

FrontItem = Literal["title", "authors", "group", "date", "course"]

#: Lines at the top that may be names, with or without what follows them: hours, a number, an address.
_NAME = re.compile(r"[\s*|>#-]*(?:[^\W\d_a-z][\w'’.-]+\s+){1,3}[^\W\d_a-z][\w'’-]+\b(?!\s+[a-z])")
_NO_NAME = re.compile(
    r"assignment|network|keras|tensorflow|report|learning|introduction|data|science|lab\b|question|exercise|deep|"
    r"mnist|university|chalmers|department|open in colab|working hours",
    re.IGNORECASE,
)
#: Two names joined, wherever they stand in a line.
_TWO_WORDS = r"[^\W\d_a-z][\w'’-]+\s+[^\W\d_a-z][\w'’-]+"
_TWO_NAMES = re.compile(rf"{_TWO_WORDS}\s*(?:&|\band\b|\bet\b|\boch\b)\s*{_TWO_WORDS}\b")
_TOP_LINES, _LONGEST_LINE = 25, 90


class FrontPageComplete(CheckKind, tag="front-page-complete", frozen=True, kw_only=True):
    """The front page has all that is required; each item earns its share.

    Where the authors alone are not found for certain and lines at the top may be names, a person looks. Its artefacts
    are the report, and code whose notebooks may name them too.
    """

    required: tuple[FrontItem, ...] = ("title", "authors")
    welcome: tuple[FrontItem, ...] = ()
    """What is named where it is absent, and costs nothing."""

    def __post_init__(self) -> None:
        if not self.required:
            raise ValueError(f"check '{self.id}' requires nothing")

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The report, and the text cells of notebooks."""
        report, *codes = exercise.artefacts_of(self)
        return (ReportNeed(artefact=report), *(CodeNeed(artefact=code) for code in codes))

    def judge(self, context: CheckContext) -> CheckResult:
        """Look at what the report says of itself."""
        report_id, *codes = context.exercise.artefacts_of(self)
        report = context.evidence.get(ReportNeed(artefact=report_id))
        if isinstance(report, Failure):
            return self.judge_failure(report)
        found = [item for item in self.required if _text(report, item)]
        absent = [item for item in self.required if item not in found]
        shown = tuple(
            message("front-page.item", item=_item(item), text=Name(text=text[:120]))
            for item in (*self.required, *self.welcome)
            if (text := _text(report, item))
        )
        file = message("front-page.file", file=Name(text=report.file))
        if absent == ["authors"] and (line := self._name(report, codes, context)):
            unsure = message("front-page.names", text=Name(text=line))
            return self.result("pending", None, file, *shown, unsure, flags=("needs-review",))
        unnamed = [item for item in self.welcome if not _text(report, item)]
        return self.share_result(
            len(found) / len(self.required),
            file,
            *shown,
            *((message("front-page.unnamed", items=_listed(unnamed)),) if unnamed else ()),
            advice=(message("front-page.advice", items=_listed(absent)),) if absent else (),
        )

    def _name(self, report: ReportReading, codes: Sequence[str], context: CheckContext) -> str:
        """A line at the top of the report, or of a notebook, that may name the authors; empty where there is none."""
        tops = [[part.text for part in report.parts[:3]]]
        for code in codes:
            reading = context.evidence.get(CodeNeed(artefact=code))
            for notebook in () if isinstance(reading, Failure) else reading.notebooks:
                tops.append([cell.source for cell in notebook.cells[:2] if cell.kind == "text"])
        return next((name for top in tops if (name := _name_in(top))), "")


def _listed(items: Sequence[FrontItem]) -> Listing:
    return Listing(items=tuple(map(_item, items)))


def _item(item: FrontItem) -> Message:
    return message(f"front-item.{item}")


def _text(report: ReportReading, item: FrontItem) -> str:
    """What the front page says of an item; the heading a report begins with is its title."""
    front = report.front
    if item == "authors":
        return ", ".join(author.text for author in front.authors)
    field = getattr(front, item)
    if field is not None:
        return str(field.text)
    return report.headings[0].text if item == "title" and report.headings else ""


def _name_in(texts: Sequence[str]) -> str:
    lines = [line for text in texts for line in re.split(r"\n|\\\\", text)]
    for line in lines[:_TOP_LINES]:
        joined = _TWO_NAMES.search(line)
        if joined is not None and not _NO_NAME.search(joined[0]):
            return joined[0]
        if len(line) <= _LONGEST_LINE and _NAME.match(line) and not _NO_NAME.search(line):
            return line.strip()
    return ""
