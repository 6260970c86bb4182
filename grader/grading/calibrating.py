"""Find out what a network expects, on public training images only."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Split
from grader.grading.candidates import candidates, inverted, usual
from grader.grading.interview import Interview
from grader.grading.reading import probabilities, scores
from grader.records.contract import (
    Contract,
    ContractSource,
    InputContract,
    LabelOrder,
    OutputContract,
    Scaling,
)
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure

#: How much the logarithm of the right class's probability counts beside being right. Networks are trained for it,
#: and it tells inputs apart on fewer images than accuracy does.
SURENESS = 0.3
_LEAST_PROBABILITY = 1e-3

#: Mean quality, on so many images, from which the first input tried is taken without trying others. A network
#: given what it was not trained on may be right as often, but it is less sure.
GOOD = 0.95
GLANCED = 300

#: Images every input still in the race is tried on, and how many of the best go on from there.
STAGES = ((30, 8), (75, 5), (150, 3), (400, 2), (1_000, 2))

#: From so many images on, the simplest input left has won where none does better.
SETTLED = 150

#: Below this accuracy black and white are exchanged too.
POOR = 0.7

#: How much more accurate another order of the outputs must be: one class in ten, mistaken, costs a tenth.
ORDER_MARGIN = 0.05

#: An input is preferred to a simpler one when it does better by more than this, and by more than so many standard
#: errors of the difference over the images. To be left behind before all images were seen takes more.
MARGIN = 0.002
MARGIN_ERRORS = 1.5
LEFT_BEHIND_ERRORS = 2.5


@dataclass(frozen=True)
class Trial:
    """How a network did on the calibration images under one assumption; arrays of shape (N,)."""

    hits: NDArray[np.bool_]
    """Which images were recognised."""
    quality: NDArray[np.float64]
    """For each image 1 where it was recognised, and `SURENESS` times the logarithm of its class's probability."""

    @classmethod
    def of(
        cls, scores: NDArray[np.float32], contract: OutputContract, labels: NDArray[np.integer[Any]]
    ) -> Trial:
        """From scores of shape (N, classes) and labels of shape (N,)."""
        hits = scores.argmax(axis=1) == labels
        given = probabilities(scores, contract)[np.arange(len(labels)), labels]
        sureness = np.log(np.maximum(given.astype(np.float64), _LEAST_PROBABILITY))
        return cls(hits=hits, quality=hits + SURENESS * sureness)

    @property
    def accuracy(self) -> float:
        """Share of the images recognised."""
        return float(self.hits.mean())

    def clearly_beats(self, other: Trial, errors: float = MARGIN_ERRORS) -> bool:
        """Whether it does better than `other` on the same images, beyond what chance explains."""
        gain = self.quality - other.quality
        error = float(gain.std()) / math.sqrt(len(gain))
        return float(gain.mean()) > max(MARGIN, errors * error)


def choose_contract(
    interview: Interview, expects: Scaling | None, declared: ModelDeclaration | None
) -> Contract | Failure:
    """Choose what a network is given and how its outputs are read.

    Args:
        interview: The opened network and the dataset it is for.
        expects: The scaling a layer inside the network asks for, where one does.
        declared: What the student says of it, which is taken at its word.
    """
    fit = interview.fits[0]
    first = declared.contract(fit) if declared else usual(fit, expects)
    source: ContractSource = "declared" if declared else "model" if expects else "calibration"
    calibration = interview.subject.calibration
    if calibration is None:
        untried: ContractSource = "assumed" if source == "calibration" else source
        trouble = interview.reading.wrong_width(interview.reading.orders[0], interview.file)
        return trouble or Contract(input=first, output=interview.reading.contract, source=untried)
    search = Search(interview, calibration.split, first, source)
    if declared:
        return search.conclude([first], len(calibration.split))
    if len(interview.fits) == 1 and search.does_well(first):
        return search.conclude([first], GLANCED)
    every = candidates(interview.layout, interview.subject.image)
    field, images = search.race([first, *every])
    if search.accuracy(field, images) < POOR:
        field, more = search.race([*field, *inverted(every)])
        images = max(images, more)
    return search.conclude(field, max(images, GLANCED))


class Search:
    """Trials of one network on the calibration images, under one assumption after another.

    An assumption under which the network gives no usable answers is left out; where none gives any, `conclude`
    tells what became of the first. No image is asked about twice under the same assumption. What has nothing to do
    with the assumption, such as memory that runs out, ends the search, and so does time.

    Args:
        interview: The opened network and the dataset it is for.
        split: The calibration images.
        preferred: The input that is taken unless another clearly does better.
        source: Why it is preferred; where another is taken, calibration decided.
    """

    def __init__(
        self, interview: Interview, split: Split, preferred: InputContract, source: ContractSource
    ) -> None:
        self._interview = interview
        self._split = split
        self._preferred = preferred
        self._source = source
        self._outputs: dict[InputContract, NDArray[np.float32]] = {}
        self._failed: dict[InputContract, Failure] = {}
        self._ended: Failure | None = None
        self._deadline = time.monotonic() + interview.talk.patience_s

    def race(self, contracts: list[InputContract]) -> tuple[list[InputContract], int]:
        """Try inputs on more and more images, leaving behind those that do clearly worse than the best.

        Args:
            contracts: The first is the preferred one: only doing clearly worse loses it its place.

        Returns:
            Those left, in the order given, and on how many images they were tried.
        """
        field, images = list(dict.fromkeys(contracts)), 0
        for stage, most in STAGES:
            images = min(stage, len(self._split))
            trials = self._all_on(images, field)
            if not trials:
                return [], images
            ranked = sorted(trials, key=lambda contract: -trials[contract].quality.sum())
            best = trials[ranked[0]]
            kept = {
                contract
                for contract in [*ranked[:most], *field[:1]]
                if contract in trials
                and not best.clearly_beats(trials[contract], LEFT_BEHIND_ERRORS)
            }
            field = [contract for contract in field if contract in kept]
            if images >= SETTLED and ranked[0] == field[0]:
                field = field[:1]
            if len(field) == 1:
                break
        return field, images

    def does_well(self, contract: InputContract) -> bool:
        """Whether an input does so well at a glance that no other needs to be tried."""
        trials = self._all_on(min(GLANCED, len(self._split)), [contract])
        return contract in trials and float(trials[contract].quality.mean()) >= GOOD

    def accuracy(self, contracts: list[InputContract], images: int) -> float:
        """The best accuracy of some inputs on the first `images` images."""
        trials = self._all_on(min(images, len(self._split)), contracts)
        return max((trial.accuracy for trial in trials.values()), default=0.0)

    def conclude(self, among: list[InputContract], images: int) -> Contract | Failure:
        """The first of `among` that no other of them clearly beats, and the order of the outputs.

        Args:
            among: Inputs, the preferred first.
            images: How many images decide. What is usual is tried on them too, for comparison.
        """
        images = min(images, len(self._split))
        usable = [contract for contract in among if self._trials(contract, images)]
        if self._ended:
            return self._ended
        if not usable:
            nothing = Failure(reason="internal", detail="nothing was tried")
            return next(iter(self._failed.values()), nothing)
        order = self._order(usable, images)
        trouble = self._interview.reading.wrong_width(order, self._interview.file)
        if trouble is not None:
            return trouble
        self._trials(usual(self._interview.fits[0]), images)
        compared = [contract for contract, known in self._outputs.items() if len(known) >= images]
        trials = {contract: self._trials(contract, images)[order] for contract in compared}
        best = max(usable, key=lambda contract: trials[contract].quality.sum())
        chosen = next(
            contract for contract in usable if not trials[best].clearly_beats(trials[contract])
        )
        return Contract(
            input=chosen,
            output=self._interview.reading.in_order(order),
            source=self._source if chosen == self._preferred else "calibration",
            calibration={
                contract.name: round(found.accuracy, 6) for contract, found in trials.items()
            },
            images=images,
        )

    def _order(self, contracts: list[InputContract], images: int) -> LabelOrder:
        orders = self._interview.reading.orders
        reached = {
            order: max(self._trials(contract, images)[order].accuracy for contract in contracts)
            for order in orders
        }
        best = max(orders, key=lambda order: reached[order])
        return best if reached[best] > reached[orders[0]] + ORDER_MARGIN else orders[0]

    def _all_on(self, images: int, contracts: list[InputContract]) -> dict[InputContract, Trial]:
        """How the network does under each, its outputs read in the order that suits them best."""
        found = {contract: self._trials(contract, images) for contract in contracts}
        return {
            contract: max(trials.values(), key=lambda trial: float(trial.quality.sum()))
            for contract, trials in found.items()
            if trials
        }

    def _trials(self, contract: InputContract, images: int) -> dict[LabelOrder, Trial]:
        """For every order of the outputs, how the network does on so many images; empty without answers."""
        outputs = self._answers(contract, images)
        if outputs is None:
            return {}
        reading, labels = self._interview.reading, self._split.labels[:images]
        readings = {order: reading.in_order(order) for order in reading.orders}
        return {
            order: Trial.of(scores(outputs, read, self._classes), read, labels)
            for order, read in readings.items()
        }

    def _answers(self, contract: InputContract, images: int) -> NDArray[np.float32] | None:
        """Outputs of shape (images, width); only what is not known yet is asked."""
        known = self._outputs.get(contract)
        if known is not None and len(known) >= images:
            return known[:images]
        if self._ended or contract in self._failed:
            return None
        outputs = self._ask(contract, slice(0 if known is None else len(known), images))
        if isinstance(outputs, Failure):
            self._failed[contract] = outputs
            self._ended = outputs if outputs.reason != "bad-output" else None
            return None
        self._outputs[contract] = outputs if known is None else np.concatenate([known, outputs])
        return self._outputs[contract]

    def _ask(self, contract: InputContract, rows: slice) -> NDArray[np.float32] | Failure:
        if time.monotonic() > self._deadline:
            return self._interview.talk.timed_out("while finding out what the network expects")
        return self._interview.ask(contract, self._split.images[rows])

    @property
    def _classes(self) -> int:
        return self._interview.subject.classes
