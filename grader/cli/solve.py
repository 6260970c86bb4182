"""``grader solve``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="solve")
@click.argument("lab")
@click.argument("exercise", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the model and what goes with it; by default beside the program.",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Stop after N epochs; a later call without it goes on.",
)
@click.option("--again", is_flag=True, help="Train anew what is finished.")
def command(
    lab: str, exercise: str | None, out: Path | None, epochs: int | None, again: bool
) -> None:
    """Train the reference model of EXERCISE, or of all exercises of LAB in turn.

    Writes EXERCISE.h5, the history of the training as CSV, its learning curves as SVG, and EXERCISE.training.json.
    A stopped training goes on after its last finished epoch; a finished one is left alone.
    """
    from grader.upkeep.train import find_programs, run_program

    for program in find_programs(lab, exercise):
        done = program.finished(out=out, epochs=epochs)
        if done and not again:
            click.echo(
                f"{program.exercise}: finished, {done.epochs} of {done.of} epochs in {done.seconds} s: "
                f"{program.model(out)} (--again trains it anew)"
            )
            continue
        code = run_program(program, out=out, epochs=epochs, again=again)
        if code:
            # The program reported the error itself.
            raise click.exceptions.Exit(code)
