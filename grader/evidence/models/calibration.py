"""Find out which preprocessing a model expects, on public training images only."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Split
from grader.evidence.models.candidates import (
    candidate_preprocessings,
    default_preprocessing,
    inverted_preprocessings,
)
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.outputs import probabilities, scores
from grader.evidence.models.session import EvaluationSession
from grader.evidence.predictions.interface import (
    InterfaceSource,
    LabelOrder,
    ModelInterface,
    Normalization,
    OutputFormat,
    Preprocessing,
)
from grader.records.evidence import Failure, internal_failure

#: Weight of the log-probability of the true class beside accuracy. Models are trained for it, and it tells
#: preprocessings apart on fewer images than accuracy does.
LOG_PROBABILITY_WEIGHT = 0.3
_LEAST_PROBABILITY = 1e-3

#: Mean quality, on so many images, from which the first preprocessing is taken without trying others. With another
#: one than in training a model may be right as often, but with lower probabilities.
GOOD = 0.95
FIRST_LOOK = 300

#: Images every preprocessing left is tried on, and how many of the best are kept after that.
STAGES = ((30, 8), (75, 5), (150, 3), (400, 2), (1_000, 2))

#: From so many images on, the preferred preprocessing is taken where it is the best of those left.
SETTLED = 150

#: Below this accuracy black and white are exchanged too.
POOR = 0.7

#: How much more accurate another label order must be: one class in ten, read wrongly, costs a tenth.
ORDER_MARGIN = 0.05

#: A preprocessing is preferred to a simpler one when its quality is higher by more than this, and by more than so
#: many standard errors of the difference over the images. To be dropped before all images were tried takes more.
MARGIN = 0.002
MARGIN_ERRORS = 1.5
DROPPED_ERRORS = 2.5


@dataclass(frozen=True)
class Trial:
    """How a model did on the calibration images with one preprocessing; arrays of shape (N,)."""

    hits: NDArray[np.bool_]
    """Which images were classified correctly."""
    quality: NDArray[np.float64]
    """For each image 1 if it is correct, plus `LOG_PROBABILITY_WEIGHT` times the log-probability of its class."""

    @classmethod
    def of(
        cls,
        scores: NDArray[np.float32],
        output_format: OutputFormat,
        labels: NDArray[np.integer[Any]],
    ) -> Trial:
        """From scores of shape (N, classes) and labels of shape (N,)."""
        hits = scores.argmax(axis=1) == labels
        given = probabilities(scores, output_format)[np.arange(len(labels)), labels]
        log_probability = np.log(np.maximum(given.astype(np.float64), _LEAST_PROBABILITY))
        return cls(hits=hits, quality=hits + LOG_PROBABILITY_WEIGHT * log_probability)

    @property
    def accuracy(self) -> float:
        """Share of the images classified correctly."""
        return float(self.hits.mean())

    def clearly_beats(self, other: Trial, errors: float = MARGIN_ERRORS) -> bool:
        """Whether it does better than `other` on the same images, beyond chance."""
        gain = self.quality - other.quality
        error = float(gain.std()) / math.sqrt(len(gain))
        return float(gain.mean()) > max(MARGIN, errors * error)


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
        return search.conclude([first], len(calibration.split))
    if len(session.fits) == 1 and search.does_well(first):
        return search.conclude([first], FIRST_LOOK)
    every = candidate_preprocessings(session.layout, session.target.image)
    left, images = search.race([first, *every])
    if search.accuracy(left, images) < POOR:
        left, more = search.race([*left, *inverted_preprocessings(every)])
        images = max(images, more)
    return search.conclude(left, max(images, FIRST_LOOK))


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
        self._deadline = time.monotonic() + session.client.timeout_s

    def race(self, candidates: list[Preprocessing]) -> tuple[list[Preprocessing], int]:
        """Try candidates on more and more images, dropping those that are clearly worse than the best.

        Args:
            candidates: The first is the preferred one: it is only dropped where it is clearly worse.

        Returns:
            Those left, in the order given, and on how many images they were tried.
        """
        left, images = list(dict.fromkeys(candidates)), 0
        for stage, most in STAGES:
            images = min(stage, len(self._split))
            trials = self._all_on(images, left)
            if not trials:
                return [], images
            ranked = sorted(trials, key=lambda item: -trials[item].quality.sum())
            best = trials[ranked[0]]
            kept = {
                item
                for item in [*ranked[:most], *left[:1]]
                if item in trials and not best.clearly_beats(trials[item], DROPPED_ERRORS)
            }
            left = [item for item in left if item in kept]
            if images >= SETTLED and ranked[0] == left[0]:
                left = left[:1]
            if len(left) == 1:
                break
        return left, images

    def does_well(self, preprocessing: Preprocessing) -> bool:
        """Whether a preprocessing is so good on the first images that no other needs to be tried."""
        trials = self._all_on(min(FIRST_LOOK, len(self._split)), [preprocessing])
        return preprocessing in trials and float(trials[preprocessing].quality.mean()) >= GOOD

    def accuracy(self, candidates: list[Preprocessing], images: int) -> float:
        """The best accuracy of some candidates on the first `images` images."""
        trials = self._all_on(min(images, len(self._split)), candidates)
        return max((trial.accuracy for trial in trials.values()), default=0.0)

    def conclude(self, among: list[Preprocessing], images: int) -> ModelInterface | Failure:
        """The first of `among` that no other of them clearly beats, and the label order.

        Args:
            among: Candidates, the preferred first.
            images: How many images decide. The default preprocessing is tried on them too, for comparison.
        """
        images = min(images, len(self._split))
        usable = [item for item in among if self._trials(item, images)]
        if self._ended:
            return self._ended
        if not usable:
            return next(iter(self._failed.values()), internal_failure("nothing was tried"))
        order = self._order(usable, images)
        failure = self._session.outputs.wrong_width(order, self._session.file)
        if failure is not None:
            return failure
        self._trials(default_preprocessing(self._session.fits[0]), images)
        compared = [item for item, outputs in self._outputs.items() if len(outputs) >= images]
        trials = {item: self._trials(item, images)[order] for item in compared}
        best = max(usable, key=lambda item: trials[item].quality.sum())
        chosen = next(item for item in usable if not trials[best].clearly_beats(trials[item]))
        return ModelInterface(
            preprocessing=chosen,
            output=self._session.outputs.in_order(order),
            source=self._source if chosen == self._preferred else "calibration",
            calibration={item.name: round(trial.accuracy, 6) for item, trial in trials.items()},
            calibration_images=images,
        )

    def _order(self, candidates: list[Preprocessing], images: int) -> LabelOrder:
        orders = self._session.outputs.orders
        reached = {
            order: max(self._trials(item, images)[order].accuracy for item in candidates)
            for order in orders
        }
        best = max(orders, key=lambda order: reached[order])
        return best if reached[best] > reached[orders[0]] + ORDER_MARGIN else orders[0]

    def _all_on(self, images: int, candidates: list[Preprocessing]) -> dict[Preprocessing, Trial]:
        """How the model does with each, its outputs read in the label order that suits them best."""
        found = {item: self._trials(item, images) for item in candidates}
        return {
            item: max(trials.values(), key=lambda trial: float(trial.quality.sum()))
            for item, trials in found.items()
            if trials
        }

    def _trials(self, preprocessing: Preprocessing, images: int) -> dict[LabelOrder, Trial]:
        """For every label order, how the model does on the first images; empty without predictions."""
        outputs = self._predicted(preprocessing, images)
        if outputs is None:
            return {}
        spec, labels = self._session.outputs, self._split.labels[:images]
        formats = {order: spec.in_order(order) for order in spec.orders}
        return {
            order: Trial.of(scores(outputs, read, self._session.target.classes), read, labels)
            for order, read in formats.items()
        }

    def _predicted(self, preprocessing: Preprocessing, images: int) -> NDArray[np.float32] | None:
        """Outputs of shape (images, width); only images not predicted yet are sent."""
        known = self._outputs.get(preprocessing)
        if known is not None and len(known) >= images:
            return known[:images]
        if self._ended or preprocessing in self._failed:
            return None
        start = 0 if known is None else len(known)
        outputs = self._predict(preprocessing, slice(start, images))
        if isinstance(outputs, Failure):
            self._failed[preprocessing] = outputs
            self._ended = outputs if outputs.reason != "bad-output" else None
            return None
        both = outputs if known is None else np.concatenate([known, outputs])
        self._outputs[preprocessing] = both
        return both

    def _predict(self, preprocessing: Preprocessing, rows: slice) -> NDArray[np.float32] | Failure:
        if time.monotonic() > self._deadline:
            return self._session.client.timed_out("while the preprocessing was searched")
        return self._session.predict(preprocessing, self._split.images[rows])
