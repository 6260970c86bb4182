"""Find out which preprocessing a model expects, on public training images only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import CALIBRATION_SIZE, Split
from grader.evidence.models.candidates import (
    candidate_preprocessings,
    default_preprocessing,
    inverted_preprocessings,
)
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.outputs import scores
from grader.evidence.models.session import EvaluationSession
from grader.evidence.models.trial import Trial, best_preprocessing, still_open
from grader.evidence.predictions.interface import (
    InterfaceSource,
    LabelOrder,
    ModelInterface,
    Normalization,
    Preprocessing,
)
from grader.records.evidence import Failure, internal_failure

#: Images every preprocessing left is tried on, and how many rivals of the best go on.
FIRST_STAGES = ((30, 8), (100, 6))
LATER_STAGES = (
    (300, 4), (1_000, 3), (3_000, 2), (10_000, 1), (20_000, 1), (CALIBRATION_SIZE, 1),
)  # fmt: skip

#: On so many images at least the accuracies of the result are measured.
SHOWN = 300

#: A stage that would take a larger share of the time limit, at the pace so far, is left out.
MOST_TIME = 0.25

#: Images asked about in one request.
_AT_ONCE = 10_000

#: Below this accuracy on the images of the first stages, black and white are exchanged too.
POOR = 0.75

#: How much more accurate another label order must be: one class in ten, read wrongly, costs a tenth.
ORDER_MARGIN = 0.05


def choose_interface(
    session: EvaluationSession, expects: Normalization | None, declared: ModelDeclaration | None
) -> ModelInterface | Failure:
    """Choose the preprocessing of a model and how its outputs are read.

    Args:
        session: The opened model and the dataset it is evaluated on.
        expects: The normalization a layer inside the model asks for, where one does.
        declared: What the student declares about it, which is not questioned.
    """
    fit = session.fits[0]
    first = declared.preprocessing(fit) if declared else default_preprocessing(fit, expects)
    source: InterfaceSource = "declared" if declared else "model" if expects else "calibration"
    calibration = session.target.calibration
    if calibration is None:
        untried: InterfaceSource = "assumed" if source == "calibration" else source
        failure = session.outputs.wrong_width(session.outputs.orders[0], session.file)
        return failure or ModelInterface(
            preprocessing=first, output=session.outputs.format, source=untried
        )
    search = PreprocessingSearch(session, calibration.split, first, source)
    if declared:
        return search.conclude(search.compare([first], SHOWN))
    every = candidate_preprocessings(session.layout, session.target.image)
    found, left = search.race([first, *every], FIRST_STAGES)
    if found.accuracy < POOR:
        found, left = search.race([*left, *inverted_preprocessings(every)], FIRST_STAGES)
    found, _ = search.race(left, LATER_STAGES)
    return search.conclude(found)


@dataclass(frozen=True)
class Comparison:
    """How a model did with several preprocessings on the same images."""

    trials: dict[Preprocessing, Trial]
    """Of those that gave usable predictions."""
    order: LabelOrder
    """In which all outputs were read."""
    images: int

    @property
    def accuracy(self) -> float:
        """The best one."""
        return max((trial.accuracy for trial in self.trials.values()), default=0.0)


class PreprocessingSearch:
    """Trials of one model on the calibration images, with one preprocessing after another.

    A preprocessing with which the model gives no usable predictions is left out; where none gives any, `conclude`
    returns the failure of the first. No image is predicted twice with the same preprocessing. What does not depend
    on the preprocessing, such as memory that runs out, ends the search, and so does the time limit.

    Args:
        session: The opened model and the dataset it is evaluated on.
        split: The calibration images.
        preferred: The preprocessing that is taken unless another is clearly better.
        source: Why it is preferred; where another is taken, calibration decided.
    """

    def __init__(
        self,
        session: EvaluationSession,
        split: Split,
        preferred: Preprocessing,
        source: InterfaceSource,
    ) -> None:
        self._session = session
        self._split = split
        self._preferred = preferred
        self._source = source
        self._outputs: dict[Preprocessing, NDArray[np.float32]] = {}
        self._failed: dict[Preprocessing, Failure] = {}
        self._ended: Failure | None = None
        self._started = time.monotonic()

    def race(
        self, candidates: list[Preprocessing], stages: tuple[tuple[int, int], ...]
    ) -> tuple[Comparison, list[Preprocessing]]:
        """Compare candidates on more and more images, dropping those that will not prove better than the best.

        Args:
            candidates: What is tried.
            stages: On how many images, and how many rivals of the best go on.

        Returns:
            The last comparison, and those that would go on; the best alone where none can prove better.
        """
        (images, most), *further = stages
        found = self.compare(candidates, images)
        left = still_open(found.trials, self._usual(found.trials), most)
        for images, most in further:
            settled = len(left) < 2 or found.images == len(self._split)
            if settled or not self._in_time(left, images):
                break
            found = self.compare(left, images)
            left = still_open(found.trials, self._usual(found.trials), most)
        return found, left

    def compare(self, candidates: list[Preprocessing], images: int) -> Comparison:
        """Try candidates on the first images; those that give no predictions are left out.

        All are read in the label order in which one of them reads most, or the first unless that is far more.
        """
        images = min(images, len(self._split))
        usable = [item for item in dict.fromkeys(candidates) if self._predicted(item, images)]
        labels, outputs = self._split.labels[:images], self._session.outputs
        read = {
            order: {item: self._scores(item, images, order) for item in usable}
            for order in outputs.orders
        }
        reached = {
            order: max((_accuracy(given, labels) for given in of_items.values()), default=0.0)
            for order, of_items in read.items()
        }
        first, best = outputs.orders[0], max(outputs.orders, key=lambda order: reached[order])
        order = best if reached[best] > reached[first] + ORDER_MARGIN else first
        form = outputs.in_order(order)
        trials = {item: Trial.of(given, form, labels) for item, given in read[order].items()}
        return Comparison(trials, order, images)

    def conclude(self, found: Comparison) -> ModelInterface | Failure:
        """The best of those compared, with their accuracies and that of the default one on the same images."""
        if self._ended:
            return self._ended
        if not found.trials:
            return next(iter(self._failed.values()), internal_failure("nothing was tried"))
        failure = self._session.outputs.wrong_width(found.order, self._session.file)
        if failure is not None:
            return failure
        chosen = best_preprocessing(found.trials, self._usual(found.trials))
        reached = {item: trial.accuracy for item, trial in found.trials.items()}
        default = default_preprocessing(self._session.fits[0])
        if default not in reached and self._predicted(default, found.images):
            given = self._scores(default, found.images, found.order)
            reached[default] = _accuracy(given, self._split.labels[: found.images])
        return ModelInterface(
            preprocessing=chosen,
            output=self._session.outputs.in_order(found.order),
            source=self._source if chosen == self._preferred else "calibration",
            calibration={item.name: round(share, 6) for item, share in reached.items()},
            calibration_images=found.images,
        )

    def _usual(self, trials: dict[Preprocessing, Trial]) -> Preprocessing:
        """The preferred one; where that is out, the same with black and white exchanged."""
        if self._preferred in trials:
            return self._preferred
        return msgspec.structs.replace(self._preferred, inverted=True)

    def _in_time(self, candidates: list[Preprocessing], images: int) -> bool:
        """Whether so many images can be predicted with each in a fair share of the time limit."""
        sent = sum(map(len, self._outputs.values()))
        asked = sum(max(0, images - len(self._outputs[item])) for item in candidates)
        seconds = (time.monotonic() - self._started) / sent * asked
        return seconds <= MOST_TIME * self._session.client.timeout_s

    def _scores(
        self, preprocessing: Preprocessing, images: int, order: LabelOrder
    ) -> NDArray[np.float32]:
        """Scores (N, classes) of the first images, which were predicted."""
        outputs, session = self._outputs[preprocessing][:images], self._session
        return scores(outputs, session.outputs.in_order(order), session.target.classes)

    def _predicted(self, preprocessing: Preprocessing, images: int) -> bool:
        """Whether there are outputs for so many images; only those not predicted yet are sent."""
        known = self._outputs.get(preprocessing)
        start = 0 if known is None else len(known)
        while start < images:
            if self._ended or preprocessing in self._failed:
                return False
            stop = min(start + _AT_ONCE, images)
            outputs = self._predict(preprocessing, slice(start, stop))
            if isinstance(outputs, Failure):
                self._failed[preprocessing] = outputs
                self._ended = outputs if outputs.reason != "bad-output" else None
                return False
            known = outputs if known is None else np.concatenate([known, outputs])
            self._outputs[preprocessing] = known
            start = stop
        return True

    def _predict(self, preprocessing: Preprocessing, rows: slice) -> NDArray[np.float32] | Failure:
        if time.monotonic() - self._started > self._session.client.timeout_s:
            return self._session.client.timed_out("while the preprocessing was searched")
        return self._session.predict(preprocessing, self._split.images[rows])


def _accuracy(given: NDArray[np.float32], labels: NDArray[np.integer[Any]]) -> float:
    """The share of scores (N, classes) that are highest for the right class."""
    return float((given.argmax(axis=1) == labels).mean())
