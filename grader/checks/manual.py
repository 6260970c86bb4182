"""A check that only a person can judge: it waits for them, with what there is to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.checks.text.excerpts import (
    ReadableText,
    excerpts,
    is_readable_by_people,
    notebook_text,
    report_text,
)
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Message, Name, message
from grader.records.result import CheckResult
from grader.records.section import Excerpt


class MarkedByPerson(CheckKind, tag="marked-by-person", frozen=True, kw_only=True):
    """Points that a person gives after reading: `pending` until then, and 0 where nothing was handed in."""

    question: str = ""
    """What the person has to judge, in the words of the lab."""
    sections: tuple[str, ...] = ()
    """Words or phrases in the headings, else in the text, of what is to be read: ``discussion``, ``overfit*``.
    The exercise's own heading is looked for where none of them stands in a heading."""
    notebooks: tuple[str, ...] = ()
    """Ids of the artefacts whose notebooks are read cell by cell, as code; the others are read as reports."""

    def __post_init__(self) -> None:
        if not all(word.strip(" *") for word in self.sections):
            raise ValueError("sections are words, and one of them is empty")
        others = [name for name in self.notebooks if self.artefacts and name not in self.artefacts]
        if others:
            raise ValueError(f"'{others[0]}' of notebooks is none of its artefacts")

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """What each artefact says: as a report, or as the text cells of code."""
        return self.text_needs(exercise)

    def text_needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The texts a person reads passages of."""
        return tuple(
            CodeNeed(artefact=name) if name in self.notebooks else ReportNeed(artefact=name)
            for name in exercise.artefacts_of(self)
        )

    def judge(self, context: CheckContext) -> CheckResult:
        """Pending, with the passages to read."""
        found = [context.evidence.get(need) for need in self.text_needs(context.exercise)]
        failures = [item for item in found if isinstance(item, Failure)]
        unread = [failure for failure in failures if is_readable_by_people(failure)]
        if len(failures) == len(found) and not unread:
            ours = (failure for failure in failures if failure.fault == "grader")
            return self.judge_failure(next(ours, failures[0]))
        figures = self.passages(found, context.exercise)
        return self.result(
            "pending",
            None,
            *self._feedback(figures, unread),
            advice=() if figures or unread else (message("advice.manual-heading"),),
            figures=tuple(figures),
        )

    def passages(self, found: Sequence[Any], exercise: Exercise) -> list[Excerpt]:
        """What is to be read; of a notebook that is read cell by cell not the same again as a report.

        Args:
            found: What was read of each artefact, or why it could not be.
            exercise: Of the check.
        """
        cell_by_cell = {
            notebook.file
            for item in found
            if isinstance(item, CodeReading)
            for notebook in item.notebooks
        }
        return [
            excerpt
            for item in found
            if not (isinstance(item, ReportReading) and item.file in cell_by_cell)
            for text in _texts(item)
            for excerpt in excerpts(text, exercise.id, self.sections)
        ]

    def _feedback(self, figures: list[Excerpt], unread: list[Failure]) -> Iterator[Message]:
        if self.question:
            yield message("manual.pending", question=Name(text=self.question))
        else:
            yield message("manual.pending-plain")
        for failure in unread:
            yield message("manual.unread", file=failure.values.get("file", Name(text="")))
        if figures:
            yield message("manual.passages")
        elif not unread:
            yield message("manual.nothing-found")


def _texts(found: Any) -> Iterator[ReadableText]:
    """The texts in what was read of an artefact; none in a failure."""
    if isinstance(found, ReportReading):
        yield report_text(found)
    elif not isinstance(found, Failure):
        yield from map(notebook_text, found.notebooks)
