"""The command line: parse, call the API, print, exit code.

A command is a module here with a click command called `command`. The module's name is the command's name, and the
first line of the docstring its summary. It is imported when it is called, not to be listed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from typing import NoReturn

import click

from grader import __version__
from grader.errors import GraderError
from grader.registry import COMMANDS
from grader.storage import is_storage_trouble, storage_error


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not to be listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names."""
        return list(COMMANDS.names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS.names():
            return None
        command: click.Command = COMMANDS.get(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and not args[0].startswith("-"):
            COMMANDS.get(args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS.summary(name)) for name in COMMANDS.names()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade and check submissions of Keras labs.

    Students begin with `grader check LAB PATH`, instructors with `grader demo` and `grader grade`.

    Exit codes: 0 done, whatever the marks; 2 wrong usage; 3 data; 4 run folder or disk; 5 a lab fails its
    verification; 6 below --fail-under; 7 isolation too weak; 70 a bug of ours; 130 interrupted.
    """


class _LogFormatter(logging.Formatter):
    """One line a record: a traceback is shown only to who asks for it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        line = f"{record.levelname.capitalize()}: {record.getMessage()}"
        if record.exc_info and os.environ.get("GRADER_DEBUG"):
            return f"{line}\n{self.formatException(record.exc_info)}"
        if record.exc_info and record.exc_info[1] is not None:
            return f"{line} ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        return line


def _log_to_stderr() -> None:
    """Show what was odd and survived: warnings of the grader itself, not of the libraries it uses."""
    handler = logging.StreamHandler()
    handler.setFormatter(_LogFormatter())
    logger = logging.getLogger("grader")
    logger.handlers[:] = [handler]
    logger.propagate = False


def _end_with(error: GraderError) -> NoReturn:
    click.echo(f"Error: {error}", err=True)
    if error.hint:
        click.echo(f"Hint: {error.hint}", err=True)
    sys.exit(error.exit_code)


def _drop_output() -> None:
    """Let what is still to be printed go nowhere, so that ending does not fail on it again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line; every error becomes a message and an exit code."""
    _log_to_stderr()
    try:
        # Where a command ends by `Exit`, click hands back its code here.
        code = cli(standalone_mode=False)
        if isinstance(code, int):
            sys.exit(code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What was finished is kept; the same command goes on there.", err=True)
        sys.exit(130)
    except GraderError as error:
        _end_with(error)
    except BrokenPipeError:
        # The reader of our output left; there is nobody to tell.
        _drop_output()
        sys.exit(0)
    except Exception as error:
        if isinstance(error, OSError) and is_storage_trouble(error):
            if error.filename is None:  # a stream: what is printed
                _drop_output()
                _end_with(storage_error(error))
            _end_with(storage_error(error, action="used"))
        if os.environ.get("GRADER_DEBUG"):
            traceback.print_exc()
        click.echo(f"Error: this is a bug of the grader: {type(error).__name__}: {error}", err=True)
        click.echo("Hint: set GRADER_DEBUG=1 to see where, and please report it.", err=True)
        sys.exit(70)
