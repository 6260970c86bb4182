"""Train the reference models: find a lab's programs and run them, each in a process of its own.

A program is found by its name, ``reference_solutions/<lab>/<exercise>.py``, and so is what it writes. It is our
own code and runs without limits.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader import registry, resources
from grader.errors import GraderError
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

    def done(self, *, out: Path | None = None, epochs: int | None = None) -> str | None:
        """How the finished training went, in words; None where there is none as long as is asked for."""
        record = self.finished(out=out, epochs=epochs)
        if record is None:
            return None
        model = self.model(out)
        return f"{record.epochs} of {record.of} epochs in {record.seconds} s: {model}"

    def run(
        self, *, out: Path | None = None, epochs: int | None = None, again: bool = False
    ) -> int:
        """Train the model; a training that was stopped goes on after its last finished epoch.

        The program reports its progress, and errors that people can fix, on our standard streams.

        Args:
            out: The folder to write into; None writes beside the program.
            epochs: Stop after so many; None trains to the end.
            again: Train anew what is finished. A training that is not is gone on with all the same.

        Returns:
            The exit code: 0, or that of the error that the program reported.

        Raises:
            GraderError: The program ended in a way it does not explain.
        """
        arguments = ["--out", str(out)] if out else []
        arguments += ["--epochs", str(epochs)] if epochs else []
        arguments += ["--again"] if again and not self._is_under_way(out, epochs) else []
        return run_child(self.path, arguments, self.path.name)

    def _is_under_way(self, out: Path | None, epochs: int | None) -> bool:
        """Whether a training was begun and stopped: it is not begun again."""
        finished = self.finished(out=out, epochs=epochs)
        history = self.model(out).with_name(f".{self.exercise}.training") / "history.csv"
        if finished is None or not history.exists():
            return finished is None
        with history.open(encoding="utf-8") as stream:
            epochs_there = sum(1 for _ in stream) - 1
        return epochs_there < min(epochs or finished.of, finished.of)


def find_programs(lab: str) -> list[Program]:
    """The programs of a lab that train a model, in the order of its exercises.

    Raises:
        UnknownNameError: There is no such lab.
    """
    folder = resources.reference_solution(lab)
    names = [exercise.id for exercise in registry.lab(lab).exercises]
    return [
        Program(lab, name, folder / f"{name}.py")
        for name in names
        if (folder / f"{name}.py").is_file()
    ]


def run_child(path: Path, arguments: Sequence[str], name: str) -> int:
    """Run one of our programs in a process of its own that ends with us.

    Args:
        path: The program.
        arguments: Of its command line.
        name: What it is called where it ends badly.

    Returns:
        The exit code: 0, or that of the error that the program reported.

    Raises:
        GraderError: It was killed, or ended in a way it does not explain.
    """
    module = [sys.executable, "-m", "grader.upkeep.train_child"]
    code = _run([*module, str(path), *arguments])
    if code < 0:
        raise GraderError(
            f"{name} was killed (signal {-code})",
            hint="the same command goes on: a model after its last finished epoch, a program from its start",
        )
    if code == 1:
        raise GraderError(f"{name} ended with an error", hint="what it said stands above")
    return code


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
