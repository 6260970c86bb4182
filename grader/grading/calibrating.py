"""Find out what a network expects, on public training images only."""

from __future__ import annotations

import math
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

#: Accuracy, on so many images, from which the first input tried is taken without trying others.
GOOD = 0.985
GLANCED = 300

#: Images every input is tried on, and how many of the best go on to all of them.
SCREENED = 150
FINALISTS = 2

#: Below this accuracy black and white are exchanged too.
POOR = 0.7

#: How much more accurate another order of the outputs must be: one class in ten, mistaken, costs a tenth.
ORDER_MARGIN = 0.05

#: How much the logarithm of the right class's probability counts beside being right. Networks are trained for it,
#: and it tells inputs apart on fewer images than accuracy does.
SURENESS = 0.3
_LEAST_PROBABILITY = 1e-3

#: An input is preferred to a simpler one when it does better by more than this, and by more than so many standard
#: errors of the difference over the images.
MARGIN = 0.002
MARGIN_ERRORS = 1.5


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

    def clearly_beats(self, other: Trial) -> bool:
        """Whether it does better than `other` on the same images, beyond what chance explains."""
        gain = self.quality - other.quality
        error = float(gain.std()) / math.sqrt(len(gain))
        return float(gain.mean()) > max(MARGIN, MARGIN_ERRORS * error)


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
    if declared is None and len(interview.fits) == 1:
        glance = Search(interview, calibration.split[:GLANCED])
        glance.measure([first])
        if glance.well():
            glance.measure([usual(fit)])
            return glance.conclude([first], source)
    search = Search(interview, calibration.split)
    search.measure([first])
    if declared is None:
        every = candidates(interview.layout, interview.subject.image)
        search.explore(every)
        if search.poor():
            search.explore(inverted(every))
    search.measure([usual(fit)])
    return search.conclude([first] if declared else search.tried, source)


class Search:
    """Trials of one network on the calibration images, under one assumption after another.

    An assumption under which the network gives no usable answers is left out; where none gives any, `conclude`
    tells what became of the first.
    """

    def __init__(self, interview: Interview, split: Split) -> None:
        self._interview = interview
        self._split = split
        self._classes = interview.subject.classes
        self._trials: dict[InputContract, dict[LabelOrder, Trial]] = {}
        self._failure: Failure | None = None

    @property
    def tried(self) -> list[InputContract]:
        """The inputs tried on all images, in that order."""
        return list(self._trials)

    def measure(self, contracts: list[InputContract]) -> None:
        """Try inputs on all calibration images."""
        for contract in contracts:
            if contract in self._trials:
                continue
            trial = self._try(contract, len(self._split))
            if trial is not None:
                self._trials[contract] = trial

    def explore(self, contracts: list[InputContract]) -> None:
        """Try inputs on a few images, and the best of them on all."""
        screened = []
        for contract in contracts:
            if contract in self._trials:
                continue
            trial = self._try(contract, SCREENED)
            if trial is not None:
                screened.append((max(found.quality.sum() for found in trial.values()), contract))
        screened.sort(key=lambda pair: -pair[0])
        self.measure([contract for _, contract in screened[:FINALISTS]])

    def well(self) -> bool:
        """Whether an input does so well that no other needs to be tried."""
        return self._best() >= GOOD

    def poor(self) -> bool:
        """Whether no input does well."""
        return self._best() < POOR

    def conclude(self, among: list[InputContract], source: ContractSource) -> Contract | Failure:
        """The first of `among` that no other of them clearly beats, and the order of the outputs.

        Args:
            among: Inputs that were tried, the preferred first.
            source: Why the first is preferred; where another is taken, calibration decided.
        """
        usable = [contract for contract in among if contract in self._trials]
        if not usable:
            return self._failure or Failure(reason="internal", detail="nothing was tried")
        order = self._order()
        trouble = self._interview.reading.wrong_width(order, self._interview.file)
        if trouble is not None:
            return trouble
        trials = {contract: found[order] for contract, found in self._trials.items()}
        best = max(usable, key=lambda contract: trials[contract].quality.sum())
        chosen = next(
            contract for contract in usable if not trials[best].clearly_beats(trials[contract])
        )
        return Contract(
            input=chosen,
            output=self._interview.reading.in_order(order),
            source=source if chosen == among[0] else "calibration",
            calibration={
                contract.name: round(found.accuracy, 6) for contract, found in trials.items()
            },
            images=len(self._split),
        )

    def _best(self) -> float:
        every = [found.accuracy for trial in self._trials.values() for found in trial.values()]
        return max(every, default=0.0)

    def _order(self) -> LabelOrder:
        orders = self._interview.reading.orders
        reached = {
            order: max(trial[order].accuracy for trial in self._trials.values()) for order in orders
        }
        best = max(orders, key=lambda order: reached[order])
        return best if reached[best] > reached[orders[0]] + ORDER_MARGIN else orders[0]

    def _try(self, contract: InputContract, count: int) -> dict[LabelOrder, Trial] | None:
        """For every order of the outputs, how the network does on the first `count` images."""
        outputs = self._interview.ask(contract, self._split.images[:count])
        if isinstance(outputs, Failure):
            self._failure = self._failure or outputs
            return None
        reading, labels = self._interview.reading, self._split.labels[:count]
        readings = {order: reading.in_order(order) for order in reading.orders}
        return {
            order: Trial.of(scores(outputs, read, self._classes), read, labels)
            for order, read in readings.items()
        }
