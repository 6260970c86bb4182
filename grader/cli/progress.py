"""Progress of long work: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.grading.batch import Step

#: Plain lines are not printed more often than this, however fast the work goes.
_PLAIN_EVERY_S = 1.0


@contextmanager
def submissions_progress() -> Iterator[Callable[[Step], None]]:
    """Show progress on standard error while a class is graded."""
    if sys.stderr.isatty():
        yield from _bar()
    else:
        yield _plain_lines()


def _bar() -> Iterator[Callable[[Step], None]]:
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

        def show(step: Step) -> None:
            progress.update(
                task, total=step.total, completed=step.done, description=step.student[:40]
            )
            if step.failures:
                failures = ", ".join(step.failures)
                progress.console.print(f"{step.student}: {failures}", markup=False, highlight=False)

        yield show


def _plain_lines() -> Callable[[Step], None]:
    started = time.monotonic()
    last = 0.0

    def show(step: Step) -> None:
        nonlocal last
        now = time.monotonic()
        if step.kept and step.done < step.total:
            return
        if now - last < _PLAIN_EVERY_S and step.done < step.total and not step.failures:
            return
        last = now
        left = (now - started) / step.done * (step.total - step.done)
        what = ", ".join(step.failures) or ("kept" if step.kept else "ok")
        eta = f", about {left:.0f} s left" if step.done < step.total else ""
        click.echo(f"[{step.done}/{step.total}] {step.student}: {what}{eta}", err=True)

    return show
