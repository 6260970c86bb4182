"""Real student networks: how many open, how many answer as they should, how often the input is found.

``python -m benchmarks.models DIR CSV`` opens every file of the table in the sandbox, as grading does. The table
has
the columns ``file``, ``task`` (a dataset's name), ``has_model_config``, ``best_accuracy`` and
``best_preprocessing``: the accuracy under the best input known, and what that is. For each file it is asked

- opened: does it open, where it holds a network;
- right: is the accuracy, under the input the table names, within 0.1 points of it (or better under another);
- contract: does the input chosen on training images alone reach it, less half a point.

Accuracies are on the first test images, as many as the table's were measured on. The data are looked for as
always, and in the folder ``data`` two above DIR.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from grader import datasets
from grader.datasets.base import Calibration, Split
from grader.datasets.locations import DATA_VARIABLE
from grader.grading.asking import Conversation
from grader.grading.batch import open_sandbox
from grader.grading.calibrating import choose_contract
from grader.grading.candidates import candidates
from grader.grading.interview import Interview, Subject, prepare_interview
from grader.grading.reading import scores
from grader.intake.artefacts import MODEL_FORMATS
from grader.intake.sniffing import sniff_file
from grader.messages import failure_text
from grader.records.contract import InputContract, OutputContract, Scaling
from grader.records.evidence import Failure, ModelSummary
from grader.sandbox import Limits, Sandbox

#: How many test images a table's accuracies were measured on, by dataset.
_IMAGES = {"mnist": 2_000}
_OTHER_IMAGES = 1_000

_RIGHT = 0.001
_CONTRACT = 0.005

#: What tables call an input, where the name is not the grader's own.
_NAMES: dict[str, Scaling] = {
    "x/255": "0..1",
    "raw": "0..255",
    "std": "standardised",
    "half": "-0.5..0.5",
    "l2axis1": "l2-columns",
    "img_mean01": "mean-subtracted",
}


@dataclass(frozen=True)
class Data:
    """What a task's networks are asked about."""

    name: str
    classes: int
    test: Split
    calibration: Calibration | None


@dataclass(frozen=True)
class Outcome:
    """What became of one file; None where the question does not arise."""

    words: str
    opened: bool | None = None
    right: bool | None = None
    contract: bool | None = None


@cache
def data_of(task: str) -> Data | None:
    """The data of a task; None where there are none."""
    if task not in datasets.names() or datasets.get(task).locate("test") is None:
        return None
    dataset = datasets.get(task)
    test = dataset.load("test")[: _IMAGES.get(task, _OTHER_IMAGES)]
    return Data(task, len(dataset.class_names), test, dataset.calibration())


def examine(path: Path, row: dict[str, str], sandbox: Sandbox) -> Outcome:
    """Open one file and ask what its row of the table says."""
    holds_network = row["has_model_config"] == "yes"
    kind = sniff_file(path)
    if kind not in MODEL_FORMATS:
        return Outcome(f"not opened: {kind}", opened=False if holds_network else None)
    with sandbox.open() as box:
        talk = Conversation(box, path.name, sandbox.limits)
        summary = talk.open(path.resolve(), MODEL_FORMATS[kind])
        if isinstance(summary, Failure):
            return Outcome(_words(summary), opened=False if holds_network else None)
        repairs = ", ".join(summary.repairs) or "as it is"
        data = data_of(row["task"])
        if not row["best_accuracy"] or data is None:
            return Outcome(f"opened ({repairs})", opened=True)
        right, contract, words = _judge(talk, summary, row, data)
        return Outcome(f"opened ({repairs}); {words}", True, right, contract)


def _judge(
    talk: Conversation, summary: ModelSummary, row: dict[str, str], data: Data
) -> tuple[bool | None, bool | None, str]:
    image = data.test.images.shape[1:]
    subject = Subject(data.name, image, data.classes, data.calibration, resizing=True)
    interview = prepare_interview(talk, summary, subject, None)
    if isinstance(interview, Failure):
        return None, None, _words(interview)
    chosen = choose_contract(interview, summary.expects, None)
    if isinstance(chosen, Failure):
        return False, False, _words(chosen)
    best, named = float(row["best_accuracy"]), row["best_preprocessing"]
    reached = _accuracy(interview, data, chosen.input, chosen.output)
    right = any(
        abs(accuracy - best) <= _RIGHT + 1e-9 or accuracy > best
        for accuracy in _known(interview, data, named, chosen.output)
    )
    words = f"table {best:.4f} with {named}, chosen {reached:.4f} with {chosen.input.name}"
    return right, reached >= best - _CONTRACT - 1e-9, words


def _known(interview: Interview, data: Data, named: str, output: OutputContract) -> Iterator[float]:
    """The accuracy under the input the table names, then under all others."""
    every = candidates(interview.layout, interview.subject.image)
    first = [contract for contract in every if contract.scaling == _NAMES.get(named, named)]
    for contract in first + every:
        yield _accuracy(interview, data, contract, output)


def _accuracy(
    interview: Interview, data: Data, contract: InputContract, output: OutputContract
) -> float:
    outputs = interview.ask(contract, data.test.images)
    if isinstance(outputs, Failure):
        return 0.0
    answers = scores(outputs, output, data.classes).argmax(axis=1)
    return float(np.mean(answers == data.test.labels))


def _words(failure: Failure) -> str:
    message, _ = failure_text("en", failure.reason, failure.args)
    return f"{failure.reason}: {message} {failure.detail[:160]}".strip()


def main() -> None:
    """Print a line per file and the three totals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="holds the files")
    parser.add_argument("table", type=Path, help="CSV file that says what they are")
    arguments = parser.parse_args()
    with arguments.table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    beside = arguments.folder.resolve().parent.parent / "data"
    if beside.is_dir():
        os.environ.setdefault(DATA_VARIABLE, str(beside))
    outcomes = []
    with open_sandbox(Limits(threads=2)) as sandbox:
        for row in rows:
            path = arguments.folder / row["file"]
            outcome = examine(path, row, sandbox) if path.is_file() else Outcome("not there")
            outcomes.append(outcome)
            signs = "".join(
                _sign(mark) for mark in (outcome.opened, outcome.right, outcome.contract)
            )
            print(f"{signs} {row['file']}: {outcome.words}", flush=True)
    opened = [outcome.opened for outcome in outcomes if outcome.opened is not None]
    right = [outcome.right for outcome in outcomes if outcome.right is not None]
    contract = [outcome.contract for outcome in outcomes if outcome.contract is not None]
    print(
        f"opened {sum(opened)} of {len(opened)}, right {sum(right)} of {len(right)}, "
        f"contract {sum(contract)} of {len(contract)}"
    )


def _sign(mark: bool | None) -> str:
    return "-" if mark is None else "+" if mark else "!"


if __name__ == "__main__":
    main()
