"""`CodeCommented`: the code has comments, or text cells between its cells."""

from __future__ import annotations

from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.need import Need
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Count, message
from grader.records.result import CheckResult


class CodeCommented(CheckKind, tag="code-commented", frozen=True, kw_only=True):
    """Enough lines of comments for the lines of code, or enough text cells in notebooks, or both together.

    Commented-out code explains nothing and is not counted.
    """

    share: float = 0.1
    """Lines of comments to lines of code."""
    text_cells: int = 8
    """Text cells that are as good as that."""

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
        cells = _text_cells(code)
        lines = code.comment_lines / max(1.0, self.share * code.code_lines)
        share = min(1.0, lines + cells / self.text_cells) if code.code_lines else 0.0
        return self.share_result(
            1.0 if share == 1 else 0.5 if share >= 0.5 else 0.0,
            message(
                "code-commented.found",
                comments=Count(value=code.comment_lines),
                code=Count(value=code.code_lines),
                cells=Count(value=cells),
            ),
            advice=() if share == 1 else (message("code-commented.advice"),),
        )


def _text_cells(code: CodeReading) -> int:
    cells = (cell for notebook in code.notebooks for cell in notebook.cells)
    return sum(cell.kind == "text" and bool(cell.source.strip()) for cell in cells)
