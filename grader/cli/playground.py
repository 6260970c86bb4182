"""``grader playground``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import isolation_option, json_option, limit_options, limits_from
from grader.evidence.playground.replaying import MOST_EPOCHS
from grader.sandbox.levels import Isolation


@click.command(name="playground")
@click.argument("source", metavar="URL|FILE")
@click.option(
    "--epochs",
    type=click.IntRange(0, MOST_EPOCHS),
    metavar="N",
    help="Train for N epochs; 500, or those noted in FILE, by default.",
)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PAGE",
    help="Also write a page with the data, what the model puts out, and its losses.",
)
@limit_options
@isolation_option
@json_option
def command(
    source: str,
    epochs: int | None,
    page: Path | None,
    timeout: float,
    memory: float,
    isolation: Isolation,
    as_json: bool,
) -> None:
    """Replay a share link of TensorFlow Playground, or all links in a file.

    Shows the data, the model, and the losses over epochs, as the page shows them when the link is opened in a new
    tab and play is pressed. FILE is links.toml, a report or a notebook. Put a URL between quotation marks.
    """
    from grader.cli.playground_text import links_lines
    from grader.cli.progress import steps_progress
    from grader.records.base import to_json
    from grader.upkeep.inspect_playground import inspect_playground, is_link

    if not is_link(source) and not Path(source).is_file():
        raise click.UsageError(f"{source} is neither a link nor a file.")
    with steps_progress() as on_step:
        links = inspect_playground(
            source,
            isolation=isolation,
            limits=limits_from(timeout, memory),
            epochs=epochs,
            on_step=on_step,
        )
    if page is not None:
        from grader.files import write_whole
        from grader.reporting.html import render_links
        from grader.upkeep.playground_page import links_page

        write_whole(page, render_links(links_page(links)).encode())
    click.echo(to_json(links) if as_json else "\n".join(links_lines(links)), nl=not as_json)
