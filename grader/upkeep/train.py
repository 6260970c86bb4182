"""Train the reference models: find a lab's programs and run them, each in a process of its own.

A program is found by its name, ``reference_solutions/<lab>/<exercise>.py``, and so is what it writes. It is our
own code and runs without limits.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader import registry, resources
from grader.errors import GraderError, UnknownNameError
from grader.records.base import Record, from_json

#: How long a program may take to end once it was asked to.
_LAST_SECONDS = 10
#: TensorFlow's remarks on drivers and instruction sets, which would drown the progress.
_TENSORFLOW = re.compile(r"[IW]\d{4} \d\d:|WARNING: All log messages before absl")


class TrainingRecord(Record, frozen=True, kw_only=True):
    """``<exercise>.training.json``: the training that a saved model comes from."""

    epochs: int
    of: int
    """The epochs of the whole training; more than `epochs` where it was cut short."""
    seconds: int


@dataclass(frozen=True)
class Program:
    """A program that trains the reference model of one exercise."""

    lab: str
    exercise: str
    path: Path

    def model(self, out: Path | None = None) -> Path:
        """The model it writes into `out`, by default beside itself."""
        return (out or self.path.parent) / f"{self.exercise}.h5"

    def finished(
        self, *, out: Path | None = None, epochs: int | None = None
    ) -> TrainingRecord | None:
        """The training that made the model there; None where there is none as long as is asked for.

        Args:
            out: The folder of the model; None is the program's own.
            epochs: How many epochs are enough; None asks for the whole training.

        Raises:
            GraderError: The record of the training is damaged.
        """
        model = self.model(out)
        file = model.with_name(f"{self.exercise}.training.json")
        try:
            record = from_json(file.read_bytes(), TrainingRecord)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise GraderError(
                f"{file} cannot be read: {error}", hint="delete it, and the model is trained anew"
            ) from error
        goal = min(epochs or record.of, record.of)
        return record if model.exists() and record.epochs >= goal else None


def find_programs(lab: str, exercise: str | None = None) -> list[Program]:
    """The programs of a lab in the order of its exercises, or the one of `exercise`.

    Raises:
        UnknownNameError: There is no such lab, or no such exercise in it.
        GraderError: There is no program for it here.
    """
    exercises = [item.id for item in registry.lab(lab).exercises]
    if exercise is not None and exercise not in exercises:
        raise UnknownNameError(f"exercise of {lab}", exercise, exercises)
    folder = resources.reference_solution(lab)
    programs = [
        Program(lab, name, folder / f"{name}.py")
        for name in ([exercise] if exercise else exercises)
        if (folder / f"{name}.py").is_file()
    ]
    if not programs:
        raise GraderError(
            f"no reference program of {f'{lab}/{exercise}' if exercise else lab} is here",
            hint="the programs are in grader's repository, not in the installed package",
        )
    return programs


def run_program(
    program: Program, *, out: Path | None = None, epochs: int | None = None, again: bool = False
) -> int:
    """Train a reference model; a training that was stopped goes on after its last finished epoch.

    The program reports its progress, and errors that people can fix, on our standard streams.

    Args:
        program: Which.
        out: The folder to write into; None writes beside the program.
        epochs: Stop after so many; None trains to the end.
        again: Train anew what is finished. A training that is not is gone on with all the same.

    Returns:
        The exit code: 0, or that of the error the program told of.

    Raises:
        GraderError: The program ended in a way it does not explain.
    """
    command = [sys.executable, "-m", "grader.upkeep.train_child", str(program.path)]
    command += ["--out", str(out)] if out else []
    command += ["--epochs", str(epochs)] if epochs else []
    command += ["--again"] if again and _nothing_under_way(program, out, epochs) else []
    code = _run(command)
    if code < 0:
        raise GraderError(
            f"{program.path.name} was killed (signal {-code})",
            hint="the same command goes on after the last finished epoch",
        )
    if code == 1:
        raise GraderError(
            f"{program.path.name} ended with an error", hint="what it said stands above"
        )
    return code


def _nothing_under_way(program: Program, out: Path | None, epochs: int | None) -> bool:
    """Whether a finished training is all there is: what was begun and stopped is not begun again."""
    finished = program.finished(out=out, epochs=epochs)
    history = program.model(out).with_name(f".{program.exercise}.training") / "history.csv"
    if finished is None or not history.exists():
        return finished is not None
    with history.open(encoding="utf-8") as stream:
        epochs_there = sum(1 for _ in stream) - 1
    return epochs_there >= min(epochs or finished.of, finished.of)


def _run(command: list[str]) -> int:
    """Run a program to its end, or end it with us."""
    env = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ}
    with subprocess.Popen(  # noqa: S603  (our own program)
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True, errors="replace"
    ) as process:
        try:
            for line in process.stderr or ():
                if not _TENSORFLOW.match(line):
                    sys.stderr.write(line)
                    sys.stderr.flush()
            return process.wait()
        except BaseException:
            process.terminate()
            try:
                process.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
