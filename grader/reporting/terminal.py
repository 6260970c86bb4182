"""The student's result on a terminal."""

from __future__ import annotations

import io
import shutil
import sys

from grader.messages import catalogue
from grader.records.result import Status
from grader.reporting.student_view import CheckView, Gauge, StudentPage

_MARKS: dict[Status, str] = {
    "passed": "✔",
    "partial": "◐",
    "failed": "✘",
    "skipped": "–",
    "pending": "…",
    "error": "?",
}
_COLOURS: dict[Status, str] = {
    "passed": "green",
    "partial": "yellow",
    "failed": "red",
    "skipped": "dim",
    "pending": "cyan",
    "error": "magenta",
}


def render_table(page: StudentPage) -> str:
    """A table of all checks, then what to do next. Coloured where standard output is a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colour = sys.stdout.isatty()
    stream = io.StringIO()
    console = Console(
        file=stream,
        force_terminal=colour,
        force_jupyter=False,  # in a notebook it would show what it prints, and give nothing
        color_system="auto" if colour else None,
        width=min(shutil.get_terminal_size((100, 24)).columns, 120),
        highlight=False,
        markup=False,
        emoji=False,
    )
    translate = catalogue(page.language)
    table = Table(title=Text(f"{page.lab_title}: {page.student_name}"), title_justify="left")
    table.add_column(translate("page.check").capitalize(), ratio=5)
    table.add_column(translate("page.measured").capitalize(), ratio=4)
    table.add_column(translate("page.needed").capitalize(), justify="right", no_wrap=True)
    table.add_column(translate("page.points").capitalize(), justify="right", no_wrap=True)
    table.add_column(translate("page.status").capitalize(), no_wrap=True)
    for exercise in page.exercises:
        for check in exercise.checks:
            status = Text(f"{_MARKS[check.status]} {check.status_text}", _COLOURS[check.status])
            table.add_row(
                Text(f"{exercise.title}: {check.title}"),
                Text(_measured(check)),
                Text(_needed(check)),
                Text(check.score_text),
                status,
            )
    console.print(table)
    for notice in page.notices:
        console.print(Text(f"\n{notice}", "yellow"))
    for exercise in page.exercises:
        for check in exercise.checks:
            if check.facts:
                console.print(Text(f"{exercise.title}: {_facts(check)}", "dim"))
    for exercise in page.exercises:
        for check in exercise.checks:
            if check.status != "passed" or check.notes:
                console.print(Text(f"\n{exercise.title}: {check.title}", "bold"))
                console.print(Text(check.feedback))
                for note in check.notes:
                    console.print(Text(note))
                if check.advice:
                    console.print(Text(f"{translate('page.next')} {check.advice}"))
        for note in exercise.notes:
            console.print(Text(f"\n{note}"))
    console.print()
    console.print(Text(f"{translate('page.result')} {page.headline}", "bold"))
    if page.lateness:
        console.print(Text(page.lateness))
    return stream.getvalue()


def _facts(check: CheckView) -> str:
    return ", ".join(f"{fact.label} {fact.text}" for fact in check.facts)


def _measured(check: CheckView) -> str:
    """Each measurement, its interval on a line of its own: both fit a narrow terminal."""
    return "\n".join(line for gauge in check.gauges for line in _lines(gauge))


def _needed(check: CheckView) -> str:
    """What each measurement needed, beside it."""
    return "\n".join(gauge.needed_text + "\n" * (len(_lines(gauge)) - 1) for gauge in check.gauges)


def _lines(gauge: Gauge) -> list[str]:
    interval = f"({gauge.interval_text})" if gauge.interval_text else ""
    return [line for line in (f"{gauge.label} {gauge.text}", interval) if line]
