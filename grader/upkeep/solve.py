"""Which programs of a lab's reference solution there are to run."""

from __future__ import annotations

from dataclasses import dataclass

from grader import registry
from grader.errors import GraderError, UnknownNameError
from grader.upkeep.train import Program, find_programs
from grader.upkeep.written_program import WrittenProgram, find_written_programs


@dataclass(frozen=True)
class Solutions:
    """Programs of a lab, in the order they are run."""

    trainings: list[Program]
    """Those that train the model of an exercise."""
    written: list[WrittenProgram]
    """Those that a student of the lab writes."""


def find_solutions(lab: str, name: str | None = None) -> Solutions:
    """All programs of a lab, or those of one name: an exercise, or a program.

    Raises:
        UnknownNameError: There is no such lab, or no exercise or program of that name.
        GraderError: There is no program for it here, or ``programs.toml`` cannot be read.
    """
    solutions = Solutions(find_programs(lab), find_written_programs(lab))
    if name is not None:
        exercises = [exercise.id for exercise in registry.lab(lab).exercises]
        known = [*exercises, *(program.name for program in solutions.written)]
        if name not in known:
            raise UnknownNameError(f"exercise of {lab}", name, known)
        solutions = Solutions(
            [program for program in solutions.trainings if program.exercise == name],
            [program for program in solutions.written if program.name == name],
        )
    if not solutions.trainings and not solutions.written:
        raise GraderError(
            f"no reference program of {f'{lab}/{name}' if name else lab} is here",
            hint="the programs are in grader's repository, not in the installed package",
        )
    return solutions
