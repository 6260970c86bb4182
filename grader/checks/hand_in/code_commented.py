"""`CodeCommented`: the code has comments, or text cells between its cells."""

from __future__ import annotations

import re
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.checks.text.prose import letters_of
from grader.evidence.code.record import CodeNeed, CodeReading, NotebookCell
from grader.evidence.code.words import file_of
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, message
from grader.records.result import CheckResult

_COMMENT = re.compile(r"#([^\n]*)")
_DOCSTRING = re.compile(r'(?:"""|\'\'\')(.*?)(?:"""|\'\'\')', re.DOTALL)
#: So many letters and digits beside what was handed out say something.
_OWN_LETTERS = 20


class CodeCommented(CheckKind, tag="code-commented", frozen=True, kw_only=True):
    """Enough lines of comments for the lines of code, or enough text cells in notebooks, or both together.

    Commented-out code explains nothing and is not counted, and neither is what was handed out.
    """

    share: float = 0.1
    """Lines of comments to lines of code."""
    text_cells: int = 8
    """Text cells that are as good as that."""
    handout: tuple[str, ...] = ()
    """Phrases of the lab's own text: a text cell counts for what else it says."""
    handed_out: tuple[str, ...] = ()
    """Comments, and lines of text, that were handed out, each as a whole line."""
    handed_out_code: int = 0
    """About how many lines of code were handed out with them, which students need not comment."""

    def __post_init__(self) -> None:
        if self.share <= 0 or self.text_cells < 1:
            raise ValueError(f"check '{self.id}' asks for no comments")

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """The code as it reads."""
        return (CodeNeed(artefact=exercise.artefacts_of(self)[0]),)

    def judge(self, context: CheckContext) -> CheckResult:
        """Count lines and cells."""
        (need,) = self.needs(context.exercise)
        code = context.evidence.get(need)
        if isinstance(code, Failure):
            return self.judge_failure(code)
        cells = sum(map(self._is_own, _text_cells(code)))
        handed_out = self._handed_out_lines(code)
        comments = max(0, code.comment_lines - handed_out)
        given = min(self.handed_out_code, code.code_lines // 2) if handed_out else 0
        lines = comments / max(1.0, self.share * (code.code_lines - given))
        share = min(1.0, lines + cells / self.text_cells) if code.code_lines else 0.0
        return self.share_result(
            1.0 if share == 1 else 0.5 if share >= 0.5 else 0.0,
            message(
                "code-commented.found",
                comments=Count(value=comments),
                code=Count(value=code.code_lines),
                cells=Count(value=cells),
            ),
            advice=() if share == 1 else (message("code-commented.advice"),),
        )

    def _is_own(self, cell: NotebookCell) -> bool:
        """Whether a text cell says anything that was not handed out."""
        lines = [line for line in map(letters_of, cell.source.split("\n")) if line]
        phrases = [letters_of(phrase) for phrase in self.handout]
        whole = {letters_of(line) for line in self.handed_out}
        own = [
            line
            for line in lines
            if line not in whole and not any(phrase in line for phrase in phrases)
        ]
        return bool(own) and (own == lines or sum(map(len, own)) >= _OWN_LETTERS)

    def _handed_out_lines(self, code: CodeReading) -> int:
        """How many lines of comments and docstrings were handed out."""
        whole = {letters_of(line) for line in self.handed_out}
        if not whole:
            return 0
        notebooks = {notebook.file for notebook in code.notebooks}
        found = 0
        for comment in code.comments:
            if file_of(comment.where) not in notebooks:
                found += sum(letters_of(line) in whole for line in comment.text.split("\n"))
        for cell in (cell for notebook in code.notebooks for cell in notebook.cells):
            if cell.kind == "code":
                found += sum(letters_of(line) in whole for line in _COMMENT.findall(cell.source))
                for text in _DOCSTRING.findall(cell.source):
                    lines = text.split("\n")
                    is_handed_out = any(letters_of(line) in whole for line in lines if line.strip())
                    found += len(lines) if is_handed_out else 0
        return found


def _text_cells(code: CodeReading) -> list[NotebookCell]:
    cells = (cell for notebook in code.notebooks for cell in notebook.cells)
    return [cell for cell in cells if cell.kind == "text" and cell.source.strip()]
