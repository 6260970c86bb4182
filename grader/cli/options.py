"""Options several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from grader import registry
from grader.sandbox.levels import LEVELS
from grader.sandbox.outcome import Limits

Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULTS = Limits()

course_option = click.option(
    "--course",
    envvar="GRADER_COURSE",
    type=click.Path(path_type=Path, file_okay=False),
    help="Course directory with a course.toml; by default that of RUN, else the current one.",
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice(("auto", *LEVELS)),
    default="auto",
    show_default=True,
    help="Isolation level of submissions; auto takes the strongest that holds here.",
)
layout_option = click.option(
    "--layout",
    type=click.Choice(registry.LAYOUTS.names()),
    help="How SUBMISSIONS is laid out; by default found out.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def limit_options(command: Command) -> Command:
    """``--timeout`` and ``--memory``."""
    memory = click.option(
        "--memory",
        type=click.FloatRange(min=1),
        default=_DEFAULTS.memory_bytes / (1 << 30),
        show_default=True,
        metavar="GIB",
        help="Memory a submission may use.",
    )
    timeout = click.option(
        "--timeout",
        type=click.FloatRange(min=1),
        default=_DEFAULTS.wall_s,
        show_default=True,
        metavar="SECONDS",
        help="Time a submission may take on one dataset.",
    )
    return timeout(memory(command))


def limits_from(timeout: float, memory: float) -> Limits:
    """The limits those options ask for."""
    return Limits(wall_s=timeout, memory_bytes=int(memory * (1 << 30)))
