"""The files of a submission as programs, and the steps they are run in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.evidence.code.probe.reading.files import main_files, read_units
from grader.evidence.code.probe.reading.source import Unit

#: Steps of one submission; what comes after is run in the last one.
_STEPS = 400


@dataclass(frozen=True, eq=False)
class Step:
    """A cell, or a statement of a script."""

    unit: Unit
    first: int
    """Place of its first statement in the unit's body."""
    stop: int
    """One past its last."""
    rest: tuple[Unit, ...] = ()
    """Cells that are run with it, as there are too many."""

    @property
    def where(self) -> str:
        """A place in it as people name it."""
        if self.unit.cell is not None:
            return f"{self.unit.file}, cell {self.unit.cell}"
        return self.unit.where(self.unit.body[self.first].lineno)

    @property
    def statements(self) -> list[tuple[Unit, int]]:
        """Its statements: the cell or script of each, and its place in there."""
        own = [(self.unit, place) for place in range(self.first, self.stop)]
        return [*own, *((unit, place) for unit in self.rest for place in range(len(unit.body)))]


@dataclass(frozen=True)
class Program:
    """A script or a notebook that no other file imports."""

    file: str
    steps: tuple[Step, ...]


def programs(files: Mapping[str, bytes]) -> tuple[Program, ...]:
    """What can be run of the files of a submission, in their order.

    Args:
        files: What the student calls each script and notebook, and its bytes.
    """
    sources, _ = read_units(files)
    found = [Program(file, tuple(_steps(sources[file]))) for file in main_files(sources)]
    return tuple(program for program in found if program.steps)


def modules(files: Mapping[str, bytes]) -> dict[str, Unit]:
    """The scripts that others may import, by what they are imported as."""
    return {
        file[: -len(".py")].replace("/", "."): units[0]
        for file, units in read_units(files)[0].items()
        if file.lower().endswith(".py") and units
    }


def _steps(units: Sequence[Unit]) -> list[Step]:
    steps = [
        Step(unit, first, stop)
        for unit in units
        if unit.body
        for first, stop in (
            [(0, len(unit.body))]
            if unit.cell is not None
            else [(place, place + 1) for place in range(len(unit.body))]
        )
    ]
    if len(steps) <= _STEPS:
        return steps
    kept, last = steps[: _STEPS - 1], steps[_STEPS - 1]
    cells = tuple(step.unit for step in steps[_STEPS:] if step.unit.cell is not None)
    return [*kept, Step(last.unit, last.first, len(last.unit.body), cells)]
