"""Real students' models: how many open, how many predict as they should, how often the preprocessing is found.

``python -m benchmarks.models DIR CSV`` opens every file of the table in the sandbox, as grading does. The table has the
columns ``file``, ``task`` (a dataset's name), ``has_model_config``, ``best_accuracy`` and
``best_preprocessing``: the accuracy with the best preprocessing known, and its name. Three questions are
answered about each file:

- opened: does it open, where it holds a model;
- right: is the accuracy, with the preprocessing the table names, within 0.1 points of it (or better with another);
- chosen: does the preprocessing chosen on training images alone reach it, less half a point.

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
from grader.evidence.models.calibration import choose_interface
from grader.evidence.models.candidates import candidate_preprocessings
from grader.evidence.models.client import ModelClient
from grader.evidence.models.formats import MODEL_FORMATS
from grader.evidence.models.outputs import scores
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelSummary
from grader.evidence.models.session import EvaluationSession, EvaluationTarget, open_session
from grader.evidence.predictions.interface import Normalization, OutputFormat, Preprocessing
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from grader.sandbox import Limits, Sandboxes
from grader.sandbox.selftest import assess

#: How many test images a table's accuracies were measured on, by dataset.
_IMAGES = {"mnist": 2_000}
_OTHER_IMAGES = 1_000

_RIGHT = 0.001
_CHOSEN = 0.005

#: What tables call a normalization, where the name is not the grader's own.
_NAMES: dict[str, Normalization] = {
    "x/255": "0..1",
    "raw": "0..255",
    "std": "standardised",
    "half": "-0.5..0.5",
    "l2axis1": "l2-columns",
    "img_mean01": "mean-subtracted",
}


@dataclass(frozen=True)
class Data:
    """What a task's models are evaluated on."""

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
    chosen: bool | None = None


@cache
def data_of(task: str) -> Data | None:
    """The data of a task; None where there are none."""
    if task not in datasets.names() or datasets.get(task).locate("test") is None:
        return None
    dataset = datasets.get(task)
    test = dataset.load("test")[: _IMAGES.get(task, _OTHER_IMAGES)]
    return Data(task, len(dataset.class_names), test, dataset.calibration())


def examine(path: Path, row: dict[str, str], sandboxes: Sandboxes) -> Outcome:
    """Open one file and compare it with its row of the table."""
    holds_model = row["has_model_config"] == "yes"
    kind = sniff_file(path)
    if kind not in MODEL_FORMATS:
        return Outcome(f"not opened: {kind}", opened=False if holds_model else None)
    with sandboxes.open(PROFILE) as box:
        client = ModelClient(box, path.name, sandboxes.limits)
        summary = client.open(path.resolve(), MODEL_FORMATS[kind])
        if isinstance(summary, Failure):
            return Outcome(_words(summary), opened=False if holds_model else None)
        repairs = ", ".join(summary.repairs) or "as it is"
        data = data_of(row["task"])
        if not row["best_accuracy"] or data is None:
            return Outcome(f"opened ({repairs})", opened=True)
        right, chosen, words = _judge(client, summary, row, data)
        return Outcome(f"opened ({repairs}); {words}", True, right, chosen)


def _judge(
    client: ModelClient, summary: ModelSummary, row: dict[str, str], data: Data
) -> tuple[bool | None, bool | None, str]:
    image = data.test.images.shape[1:]
    target = EvaluationTarget(data.name, image, data.classes, data.calibration, resizing=True)
    session = open_session(client, summary, target, None)
    if isinstance(session, Failure):
        return None, None, _words(session)
    chosen = choose_interface(session, summary.expects, None)
    if isinstance(chosen, Failure):
        return False, False, _words(chosen)
    best, named = float(row["best_accuracy"]), row["best_preprocessing"]
    reached = _accuracy(session, data, chosen.preprocessing, chosen.output)
    right = any(
        abs(accuracy - best) <= _RIGHT + 1e-9 or accuracy > best
        for accuracy in _known(session, data, named, chosen.output)
    )
    words = f"table {best:.4f} with {named}, chosen {reached:.4f} with {chosen.preprocessing.name}"
    return right, reached >= best - _CHOSEN - 1e-9, words


def _known(
    session: EvaluationSession, data: Data, named: str, output: OutputFormat
) -> Iterator[float]:
    """The accuracy with the preprocessing the table names, then with all others."""
    every = candidate_preprocessings(session.layout, session.target.image)
    first = [item for item in every if item.normalization == _NAMES.get(named, named)]
    for preprocessing in first + every:
        yield _accuracy(session, data, preprocessing, output)


def _accuracy(
    session: EvaluationSession, data: Data, preprocessing: Preprocessing, output: OutputFormat
) -> float:
    outputs = session.predict(preprocessing, data.test.images)
    if isinstance(outputs, Failure):
        return 0.0
    predictions = scores(outputs, output, data.classes).argmax(axis=1)
    return float(np.mean(predictions == data.test.labels))


def _words(failure: Failure) -> str:
    message = failure_text(failure, catalogue("en")).message
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
    with Sandboxes(Limits(threads=2), assess().level) as sandboxes:
        for row in rows:
            path = arguments.folder / row["file"]
            outcome = examine(path, row, sandboxes) if path.is_file() else Outcome("not there")
            outcomes.append(outcome)
            signs = "".join(_sign(mark) for mark in (outcome.opened, outcome.right, outcome.chosen))
            print(f"{signs} {row['file']}: {outcome.words}", flush=True)
    opened = [outcome.opened for outcome in outcomes if outcome.opened is not None]
    right = [outcome.right for outcome in outcomes if outcome.right is not None]
    chosen = [outcome.chosen for outcome in outcomes if outcome.chosen is not None]
    print(
        f"opened {sum(opened)} of {len(opened)}, right {sum(right)} of {len(right)}, "
        f"chosen {sum(chosen)} of {len(chosen)}"
    )


def _sign(mark: bool | None) -> str:
    return "-" if mark is None else "+" if mark else "!"


if __name__ == "__main__":
    main()
