"""Programs of references that students would write, run as they stand: ``programs.toml`` of a lab names them.

Each trains what an exercise asks for and writes figures and results of its own, unlike the programs of `train`, which
train the one model of an exercise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader import resources
from grader.errors import GraderError
from grader.records.base import Record
from grader.settings import SettingError, convert, read_toml
from grader.upkeep.train import run_child

_FILE = "programs.toml"


class _Entry(Record, frozen=True, kw_only=True):
    """What ``programs.toml`` says of a program."""

    writes: tuple[str, ...]
    """Files, relative to its folder."""


@dataclass(frozen=True)
class WrittenProgram:
    """A program as a student writes it."""

    name: str
    path: Path
    writes: tuple[str, ...]
    """The files it writes, relative to where it runs."""

    def done(self, *, out: Path | None = None) -> str | None:
        """The files it wrote, in words; None where one of them is missing.

        Args:
            out: Their folder; None is the program's own.
        """
        folder = out or self.path.parent
        there = all((folder / file).is_file() for file in self.writes)
        return f"{', '.join(self.writes)} in {folder}" if there else None

    def run(self, *, out: Path | None = None) -> int:
        """Run it to its end; what it writes takes the place of what is there.

        Args:
            out: The folder to write into; None writes beside it.

        Returns:
            The exit code: 0, or that of the error that the program reported.

        Raises:
            GraderError: The program ended in a way it does not explain.
        """
        runner = self.path.parents[1] / "program.py"
        folder = str(out or self.path.parent)
        arguments = [str(self.path), "--out", folder, *self.writes]
        return run_child(runner, arguments, self.path.name)


def find_written_programs(lab: str) -> list[WrittenProgram]:
    """Those of a lab's reference solution; none where there is no ``programs.toml``.

    Raises:
        GraderError: The file cannot be read, or names a program that is not there.
    """
    folder = resources.reference_solution(lab)
    if not (folder / _FILE).is_file():
        return []
    source = read_toml(folder / _FILE)
    try:
        entries = {name: convert(entry, _Entry, (name,)) for name, entry in source.data.items()}
    except SettingError as error:
        raise source.error(error) from error
    programs = [
        WrittenProgram(name, folder / f"{name}.py", entry.writes) for name, entry in entries.items()
    ]
    for program in programs:
        if not program.path.is_file():
            raise GraderError(
                f"{_FILE} of {lab} names {program.path.name}, which is not beside it",
                hint="correct the name, or take it out",
            )
    return programs
