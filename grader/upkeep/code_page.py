"""Build the page of `grader inspect --html`: what code trains, what its run recorded, and the code itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.evidence.code.record import (
    NotebookCell,
    NotebookRead,
    SavedOutput,
    Training,
)
from grader.evidence.code.run_view import run_sections
from grader.evidence.code.training_table import runs_value
from grader.evidence.code.view import reading_notes
from grader.evidence.code.words import (
    batch_text,
    epochs_text,
    layers_text,
    optimizer_text,
    place_text,
    regularizer_text,
    short_place,
    swept_text,
    validation_text,
)
from grader.messages import catalogue, visible
from grader.records.message import Count
from grader.reporting.code_page import (
    CodeBlock,
    CodeFileView,
    CodeLine,
    CodePage,
    OutputView,
    TrainingCell,
    TrainingRow,
)
from grader.reporting.feedback import word_section
from grader.reporting.pictures import no_images
from grader.reporting.section_view import SectionView, section_view
from grader.upkeep.inspect_code import InspectedCode

#: Columns of the table: keys of their titles, which are joined.
_COLUMNS = (
    ("where",),
    ("layers",),
    ("parameters",),
    ("loss", "optimizer"),
    ("epochs", "batch"),
    ("data", "validation"),
)
#: What ends a line of Python.
_LINE_END = re.compile(r"\r\n|\r|\n")
#: Lines of a saved output that is not folded.
_SHORT = 12
_TAB = 4


@dataclass(frozen=True)
class ShownCode:
    """What a page shows."""

    title: str
    code: InspectedCode


def code_page(code: ShownCode, language: str = "en") -> CodePage:
    """The page of a submission's code."""
    return _Writer(code, language).page()


class _Writer:
    """Makes the page in one language.

    Args:
        code: What is shown.
        language: Of the sentences.
    """

    def __init__(self, code: ShownCode, language: str) -> None:
        self._code = code
        self._language = language
        self._translate = catalogue(language)
        self._shown = code.code.shown
        self._trainings = self._shown.trainings
        self._row_of: dict[str, str] = {}
        for number, training in enumerate(self._trainings, start=1):
            self._row_of.setdefault(training.where, f"training-{number}")
        self._line_of: dict[str, str] = {}

    def page(self) -> CodePage:
        """All of it. Files come first, as rows link to their lines."""
        files = tuple(self._files())
        reading = self._shown
        return CodePage(
            language=self._language,
            title=visible(self._code.title),
            subtitle=" · ".join(filter(None, (visible(reading.framework), self._how()))),
            trainings_title=self._word("trainings", count=Count(value=len(self._trainings))),
            columns=tuple(", ".join(map(self._word, keys)) for keys in _COLUMNS),
            rows=tuple(self._rows()),
            notes=tuple(map(self._translate.translate, reading_notes(reading))),
            sections=self._sections(),
            files=files,
        )

    def _how(self) -> str:
        run = self._shown.run
        return self._word("not-run") if run is None else self._word("was-run", keras=run.keras)

    def _rows(self) -> Iterator[TrainingRow]:
        for number, training in enumerate(self._trainings, start=1):
            yield TrainingRow(
                anchor=f"training-{number}",
                line=self._line_of.get(training.where, ""),
                cells=tuple(self._cells(training)),
            )

    def _cells(self, training: Training) -> Iterator[TrainingCell]:
        unknown = self._word("unknown")
        where = short_place(training.where, self._shown.files)
        yield TrainingCell(visible(where), tuple(self._runs(training)))
        regularizers = (regularizer_text(item) for item in training.regularizer)
        yield TrainingCell(
            visible(layers_text(training)) or unknown, tuple(map(visible, regularizers))
        )
        parameters = training.parameters
        yield TrainingCell(unknown if parameters is None else self._translate.count(parameters))
        yield _cell(swept_text(training.loss), optimizer_text(training))
        yield _cell(epochs_text(training), batch_text(training))
        yield _cell(swept_text(training.data) or unknown, validation_text(training))

    def _runs(self, training: Training) -> Iterator[str]:
        """How often it runs, and what the run says of it."""
        runs = runs_value(training)
        if runs != Count(value=1):
            yield f"{self._word('runs')}: {self._translate.translate(runs)}"
        if training.run:
            names = ", ".join(training.differences)
            yield self._word(f"run-{training.run}", names=names)

    def _sections(self) -> tuple[SectionView, ...]:
        run = self._shown.run
        if run is None:
            return ()
        sections = (
            word_section(section, self._translate)
            for section in run_sections(run, self._code.code.pictures)
        )
        return tuple(
            section_view(section, None, no_images, self._translate) for section in sections
        )

    def _files(self) -> Iterator[CodeFileView]:
        notebooks = {notebook.file: notebook for notebook in self._shown.notebooks}
        for number, name in enumerate(self._shown.files, start=1):
            anchor, note = f"file-{number}", ""
            blocks: tuple[CodeBlock, ...] = ()
            if name in notebooks:
                blocks = tuple(self._cell_blocks(notebooks[name], anchor))
                note = "" if notebooks[name].in_order else self._word("not-in-order")
            elif name in self._code.code.scripts:
                lines = self._lines(self._code.code.scripts[name], name, None, anchor)
                blocks = (CodeBlock(title="", text="", lines=lines, outputs=()),)
            yield CodeFileView(anchor=anchor, name=visible(name), note=note, blocks=blocks)

    def _cell_blocks(self, notebook: NotebookRead, anchor: str) -> Iterator[CodeBlock]:
        for cell in notebook.cells:
            lines: tuple[CodeLine, ...] = ()
            text = ""
            if cell.kind == "code":
                lines = self._lines(
                    cell.source, notebook.file, cell.number, f"{anchor}-{cell.number}"
                )
            else:
                text = _clean(cell.source)
            yield CodeBlock(
                title=self._cell_title(cell),
                text=text,
                lines=lines,
                outputs=tuple(map(self._output, cell.outputs)),
            )

    def _cell_title(self, cell: NotebookCell) -> str:
        title = self._word("cell", number=Count(value=cell.number))
        return title if cell.execution_count is None else f"{title} [{cell.execution_count}]"

    def _lines(self, text: str, file: str, cell: int | None, anchor: str) -> tuple[CodeLine, ...]:
        """The lines, of which those that train are remembered."""
        found: list[CodeLine] = []
        split = _LINE_END.split(text.rstrip()) if text.strip() else []
        for number, line in enumerate(split, start=1):
            where = place_text(file, cell, number)
            self._line_of[where] = f"{anchor}-{number}"
            found.append(
                CodeLine(
                    number=number,
                    anchor=self._line_of[where],
                    text=visible(line.expandtabs(_TAB)),
                    training=self._row_of.get(where, ""),
                )
            )
        return tuple(found)

    def _output(self, output: SavedOutput) -> OutputView:
        text = "" if output.kind == "image" else _clean(output.text)
        count = text.count("\n") + bool(text)
        title = self._word(f"output-{output.kind}")
        if count > _SHORT:
            title = self._word("lines", what=title, count=Count(value=count))
        return OutputView(
            title=title, text=text, is_error=output.kind == "error", is_long=count > _SHORT
        )

    def _word(self, key: str, **values: object) -> str:
        return self._translate(f"code.{key}", **values)


def _cell(text: str, below: str) -> TrainingCell:
    return TrainingCell(visible(text), tuple(filter(None, (visible(below),))))


def _clean(text: str) -> str:
    """Lines without what cannot be seen."""
    lines = _LINE_END.split(text.strip("\r\n").rstrip())
    return "\n".join(visible(line.expandtabs(_TAB)) for line in lines)
