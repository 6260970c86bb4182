"""Find out which preprocessing a model expects, on public training images only."""

from __future__ import annotations

import time

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
from grader.evidence.models.trial import Trial, best_preprocessing
from grader.evidence.predictions.interface import (
    InterfaceSource,
    LabelOrder,
    ModelInterface,
    Normalization,
    Preprocessing,
)
from grader.records.evidence import Failure, internal_failure

#: Images every preprocessing left is tried on, and how many go on besides the usual one.
FIRST_STAGES = ((30, 8), (100, 6))
LATER_STAGES = ((300, 4), (1_000, 3), (3_000, 2), (CALIBRATION_SIZE, 1))

#: On so many images at least the accuracies of the result are measured.
SHOWN = 300

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
        return search.conclude([first], min(SHOWN, len(calibration.split)))
    every = candidate_preprocessings(session.layout, session.target.image)
    left, images = search.race([first, *every], FIRST_STAGES)
    if search.accuracy(left, images) < POOR:
        left, images = search.race([*left, *inverted_preprocessings(every)], FIRST_STAGES)
    left, images = search.race(left, LATER_STAGES)
    return search.conclude(left, images)


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

    def race(
        self, candidates: list[Preprocessing], stages: tuple[tuple[int, int], ...]
    ) -> tuple[list[Preprocessing], int]:
        """Try candidates on more and more images, dropping those that are worse than the best.

        Args:
            candidates: What is tried; the preferred one is only dropped where it is clearly worse.
            stages: On how many images, and how many candidates go on.

        Returns:
            Those left, and on how many images they were tried.
        """
        left, images = list(dict.fromkeys(candidates)), 0
        for stage, most in stages:
            images = min(stage, len(self._split))
            trials = self._all_on(images, left)
            if not trials:
                return [], images
            left = self._going_on(trials, most)
            if len(left) == 1 or images == len(self._split):
                break
        return left, images

    def _going_on(self, trials: dict[Preprocessing, Trial], most: int) -> list[Preprocessing]:
        """The best, the preferred, and `most` others at most, unless they are clearly worse than the best."""
        best = best_preprocessing(trials, self._preferred)
        alternatives = [
            item
            for item, trial in trials.items()
            if item != best and not trial.is_behind(trials[best], usual=item == self._preferred)
        ]
        alternatives.sort(key=lambda item: (item != self._preferred, -trials[item].mean_sureness))
        return [best, *alternatives[:most]]

    def accuracy(self, candidates: list[Preprocessing], images: int) -> float:
        """The best accuracy of some candidates on the first `images` images."""
        trials = self._all_on(min(images, len(self._split)), candidates)
        return max((trial.accuracy for trial in trials.values()), default=0.0)

    def conclude(self, among: list[Preprocessing], images: int) -> ModelInterface | Failure:
        """The best of `among`, and the label order.

        Args:
            among: Candidates.
            images: How many images decide. The default preprocessing is tried on them too, for comparison.
        """
        images = min(images, len(self._split))
        usable = [item for item in among if self._predicted(item, images) is not None]
        if self._ended:
            return self._ended
        if not usable:
            return next(iter(self._failed.values()), internal_failure("nothing was tried"))
        order = self._order(usable, images)
        failure = self._session.outputs.wrong_width(order, self._session.file)
        if failure is not None:
            return failure
        trials = {item: self._trial(item, images, order) for item in usable}
        chosen = best_preprocessing(trials, self._preferred)
        self._predicted(default_preprocessing(self._session.fits[0]), images)
        compared = [item for item, outputs in self._outputs.items() if len(outputs) >= images]
        return ModelInterface(
            preprocessing=chosen,
            output=self._session.outputs.in_order(order),
            source=self._source if chosen == self._preferred else "calibration",
            calibration={
                item.name: round(self._accuracy(item, images, order), 6) for item in compared
            },
            calibration_images=images,
        )

    def _order(self, candidates: list[Preprocessing], images: int) -> LabelOrder:
        """The label order in which one of the candidates reads most images; the first, unless that is far more."""
        orders = self._session.outputs.orders
        reached = {
            order: max(self._accuracy(item, images, order) for item in candidates)
            for order in orders
        }
        best = max(orders, key=lambda order: reached[order])
        return best if reached[best] > reached[orders[0]] + ORDER_MARGIN else orders[0]

    def _all_on(self, images: int, candidates: list[Preprocessing]) -> dict[Preprocessing, Trial]:
        """How the model does with each that gives predictions, read in the label order that suits it best."""
        usable = [item for item in candidates if self._predicted(item, images) is not None]
        orders = self._session.outputs.orders
        return {
            item: self._trial(
                item, images, max(orders, key=lambda order: self._accuracy(item, images, order))
            )
            for item in usable
        }

    def _accuracy(self, preprocessing: Preprocessing, images: int, order: LabelOrder) -> float:
        given = self._scores(preprocessing, images, order)
        return float((given.argmax(axis=1) == self._split.labels[:images]).mean())

    def _trial(self, preprocessing: Preprocessing, images: int, order: LabelOrder) -> Trial:
        given = self._scores(preprocessing, images, order)
        read = self._session.outputs.in_order(order)
        return Trial.of(given, read, self._split.labels[:images])

    def _scores(
        self, preprocessing: Preprocessing, images: int, order: LabelOrder
    ) -> NDArray[np.float32]:
        """Scores (N, classes) of the first images, which were predicted."""
        outputs, session = self._outputs[preprocessing][:images], self._session
        return scores(outputs, session.outputs.in_order(order), session.target.classes)

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
