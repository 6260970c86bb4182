"""The files of a submission as programs, and the steps they are run in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.evidence.code.probe.reading.files import main_files, read_units
from grader.evidence.code.probe.reading.source import Unit

#: Steps of one program; what comes after in a script is run in the last one, cells after it are not run.
_STEPS = 400


@dataclass(frozen=True, eq=False)
class Step:
    """A cell, or a statement of a script."""

    unit: Unit
    first: int
    """Place of its first statement in the unit's body."""
    stop: int
    """One past its last."""

    @property
    def where(self) -> str:
        """A place in it as people name it."""
        if self.unit.cell is not None:
            return f"{self.unit.file}, cell {self.unit.cell}"
        return self.unit.where(self.unit.body[self.first].lineno)

    @property
    def statements(self) -> list[tuple[Unit, int]]:
        """Its statements: the cell or script of each, and its place in there."""
        return [(self.unit, place) for place in range(self.first, self.stop)]


@dataclass(frozen=True)
class Program:
    """A script or a notebook that no other file imports."""

    file: str
    steps: tuple[Step, ...]
    cells_left_out: int = 0
    """Cells that are not run, since there are too many."""


def programs(files: Mapping[str, bytes]) -> tuple[Program, ...]:
    """What can be run of the files of a submission, in their order.

    Args:
        files: What the student calls each script and notebook, and its bytes.
    """
    sources, _ = read_units(files)
    found = [_program(file, sources[file]) for file in main_files(sources)]
    return tuple(program for program in found if program.steps)


def modules(files: Mapping[str, bytes]) -> dict[str, Unit]:
    """The scripts that others may import, by what they are imported as."""
    return {
        file[: -len(".py")].replace("/", "."): units[0]
        for file, units in read_units(files)[0].items()
        if file.lower().endswith(".py") and units
    }


def units_by_file(
    programs: Sequence[Program], modules: Mapping[str, Unit]
) -> dict[str, list[Unit]]:
    """The units that are run of each file, those of programs before what they import."""
    found = {item.file: [step.unit for step in item.steps if step.first == 0] for item in programs}
    return found | {unit.file: [unit] for unit in modules.values() if unit.file not in found}


def _program(file: str, units: Sequence[Unit]) -> Program:
    steps = _steps(units)
    if len(steps) <= _STEPS:
        return Program(file, tuple(steps))
    kept, last = steps[: _STEPS - 1], steps[_STEPS - 1]
    rest = Step(last.unit, last.first, len(last.unit.body))
    cells = 0 if last.unit.cell is None else len(steps) - _STEPS
    return Program(file, (*kept, rest), cells)


def _steps(units: Sequence[Unit]) -> list[Step]:
    return [
        Step(unit, first, stop)
        for unit in units
        if unit.body
        for first, stop in (
            [(0, len(unit.body))]
            if unit.cell is not None
            else [(place, place + 1) for place in range(len(unit.body))]
        )
    ]
