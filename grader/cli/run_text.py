"""What a run of code recorded, as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from grader.records.names import counted, first_few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.evidence.code.run_record import CodeRun, FigureDrawn

_WIDTH = 80
_ERRORS = 20


def run_lines(run: CodeRun) -> list[str]:
    """Figures, evaluations, steps that failed, and what was changed so that the code runs."""
    lines = ["", *textwrap.wrap(_head(run), _WIDTH)]
    for text in (*map(_figure, run.figures), *_failed(run), *_changed(run)):
        lines += textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines


def _head(run: CodeRun) -> str:
    parts = [
        counted(len(run.steps), "step"),
        counted(len(run.trainings), "training"),
        counted(len(run.figures), "figure"),
    ]
    end = "" if run.ended else "; not all of it was reached"
    return f"When it ran ({run.seconds:.1f} s): {', '.join(parts)}{end}."


def _figure(figure: FigureDrawn) -> str:
    titles = [axes.title for axes in figure.axes if axes.title]
    series = [line.series for axes in figure.axes for line in axes.lines if line.series]
    shows = f" shows {first_few(series)}" if series else ""
    name = first_few([figure.title, *titles] if figure.title else titles)
    return f"{figure.where}: a figure{f' {name!r}' if name else ''}{shows}"


def _failed(run: CodeRun) -> Iterator[str]:
    wrong = [step for step in run.steps if step.status not in ("ok", "not reached")]
    for step in wrong[:_ERRORS]:
        yield f"{step.where}: {step.status}{f': {step.error}' if step.error else ''}"
    if len(wrong) > _ERRORS:
        yield f"and {len(wrong) - _ERRORS} more"


def _changed(run: CodeRun) -> Iterator[str]:
    if run.shims:
        yield f"adapted to the libraries of today: {', '.join(run.shims)}"
    if run.stand_ins:
        yield f"made-up data in place of what is not on this machine: {', '.join(run.stand_ins)}"
    if run.missing_files:
        yield f"files that were not handed in: {', '.join(run.missing_files)}"
