from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from grader import __version__, errors
from grader.cli import cli
from grader.cli import labs as labs_command
from grader.errors import GraderError
from grader.registry import COMMANDS

ERRORS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, GraderError)
]


def commands() -> dict[str, click.Command]:
    return COMMANDS.all()


def all_commands() -> dict[str, click.Command]:
    found = dict(commands())
    for name, command in commands().items():
        if isinstance(command, click.Group):
            found |= {f"{name} {inner.name}": inner for inner in command.commands.values()}
    return found


def test_every_command_is_listed_with_a_line_of_its_own() -> None:
    """The help lists exactly the commands there are, each with a sentence."""
    help_text = CliRunner().invoke(cli, ["--help"]).output

    assert "grade" in COMMANDS.names()
    for name in COMMANDS.names():
        assert f"\n  {name} " in help_text
        assert COMMANDS.summary(name).endswith(".")


def test_commands_go_by_the_name_of_their_module() -> None:
    """The name a command is listed under is the command's own."""
    assert {name: command.name for name, command in commands().items()} == {
        name: name for name in COMMANDS.names()
    }


@pytest.mark.parametrize("name", all_commands())
def test_every_command_has_help(name: str) -> None:
    """`--help` works for each command, and every option says what it does."""
    command = all_commands()[name]
    result = CliRunner().invoke(cli, [*name.split(), "--help"])

    assert result.exit_code == 0
    assert (command.help or "").strip()
    undocumented = [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help and option.metavar is None
    ]
    assert undocumented == []


def test_the_version_is_printed(call: Callable[..., Any]) -> None:
    """`--version` prints the package's version."""
    assert call("--version").out == f"grader, version {__version__}\n"


def test_help_is_success(call: Callable[..., Any]) -> None:
    """Asking for help is no error, and `-h` is enough."""
    assert call("--help").code == call("-h").code == call("labs", "-h").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gardes"], "did you mean 'grade'"),
        (["labs", "mnist-cifar10"], "did you mean 'mnist-cifar100'"),
        (["export", "run", "--to", "cvs"], "did you mean 'csv'"),
        (["export", "run", "--to", "csv"], "holds no run"),
        (["labs", "--no-such-option"], "No such option"),
        (["grade", "mnist-cifar100"], "Missing argument"),
        (["check", "mnist-cifar100", "x", "--format", "yaml"], "'yaml' is not one of"),
        (["check", "mnist-cifar100", "x", "--fail-under", "101"], "101"),
        (["labs", "--course", "absent"], "absent"),
    ],
)
def test_wrong_usage_is_reported_in_one_sentence(
    call: Callable[..., Any], arguments: list[str], message: str
) -> None:
    """Unknown names, options and values give a message on standard error, a code, and no traceback."""
    called = call(*arguments)

    assert called.code == (4 if message == "holds no run" else 2)
    assert message in called.err
    assert called.out == ""
    assert "Traceback" not in called.err


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_exit_code(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, kind: type[GraderError]
) -> None:
    """Message and hint go to standard error, and the class decides the exit code."""
    error = (
        kind("lab", "x", ["y"])
        if kind is errors.UnknownNameError
        else kind("broken", hint="fix it")
    )  # type: ignore[call-arg]
    called = call_raising(call, monkeypatch, error)

    assert called.code == kind.exit_code
    assert called.err == f"Error: {error}\nHint: {error.hint}\n"


def call_raising(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> Any:
    def fail(**options: object) -> None:
        raise error

    monkeypatch.setattr(labs_command.command, "callback", fail)
    return call("labs")


def test_an_unexpected_exception_is_a_bug_of_ours(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sees a traceback; the message asks for a report, and 70 says that it was us."""
    called = call_raising(call, monkeypatch, ZeroDivisionError("division by zero"))

    assert called.code == 70
    assert "bug of the grader: ZeroDivisionError: division by zero" in called.err
    assert "Traceback" not in called.err
    assert called.out == ""


def test_the_traceback_is_there_for_who_asks(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`GRADER_DEBUG` shows where it happened."""
    monkeypatch.setenv("GRADER_DEBUG", "1")

    assert "Traceback" in call_raising(call, monkeypatch, ZeroDivisionError()).err


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_says_how_to_go_on(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    """Ctrl-C ends with 130 and one line, not with a traceback."""
    called = call_raising(call, monkeypatch, stop)

    assert called.code == 130
    assert "the same command goes on there" in called.err


def test_a_command_can_end_with_a_code_of_its_own(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Exit` of click is not lost on the way out."""
    assert call_raising(call, monkeypatch, click.exceptions.Exit(1)).code == 1


def test_what_the_machine_refuses_is_no_bug(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of a disk that nobody foresaw names the path and what to do as well."""
    error = OSError(errno.EROFS, "Read-only file system", "/share/notes")
    called = call_raising(call, monkeypatch, error)

    assert called.code == 4
    assert called.err.startswith("Error: /share/notes cannot be used: the file system is read-only")
    assert "Hint: name a folder that can be written to" in called.err


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "absent", "x"), OSError("odd")])
def test_other_errors_of_the_system_are_bugs(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """A file that we believed to be there is our mistake."""
    assert call_raising(call, monkeypatch, error).code == 70


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_finds_no_room_is_said() -> None:
    """A redirected output on a full disk ends with a message and its code, not in a traceback."""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "grader", "labs"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    assert ended.returncode == 4
    assert ended.stderr.startswith("Error: the output cannot be written: no space is left")
    assert "Traceback" not in ended.stderr
