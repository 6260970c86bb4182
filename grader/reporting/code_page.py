"""The view model of a page about code: what it trains beside the code itself. Templates say how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from grader.reporting.section_view import SectionView


@dataclass(frozen=True)
class TrainingCell:
    """A cell of the table of trainings: a first line, and what is said below it."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingRow:
    """A training."""

    anchor: str
    line: str
    """Anchor of the line that trains; empty where that is not on the page."""
    cells: tuple[TrainingCell, ...]
    """One for each of `CodePage.columns`; the first says where."""


@dataclass(frozen=True)
class CodeLine:
    """A line of code."""

    number: int
    anchor: str
    text: str
    training: str
    """Anchor of the training in the table; empty for other lines."""


@dataclass(frozen=True)
class OutputView:
    """What a notebook was saved with below a cell."""

    title: str
    text: str
    """Empty for an image, which is not kept."""
    is_error: bool
    is_long: bool
    """Whether it is folded until the reader opens it."""


@dataclass(frozen=True)
class CodeBlock:
    """A script, or a cell of a notebook."""

    title: str
    """Empty for a script."""
    text: str
    """Of a cell that is no code; empty for others."""
    lines: tuple[CodeLine, ...]
    outputs: tuple[OutputView, ...]


@dataclass(frozen=True)
class CodeFileView:
    """A file with what stands in it."""

    anchor: str
    name: str
    note: str
    blocks: tuple[CodeBlock, ...]


@dataclass(frozen=True)
class CodePage:
    """Code as shown."""

    language: str
    title: str
    subtitle: str
    trainings_title: str
    columns: tuple[str, ...]
    rows: tuple[TrainingRow, ...]
    notes: tuple[str, ...]
    sections: tuple[SectionView, ...]
    """Of the run."""
    files: tuple[CodeFileView, ...]
