"""The command line: parse, call the API, print, exit code. Every command is a module, imported when called."""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import click

from grader import __version__
from grader.errors import GraderError, UnknownNameError

#: Command name to module; the module has a click command called `command`.
COMMANDS = {
    "check": "grader.cli.check",
    "completion": "grader.cli.completion",
    "data": "grader.cli.data",
    "demo": "grader.cli.demo",
    "doctor": "grader.cli.doctor",
    "export": "grader.cli.export",
    "grade": "grader.cli.grade",
    "init": "grader.cli.init",
    "inspect": "grader.cli.inspect",
    "labs": "grader.cli.labs",
    "rescore": "grader.cli.rescore",
    "solve": "grader.cli.solve",
    "verify": "grader.cli.verify",
}

#: One line on each command, so that `grader --help` imports none of them.
SUMMARIES = {
    "check": "Check your own submission before handing it in.",
    "completion": "Print the script that completes commands in your shell.",
    "data": "List, fetch, verify and look at datasets.",
    "demo": "Grade the embedded sample class and say where the page is.",
    "doctor": "Show versions, data and limits, and what is missing.",
    "export": "Write a graded class as CSV, JSON, JUnit or Gradescope files.",
    "grade": "Grade a class of submissions into a run folder.",
    "init": "Make a course directory with a commented course.toml.",
    "inspect": "Show what a saved network is: layers, shapes, who saved it.",
    "labs": "List the labs, or show what one demands.",
    "rescore": "Judge a graded class again from its stored evidence.",
    "solve": "Train the reference networks of a lab.",
    "verify": "Hold a lab to its reference solution and samples.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not to be listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UnknownNameError("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(SUMMARIES.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade and check submissions of Keras labs.

    Students begin with `grader check LAB PATH`, instructors with `grader demo` and `grader grade`.

    Exit codes: 0 done, whatever the marks; 2 wrong usage; 3 data; 4 run folder; 5 a lab fails its
    verification; 6 below --fail-under; 7 walls too weak; 70 a bug of ours; 130 interrupted.
    """


def main() -> None:
    """Run the command line; every error becomes a message and an exit code."""
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
        click.echo(f"Error: {error}", err=True)
        if error.hint:
            click.echo(f"Hint: {error.hint}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("GRADER_DEBUG"):
            traceback.print_exc()
        click.echo(f"Error: this is a bug of the grader: {type(error).__name__}: {error}", err=True)
        click.echo("Hint: set GRADER_DEBUG=1 to see where, and please report it.", err=True)
        sys.exit(70)
