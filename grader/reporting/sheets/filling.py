"""Fill marks into a table of a learning platform, and say what changes before anything is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.errors import SheetError
from grader.intake.csv_sheet import CsvSheet
from grader.records.points import points_text, round_points
from grader.records.result import GradeReport
from grader.reporting.sheets.comments import html_comment, is_our_comment
from grader.reporting.sheets.csv_files import replace_cells
from grader.reporting.sheets.people import PeopleTable, PersonRow, student_name

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class FillOptions:
    """What the instructor asked for."""

    column: str = ""
    """Header of the column the marks go into; empty where the file leaves no doubt."""
    scale: bool = False
    """Whether marks are converted to the points that the file has for full marks."""
    include_open: bool = False
    """Whether marks that are not final are written as well."""
    comments: bool = False
    """Whether comments are written where the file has a column for them."""


@dataclass(frozen=True, kw_only=True)
class MarkTable(PeopleTable):
    """A table of a learning platform, and where the marks go."""

    column: int
    """Of the marks."""
    comments: int | None = None
    """Of the comments; None where it has none."""

    @property
    def title(self) -> str:
        """The header of the column of marks."""
        return self.sheet.value(0, self.column)


@dataclass(frozen=True)
class MarkChange:
    """A cell of the marks that says something else."""

    name: str
    """Of the student."""
    old: str
    """Empty where there was no mark."""
    new: str


@dataclass(frozen=True)
class Filled:
    """A filled table, and what was done and left."""

    data: bytes
    """The file, filled."""
    title: str
    """The header of the column of marks."""
    changes: tuple[MarkChange, ...] = ()
    same: tuple[str, ...] = ()
    """Students whose mark was there already."""
    comments: tuple[str, ...] = ()
    """Students whose comment is new or another one."""
    comments_kept: tuple[str, ...] = ()
    """Students whose comment somebody else wrote; it stays."""
    open: tuple[str, ...] = ()
    """Students whose mark is not final and was not written."""
    locked: tuple[tuple[str, str], ...] = ()
    """Students whose line takes no mark, and why."""
    doubtful: tuple[str, ...] = ()
    """Students who fit several lines, or one not in everything, with those lines; their cells stay."""
    not_in_run: tuple[str, ...] = ()
    """Names in the file of whom the run has nothing; their cells stay."""
    not_in_file: tuple[str, ...] = ()
    """Students of the run who are not in the file."""


@dataclass
class _Plan:
    """Cells to replace, and lists of names, as they are found."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    changes: list[MarkChange] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    comments_kept: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    locked: list[tuple[str, str]] = field(default_factory=list)


def fill_marks(table: MarkTable, reports: Sequence[GradeReport], options: FillOptions) -> Filled:
    """Fill the marks of a run into a table.

    Only cells of the two columns change, and of them only those of students whose mark is to be written. A mark
    that is there already, as a number, keeps its cell as it is written.

    Args:
        table: Of the platform.
        reports: The results of the run.
        options: What was asked for.

    Raises:
        SheetError: Full marks differ from the lab's and `scale` was not asked for, or there is no column for comments.
    """
    if options.comments and table.comments is None:
        raise SheetError(
            f"{table.sheet.name} has no column for comments",
            hint="allow feedback comments in the assignment's settings, and download the file again",
        )
    matched = table.match(reports)
    plan = _Plan()
    sign = decimal_sign(table.sheet)
    for place, person in matched.found.items():
        _refuse_other_points(table, person, reports[place], options)
        _fill_person(plan, table, person, reports[place], options, sign)
    return Filled(
        data=replace_cells(table.sheet, plan.cells),
        title=table.title,
        changes=tuple(plan.changes),
        same=tuple(plan.same),
        comments=tuple(plan.comments),
        comments_kept=tuple(plan.comments_kept),
        open=tuple(plan.open),
        locked=tuple(plan.locked),
        doubtful=matched.doubtful,
        not_in_run=matched.not_in_run,
        not_in_file=matched.not_in_file,
    )


def _fill_person(
    plan: _Plan,
    table: MarkTable,
    person: PersonRow,
    report: GradeReport,
    options: FillOptions,
    sign: str,
) -> None:
    name = student_name(report)
    if person.locked:
        plan.locked.append((name, person.locked))
        return
    if not (report.complete or options.include_open):
        plan.open.append(name)
        return
    old = table.sheet.value(person.row, table.column)
    points = _scaled(report, person) if options.scale else report.points
    if read_number(old) == points:
        plan.same.append(name)
    else:
        new = f"{points:.2f}".replace(".", sign)
        plan.cells[person.row, table.column] = new
        plan.changes.append(MarkChange(name, old, new))
    if options.comments and table.comments is not None:
        _fill_comment(plan, table, (person.row, table.comments), report)


def _fill_comment(
    plan: _Plan, table: MarkTable, place: tuple[int, int], report: GradeReport
) -> None:
    old, new = table.sheet.value(*place), html_comment(report)
    if old and not is_our_comment(old):
        plan.comments_kept.append(student_name(report))
    elif old != new:
        plan.cells[place] = new
        plan.comments.append(student_name(report))


def _refuse_other_points(
    table: MarkTable, person: PersonRow, report: GradeReport, options: FillOptions
) -> None:
    full = person.full
    if full is None or full == report.max_points or (options.scale and full > 0):
        return
    raise SheetError(
        f"'{table.title}' in {table.sheet.name} is out of {points_text(full)} points, "
        f"the lab out of {points_text(report.max_points)}",
        hint="change one of them, or convert the marks with --scale"
        if full > 0
        else "set the points of the assignment, and download the file again",
    )


def _scaled(report: GradeReport, person: PersonRow) -> float:
    if person.full is None or not report.max_points:
        return report.points
    return round_points(report.points * person.full / report.max_points)


def decimal_sign(sheet: CsvSheet) -> str:
    """The decimal sign of the numbers in a sheet; where it has none, what goes with its separator."""
    commas = points = 0
    for row in sheet.rows[1:]:
        for cell in row:
            text = cell.value
            if _NUMBER.fullmatch(text):
                commas += "," in text
                points += "." in text
    if commas == points:
        return "," if sheet.separator == ";" else "."
    return "," if commas > points else "."


def read_number(text: str) -> float | None:
    """A number with either decimal sign; None where the text is none."""
    plain = text.strip().replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
    return float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def lab_names(reports: Sequence[GradeReport]) -> tuple[str, ...]:
    """What the lab of a run is called."""
    return (reports[0].lab_title, reports[0].lab) if reports else ()
