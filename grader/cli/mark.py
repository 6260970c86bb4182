"""``grader mark``."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.completing import complete_check, complete_student
from grader.cli.options import course_option
from grader.errors import UsageError
from grader.records.names import counted
from grader.records.points import points_text

if TYPE_CHECKING:
    from grader.grading.mark import MarkedRun

_SEPARATORS = {"comma": ",", "semicolon": ";"}


# A negative number is no option: it is refused with the points there can be.
@click.command(name="mark", context_settings={"ignore_unknown_options": True})
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("student", required=False, shell_complete=complete_student)
@click.argument("check", required=False, shell_complete=complete_check)
@click.argument("points", required=False)
@click.option("--comment", default="", help="What the student reads beside the points.")
@click.option("--undo", is_flag=True, help="Take back what was marked by hand.")
@click.option(
    "--sheet",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take all marks of a filled sheet, or none if a line is wrong.",
)
@click.option(
    "--template",
    is_flag=False,
    flag_value="-",
    metavar="[FILE]",
    help="Write a sheet of all that waits for a person; by default to the terminal.",
)
@click.option(
    "--excel",
    type=click.Choice(list(_SEPARATORS)),
    default="comma",
    show_default=True,
    help="What stands between the cells of --template, as Excel has it in your language.",
)
@click.option(
    "--by",
    envvar="GRADER_USER",
    help="Who marks; by default GRADER_USER, else the name you are logged in by.",
)
@course_option
def command(
    run: Path,
    student: str | None,
    check: str | None,
    points: str | None,
    comment: str,
    undo: bool,
    sheet: Path | None,
    template: str | None,
    excel: str,
    by: str | None,
    course: Path | None,
) -> None:
    """Mark checks of RUN by hand: what only a person can judge, or in place of what was judged.

    STUDENT is an id or a name, CHECK is exercise/check or the check alone where one exercise has it. Marks are kept
    through every `grader grade` and `grader rescore`; who marked what, and when, stands in RUN/reviews.jsonl.
    """
    from grader.grading.mark import mark_checks, undo_mark
    from grader.reporting.sheets.marks import MarkLine, read_marks

    _refuse_mixed(student, points, comment, undo=undo, sheet=sheet, template=template)
    if template is not None:
        _write_template(run, template, _SEPARATORS[excel])
        return
    who = by or _login()
    if sheet is not None:
        lines = read_marks(sheet.read_bytes(), sheet.name)
        _print(mark_checks(run, lines, by=who, course=course), "recorded")
        return
    if student is None or check is None:
        raise UsageError(
            "whom and what to mark is missing",
            hint="grader mark RUN STUDENT CHECK POINTS, or --sheet FILE, or --template",
        )
    if undo:
        _print(undo_mark(run, student, check, by=who, course=course), "taken back")
        return
    line = MarkLine(where="", student=student, check=check, points=points or "", comment=comment)
    _print(mark_checks(run, [line], by=who, course=course), "recorded")


def _refuse_mixed(
    student: str | None,
    points: str | None,
    comment: str,
    *,
    undo: bool,
    sheet: Path | None,
    template: str | None,
) -> None:
    """Refuse what does not go together: one mark, its undoing, a sheet, a template."""
    chosen = {"--undo": undo, "--sheet": sheet is not None, "--template": template is not None}
    given = [option for option, holds in chosen.items() if holds]
    if len(given) > 1:
        raise UsageError(f"{given[0]} does not go with {given[1]}", hint="give one of them")
    if given and given != ["--undo"] and (student or comment):
        what = "STUDENT" if student else "--comment"
        raise UsageError(f"{given[0]} is about the whole class and does not go with {what}")
    if undo and (points or comment):
        what = "POINTS" if points else "--comment"
        raise UsageError(f"--undo does not go with {what}", hint="give STUDENT and CHECK alone")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UsageError(
            "it is not known who you are", hint="say who marks with --by, or set GRADER_USER"
        ) from error


def _write_template(run: Path, target: str, separator: str) -> None:
    from grader.files import write_whole
    from grader.grading.rescore import read_results
    from grader.reporting.sheets.marks import marks_template

    reports = read_results(run)
    data = marks_template(reports, separator)
    if target == "-":
        sys.stdout.buffer.write(data)
        return
    if Path(target).exists():
        raise UsageError(f"{target} is there already", hint="name a new file, so no marks are lost")
    write_whole(Path(target), data)
    waiting = sum(check.status == "pending" for report in reports for check in report.checks)
    click.echo(f"{counted(waiting, 'check')} to mark in {target}.")
    click.echo(f"Fill in points and comments, then: grader mark {run} --sheet {target}")


def _print(marked: MarkedRun, done: str) -> None:
    """Who has other points now, what was done with how many marks, and what is left."""
    for change in marked.rescore.lab_changes:
        click.echo(f"Lab changed: {change}")
    for student in marked.rescore.changes:
        before = "new" if student.before is None else points_text(student.before)
        click.echo(f"{student.student}: {before} -> {points_text(student.after)} points")
    same = f", {marked.unchanged} as before" if marked.unchanged else ""
    reports = marked.result.reports
    waiting = sum(check.status == "pending" for report in reports for check in report.checks)
    click.echo(
        f"{counted(len(marked.entries), 'mark')} {done}{same}; {waiting} still to be marked."
    )
    click.echo(f"The class: {marked.result.folder / 'index.html'}")
