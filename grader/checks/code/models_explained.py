"""`ModelsExplained`: what is said beside the models of a kind, for a person to mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from grader.checks.base import CheckContext
from grader.checks.code.base import may_train_more
from grader.checks.code.filters import ModelFilter
from grader.checks.code.saved_histories import is_below
from grader.checks.manual import MarkedByPerson
from grader.evidence.code.merged import shown_code
from grader.evidence.code.record import CodeNeed, CodeReading, NotebookCell, NotebookRead
from grader.evidence.code.run_record import CodeRunNeed
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, Name, message
from grader.records.result import CheckResult
from grader.records.section import Excerpt

_MOST, _LONGEST = 20, 2_000
_HEADINGS = re.compile(r"(?:[ \t]*#{1,6}[^\n]*\s*)+")


class ModelsExplained(MarkedByPerson, tag="models-explained", frozen=True, kw_only=True):
    """As `MarkedByPerson`, with the text cells and comments that stand beside the trainings of one kind of model.

    Its first artefact is code. Where no such model is trained there is nothing to explain.
    """

    models: ModelFilter = ModelFilter()

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """What is said, and what the code trains."""
        code = exercise.artefacts_of(self)[0]
        return (*super().needs(exercise), CodeRunNeed(artefact=code))

    def text_needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The first artefact is read cell by cell, whatever `notebooks` names."""
        code, *others = exercise.artefacts_of(self)
        return (CodeNeed(artefact=code), *(ReportNeed(artefact=name) for name in others))

    def judge(self, context: CheckContext) -> CheckResult:
        """Pending, with what to read; nothing where no such model is trained."""
        artefact = context.exercise.artefacts_of(self)[0]
        reading = context.evidence.get(CodeNeed(artefact=artefact))
        if isinstance(reading, Failure):
            return super().judge(context)
        ran = context.evidence.get(CodeRunNeed(artefact=artefact))
        code = shown_code(reading, None if isinstance(ran, Failure) else ran.run)
        if not any(map(self.models.accepts, code.trainings)) and not may_train_more(
            code, self.models
        ):
            missing = message("code-check.no-such-model", model=self.models.text)
            return self.result("failed", 0.0, missing)
        return super().judge(context)

    def passages(self, found: Sequence[Any], exercise: Exercise) -> list[Excerpt]:
        """What stands beside the models first, then what is said elsewhere."""
        codes = [reading for reading in found if isinstance(reading, CodeReading)]
        beside = [item for reading in codes for item in self._beside(reading)]
        rest = [
            item
            for item in found
            if not (codes and _is_notebook(item))
            if not (beside and isinstance(item, CodeReading))
        ]
        others = super().passages(rest, exercise)
        return list({item.text: item for item in (*beside, *others)}.values())[:_MOST]

    def _beside(self, code: CodeReading) -> Iterator[Excerpt]:
        """Text cells around the trainings of these models, and the comments in their cells."""
        for notebook in code.notebooks:
            for cell in notebook.cells:
                said = _said(cell)
                if said and self._is_about(cell, notebook, code):
                    source = message(
                        "manual.place-cell",
                        file=Name(text=notebook.file),
                        cell=Count(value=cell.number),
                    )
                    yield _excerpt(source, said)
        scripts = {notebook.file for notebook in code.notebooks}
        for comment in code.comments:
            file = comment.where.partition(",")[0]
            if file not in scripts and len(comment.text.split()) > 6:
                yield _excerpt(Name(text=comment.where), comment.text)

    def _is_about(self, cell: NotebookCell, notebook: NotebookRead, code: CodeReading) -> bool:
        """Whether a cell stands where these models are trained: the dataset that was named last is theirs."""
        if not self.models.dataset:
            return True
        place = f"{notebook.file}, cell {cell.number},"
        here = [item for item in code.trainings if item.where.startswith(place)]
        if here:
            return any(map(self.models.accepts, here))
        return is_below(self.models.dataset, cell.number, notebook)


def _said(cell: NotebookCell) -> str:
    """The text of a cell, or the comments of code that say something; nothing where it is a heading alone."""
    if cell.kind == "text":
        return "" if _HEADINGS.fullmatch(cell.source + "\n") else cell.source.strip()
    lines = [line.strip() for line in cell.source.split("\n") if line.lstrip().startswith("#")]
    said = [line for line in lines if len(line.split()) > 8]
    return "\n".join(said)


def _excerpt(source: Any, text: str) -> Excerpt:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
    return Excerpt(title=message("manual.passage"), source=source, text=shown, first_line=None)


def _is_notebook(found: Any) -> bool:
    """Whether a report is a notebook, which is read as code too."""
    return isinstance(found, ReportReading) and found.format == "notebook"
