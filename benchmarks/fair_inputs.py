"""Is a model that is seldom sure of its predictions given the input it was trained on, or one as good?

``python -m benchmarks.fair_inputs [--keep DIR] [--seed N]`` trains small models on MNIST with little confidence (label
smoothing, one epoch, tanh, dropout, logits divided by a temperature, sigmoids, global average pooling), each on all the
usual inputs, has the grader find their input in the sandbox, and compares the accuracies on the 10,000 test images. No
model that learned anything may lose more than 0.3 points against the input it was trained on.

Prints a line per model, with the standard error of the difference and the number of images that were predicted to find
its input, and exits with 1 where the bound is broken.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.unsure_models import UnsureModel, train, unsure_models
from grader import datasets
from grader.datasets.base import Calibration, Split
from grader.evidence.models.calibration import choose_interface
from grader.evidence.models.client import ModelClient
from grader.evidence.models.outputs import scores
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.protocol import Predict
from grader.evidence.models.session import EvaluationSession, EvaluationTarget, open_session
from grader.evidence.predictions.interface import ModelInterface, OutputFormat, Preprocessing
from grader.records.evidence import Failure
from grader.sandbox import Limits, Sandboxes
from grader.sandbox.selftest import assess

#: What a model may lose at most, as a share of the test images.
MOST_LOST = 0.003
#: Below this accuracy with its own input a model has learned too little to count; so many have to count.
LEARNED = 0.6
_AT_LEAST = 30

Made = TypeVar("Made")


@dataclass(frozen=True)
class Choice:
    """What was chosen for a model, and what that costs."""

    model: UnsureModel
    own: float
    """Accuracy with the input it was trained on."""
    chosen: Preprocessing
    reached: float
    """Accuracy with the input chosen."""
    error: float
    """Standard error of the difference of both on the test images."""
    usual: float
    """Accuracy with pixels from 0 to 1."""
    predicted: int
    """Images predicted to choose it."""

    @property
    def counts(self) -> bool:
        """Whether the model learned anything."""
        return self.own >= LEARNED

    @property
    def lost(self) -> float:
        """Share of the test images lost against the input it was trained on; negative where more are read."""
        return self.own - self.reached

    @property
    def line(self) -> str:
        """What is printed."""
        sign = " " if not self.counts else "!" if self.lost > MOST_LOST else "+"
        return (
            f"{sign} {self.model.file:40} own {self.own:.4f}  chosen {self.reached:.4f} "
            f"± {self.error:.4f} ({self.chosen.name})  after {self.predicted:,} predictions"
        )


class CountingClient(ModelClient):
    """Counts the images it has predicted."""

    predicted = 0

    def predict(self, request: Predict, images: NDArray[np.uint8]) -> NDArray[np.float32] | Failure:
        """The model's outputs."""
        self.predicted += len(images)
        return super().predict(request, images)


def choose(
    model: UnsureModel, path: Path, sandboxes: Sandboxes, calibration: Calibration, test: Split
) -> Choice:
    """Have the input of a saved model found, and measure what it reads with it."""
    with sandboxes.open(PROFILE) as box:
        client = CountingClient(box, path.name, sandboxes.limits)
        summary = _made(client.open(path.resolve(), "keras-zip"))
        target = EvaluationTarget("mnist", test.images.shape[1:], 10, calibration, resizing=False)
        session = _made(open_session(client, summary, target, None))
        interface: ModelInterface = _made(choose_interface(session, summary.expects, None))
        predicted = client.predicted
        own, chosen, usual = (
            _hits(session, preprocessing, interface.output, test)
            for preprocessing in (model.trained_on, interface.preprocessing, Preprocessing())
        )
        return Choice(
            model=model,
            own=float(own.mean()),
            chosen=interface.preprocessing,
            reached=float(chosen.mean()),
            error=float(np.sqrt((own != chosen).sum()) / len(own)),
            usual=float(usual.mean()),
            predicted=predicted,
        )


def _made(found: Made | Failure) -> Made:
    if isinstance(found, Failure):
        raise TypeError(f"a model made here cannot be graded: {found}")
    return found


def _hits(
    session: EvaluationSession, given: Preprocessing, output: OutputFormat, test: Split
) -> NDArray[np.bool_]:
    outputs = _made(session.predict(given, test.images))
    hits: NDArray[np.bool_] = scores(outputs, output, 10).argmax(axis=1) == test.labels
    return hits


def main() -> None:
    """Train what is not there yet, print what is chosen for each, and the totals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--keep", type=Path, help="a folder for the models, used again if it holds them"
    )
    parser.add_argument("--seed", type=int, default=1, help="another one trains other models")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(_compare(folder, arguments.seed))


def _compare(folder: Path, seed: int) -> str | None:
    """What is wrong; None where the bound holds."""
    dataset = datasets.get("mnist")
    calibration = dataset.calibration()
    if calibration is None:
        return "MNIST is not on this machine; name the folder that holds mnist.npz in GRADER_DATA"
    training, test = dataset.load("train"), dataset.load("test")
    choices = []
    with Sandboxes(Limits(threads=2), assess().level) as sandboxes:
        for model in unsure_models():
            path = folder / model.file
            if not path.exists():
                train(model, training, calibration, path, seed=seed)
            choices.append(choose(model, path, sandboxes, calibration, test))
            print(choices[-1].line, flush=True)
    counting = [choice for choice in choices if choice.counts]
    lost = sum(choice.lost > MOST_LOST for choice in counting)
    fixed = sum(choice.own - choice.usual > MOST_LOST for choice in counting)
    predictions = [choice.predicted for choice in counting]
    print(
        f"{len(counting)} models, {lost} lose more than {100 * MOST_LOST:.1f} points "
        f"(with pixels from 0 to 1: {fixed}), at most {100 * max(c.lost for c in counting):.2f}; "
        f"predictions: median {median(predictions):,.0f}, mean {mean(predictions):,.0f}"
    )
    if len(counting) < _AT_LEAST:
        return f"only {len(counting)} models learned anything; {_AT_LEAST} have to"
    return f"{lost} models lose more than the bound" if lost else None


if __name__ == "__main__":
    main()
