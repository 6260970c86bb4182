"""`ComparedWith`: a result is compared with a published one."""

from __future__ import annotations

import re
from typing import Any

from grader.checks.answers.given import GivenAnswers
from grader.checks.base import CheckContext
from grader.checks.code.drawn import drawn_lines, place_of
from grader.checks.described.base import DescriptionCheck
from grader.checks.text.prose import Prose
from grader.evidence.code.merged import shown_code
from grader.evidence.code.run_record import CodeRunNeed
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Message, Name, message
from grader.records.result import CheckResult


class ComparedWith(DescriptionCheck, tag="compared-with", frozen=True, kw_only=True):
    """The student's own result is compared with a published one: in words, in a figure, or in code that is run.

    Sentences of the lab's own text are no comparison.
    """

    value: float
    names: tuple[str, ...] = ()
    """What the published result is called: ``Hinton``."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """All that is said, and the figures of a run."""
        code = exercise.artefacts_of(self)[0]
        return (*super().needs(exercise), CodeRunNeed(artefact=code))

    def judge_said(self, given: GivenAnswers, prose: Prose, context: CheckContext) -> CheckResult:
        """Look in words, then in figures, then in the code of notebooks."""
        found = self._in_words(prose) or self._drawn(prose, context) or self._in_cells(prose)
        if found is not None:
            return self.result("passed", 1.0, found)
        value = Code(text=f"{self.value:g}")
        return self.result(
            "failed",
            0.0,
            message("compared-with.none", value=value),
            advice=(message("compared-with.advice", value=value),),
        )

    def _in_words(self, prose: Prose) -> Message | None:
        for sentence in prose.sentences:
            named = any(name.casefold() in sentence.plain for name in self.names)
            if named or self._form.search(sentence.text):
                text = Code(text=sentence.text[:160])
                return message("compared-with.said", text=text, where=sentence.where)
        return None

    def _drawn(self, prose: Prose, context: CheckContext) -> Message | None:
        run = context.evidence.get(CodeRunNeed(artefact=context.exercise.artefacts_of(self)[0]))
        if isinstance(run, Failure) or isinstance(prose.code, Failure):
            return None
        code = shown_code(prose.code, run.run)
        for drawn in drawn_lines(code):
            y = {value for value in drawn.line.y if value is not None}
            if y and all(abs(value - self.value) <= 1e-6 for value in y):
                return message("compared-with.drawn", where=Name(text=place_of(drawn.figure, code)))
        return None

    def _in_cells(self, prose: Prose) -> Message | None:
        for notebook in () if isinstance(prose.code, Failure) else prose.code.notebooks:
            for cell in notebook.cells:
                code = re.sub(r"#.*", "", cell.source)
                if cell.kind == "code" and self._form.search(code):
                    where = Name(text=f"{notebook.file}, cell {cell.number}")
                    return message("compared-with.in-code", where=where)
        return None

    @property
    def _form(self) -> re.Pattern[str]:
        """The value as it may be written: ``0.9847``, ``0,9847``, ``98.47``."""
        share, percent = (
            f"{number:.8g}".replace(".", "[.,]") for number in (self.value, 100 * self.value)
        )
        return re.compile(rf"(?<![\d.,])(?:{share}|{share.removeprefix('0')}|{percent})(?!\d)")
