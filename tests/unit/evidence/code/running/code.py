"""Student code that runs in this process, with what it is run by."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.evidence.code.probe.running import guards
from grader.evidence.code.probe.running.executor import Executor
from grader.evidence.code.probe.running.guards import LoopGuard
from grader.evidence.code.probe.running.printed import Printed
from grader.evidence.code.probe.running.programs import programs
from grader.evidence.code.run_record import StepRun


class Code:
    """Runs the programs of some files, one after the other.

    Args:
        files: Name to content.
        bounded: Whether loops are left early.
    """

    def __init__(self, files: dict[str, str], *, bounded: bool = True) -> None:
        self.guard = LoopGuard(lambda: self.last_news, bounded=bounded)
        self.last_news = time.monotonic()
        self.stream = Printed()
        self.programs = programs({name: text.encode() for name, text in files.items()})
        self.executors = [
            Executor(program.file, self.guard, self.stream) for program in self.programs
        ]
        self.seconds = self.at_most = 20.0

    def run(self) -> list[StepRun]:
        """Every step, then those again that missed a name."""
        found: list[StepRun] = []
        again = []
        for program, executor in zip(self.programs, self.executors, strict=True):
            for step in program.steps:
                found.append(executor.run(step, self.seconds, self.at_most))
                if executor.missed_a_name(step):
                    again.append((len(found) - 1, executor, step))
        for place, executor, step in again:
            retried = executor.run_again(step, self.seconds, self.at_most)
            if retried.status == "ok":
                found[place] = retried
        return found

    def value(self, name: str) -> object:
        """What a name of the first program stands for."""
        return vars(self.executors[0].module)[name]


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Loops are left almost at once where nothing new happens."""
    monkeypatch.setattr(guards, "PATIENCE_S", 0.02)
    yield


def write(folder: Path, files: dict[str, str]) -> dict[str, Path]:
    """Files in a folder, by their names."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {name: folder / name for name in files}
