"""Progress of long work: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.evidence.base import OnStep
    from grader.grading.schedule import ProgressEvent

#: Plain lines are not printed more often than this, however fast the work goes.
_PLAIN_EVERY_S = 1.0

#: Likewise of the steps of one run of code.
_PLAIN_STEP_S = 5.0


@contextmanager
def submissions_progress() -> Iterator[Callable[[ProgressEvent], None]]:
    """Show progress on standard error while a class is graded."""
    if sys.stderr.isatty():
        yield from _bar()
    else:
        yield _plain_lines()


def _bar() -> Iterator[Callable[[ProgressEvent], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("starting TensorFlow", total=None)

        def show(event: ProgressEvent) -> None:
            progress.update(
                task, total=event.total, completed=event.done, description=event.student[:40]
            )
            if event.failures:
                failures = ", ".join(event.failures)
                progress.console.print(
                    f"{event.student}: {failures}", markup=False, highlight=False
                )

        yield show


def _plain_lines() -> Callable[[ProgressEvent], None]:
    started = time.monotonic()
    last = 0.0

    def show(event: ProgressEvent) -> None:
        nonlocal last
        now = time.monotonic()
        if event.kept and event.done < event.total:
            return
        if now - last < _PLAIN_EVERY_S and event.done < event.total and not event.failures:
            return
        last = now
        left = (now - started) / event.done * (event.total - event.done)
        what = ", ".join(event.failures) or ("kept" if event.kept else "ok")
        eta = f", about {left:.0f} s left" if event.done < event.total else ""
        click.echo(f"[{event.done}/{event.total}] {event.student}: {what}{eta}", err=True)

    return show


@contextmanager
def steps_progress() -> Iterator[OnStep]:
    """Show on standard error which cell or statement of student code runs."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.markup import escape

        with Console(stderr=True).status("starting") as status:

            def show(number: int, total: int, where: str) -> None:
                status.update(f"[{number}/{total}] {escape(where)}")

            yield show
    else:
        yield _plain_steps()


def _plain_steps() -> OnStep:
    last = time.monotonic()

    def show(number: int, total: int, where: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _PLAIN_STEP_S:
            last = time.monotonic()
            click.echo(f"[{number}/{total}] {where}", err=True)

    return show


@contextmanager
def check_progress() -> Iterator[tuple[Callable[[ProgressEvent], None], OnStep]]:
    """Show on standard error how far the check of one submission is."""
    if sys.stderr.isatty():
        with steps_progress() as show:
            yield (lambda event: None), show
    else:
        yield _plain_lines(), _plain_steps()
