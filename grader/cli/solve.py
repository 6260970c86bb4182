"""``grader solve``."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completing import complete_exercise, complete_lab


@click.command(name="solve")
@click.argument("lab", shell_complete=complete_lab)
@click.argument("name", metavar="[EXERCISE]", required=False, shell_complete=complete_exercise)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the model and what goes with it; by default beside the program.",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Train models for N epochs at most, and run no other programs; a later call without it goes on.",
)
@click.option("--again", is_flag=True, help="Train anew what is finished.")
def command(lab: str, name: str | None, out: Path | None, epochs: int | None, again: bool) -> None:
    """Train the reference model of EXERCISE, or of all exercises of LAB in turn.

    Writes EXERCISE.h5, the history of the training as CSV, its learning curves as SVG, and EXERCISE.training.json.
    A stopped training goes on after its last finished epoch; a finished one is left alone.

    Programs that a student of the lab writes, such as a study of many trainings, are run too, by their names or after
    the models; a stopped one begins anew.
    """
    from grader.upkeep.solve import find_solutions

    solutions = find_solutions(lab, name)
    if epochs and not solutions.trainings:
        raise click.UsageError(f"{name or lab} trains as it is written: leave --epochs out")
    for training in solutions.trainings:
        done = training.done(out=out, epochs=epochs)
        if done and not again:
            _say_finished(training.exercise, done)
        else:
            _end_if(training.run(out=out, epochs=epochs, again=again))
    for program in () if epochs else solutions.written:
        done = program.done(out=out)
        if done and not again:
            _say_finished(program.name, done)
        else:
            _end_if(program.run(out=out))


def _say_finished(name: str, done: str) -> None:
    click.echo(f"{name}: finished, {done} (--again trains it anew)")


def _end_if(code: int) -> None:
    """End with the code of a program that reported an error itself."""
    if code:
        raise click.exceptions.Exit(code)
