"""What code trains, as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from grader.cli.run_text import run_lines
from grader.records.names import counted, first_few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.evidence.code.record import NotebookCell, NotebookRead, Training
    from grader.evidence.code.run_record import CodeShown

_WIDTH = 80


def code_lines(reading: CodeShown) -> list[str]:
    """A paragraph for each training, what is fitted besides, what is commented out, and what could not be read."""
    lines = textwrap.wrap(_head(reading), _WIDTH)
    for training in reading.trainings:
        lines += ["", *_training(training)]
    if reading.estimators:
        lines += ["", "Fitted besides:"]
        for fit in reading.estimators:
            ends = "" if fit.executed else ", which the program does not reach"
            text = f"{fit.where}: {fit.name} ({fit.library}){ends}"
            lines += textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    if reading.run is not None:
        lines += run_lines(reading.run)
    for notebook in reading.notebooks:
        lines += _saved(notebook)
    if reading.commented_out:
        lines += ["", "Commented out:"]
        for unused in reading.commented_out:
            first, *others = unused.text.strip().split("\n")
            more = f" (and {len(others)} more lines)" if others else ""
            lines.append(textwrap.shorten(f"  {unused.where}: {first}{more}", _WIDTH))
    if reading.problems:
        lines += ["", "Not read:"]
        for problem in reading.problems:
            detail = f": {problem.detail}" if problem.detail else ""
            text = f"{problem.where}: {_PROBLEMS[problem.what]}{detail}"
            lines += textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines


_PROBLEMS = {
    "syntax": "this is not Python",
    "not-imported": "used without being imported",
    "too-long": "takes more steps than are followed",
    "no-notebook": "no notebook that can be read",
    "encoding": "the text is not UTF-8",
    "too-many-files": "more files than are read together; left out",
    "outputs-too-long": "what is saved in it is too long to be kept",
    "no-run": "could not be run",
}

_MODES = {"quick": "trainings capped", "full": "as it is written"}


def _head(reading: CodeShown) -> str:
    framework = f", written for {reading.framework}" if reading.framework else ""
    trainings = len(reading.trainings)
    run = reading.run
    how = "Nothing was run." if run is None else f"Run with {run.keras}, {_MODES[run.mode]}."
    return f"{first_few(reading.files)}{framework}: {counted(trainings, 'training')}. {how}"


def _training(training: Training) -> list[str]:
    from grader.evidence.code.words import (
        batch_text,
        epochs_text,
        layers_text,
        optimizer_text,
        regularizer_text,
        swept_text,
        validation_text,
    )

    size = "" if training.parameters is None else f", {training.parameters:,} parameters"
    head = f"{training.where}{size}, {_runs(training)}"
    settings = (
        f"epochs: {epochs_text(training)}; batch size: {batch_text(training)};"
        f" validation: {validation_text(training)}"
    )
    parts = [
        f"layers: {layers_text(training) or 'not known'}",
        f"loss: {swept_text(training.loss) or '?'}; optimizer: {optimizer_text(training) or '?'}",
        settings,
    ]
    if training.data:
        parts.append(f"data: {swept_text(training.data)}")
    if training.regularizer:
        parts.append(f"regularizers: {'; '.join(map(regularizer_text, training.regularizer))}")
    if training.callbacks:
        parts.append(f"callbacks: {', '.join(training.callbacks)}")
    if training.differences:
        parts.append(f"the run differs in {', '.join(training.differences)}")
    lines = textwrap.wrap(head, _WIDTH)
    for part in parts:
        lines += textwrap.wrap(part, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    return lines


def _saved(notebook: NotebookRead) -> list[str]:
    """What the saved outputs of a notebook show, cell by cell."""
    shown = [(cell.number, text) for cell in notebook.cells for text in _outputs(cell)]
    if not shown:
        return []
    order = "" if notebook.in_order else "; its cells were not run from top to bottom"
    lines = ["", *textwrap.wrap(f"Saved in {notebook.file}{order}:", _WIDTH)]
    for number, text in shown:
        lines += textwrap.wrap(
            f"cell {number}: {text}", _WIDTH, initial_indent="  ", subsequent_indent="    "
        )
    return lines


def _outputs(cell: NotebookCell) -> Iterator[str]:
    for log in cell.logs:
        of = f" of {log.declared_epochs}" if log.declared_epochs not in (None, log.epochs) else ""
        last = ", ".join(
            f"{name} {values[-1]:g}"
            for name, values in log.metrics.items()
            if values[-1] is not None
        )
        yield f"a log of {counted(log.epochs, 'epoch')}{of}, at the end {last}"
    for summary in cell.summaries:
        yield f"a summary with {summary.parameters:,} parameters"
    for output in cell.outputs:
        if output.kind == "error":
            yield f"an error: {output.text.partition(chr(10))[0]}"


def _runs(training: Training) -> str:
    if training.run == "added":
        return "found by running it alone"
    if not training.executed:
        return "never runs"
    if training.runs is None:
        return "runs an unknown number of times"
    if training.runs == 1:
        return "runs once"
    models = "" if training.models == training.runs else f" of {training.models} model(s)"
    return f"{training.runs} runs{models}"
