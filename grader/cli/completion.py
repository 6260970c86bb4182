"""``grader completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands in SHELL.

    For bash, put `eval "$(grader completion bash)"` into ~/.bashrc; for zsh likewise; for fish,
    `grader completion fish > ~/.config/fish/completions/grader.fish`.
    """
    from grader.cli import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"{shell} is not supported by this version of click")
    click.echo(kind(cli, {}, "grader", "_GRADER_COMPLETE").source())
