"""Find out what a network expects, on public training images only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from grader.datasets.base import Calibration
from grader.grading.candidates import candidates, inverted, usual
from grader.grading.interview import Interview
from grader.grading.reading import scores
from grader.records.contract import (
    Contract,
    ContractSource,
    InputContract,
    LabelOrder,
    Scaling,
)
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure

#: Accuracy from which the first input tried is taken without trying others.
GOOD = 0.985

#: Images every input is tried on, and how many of the best go on to all of them.
SCREENED = 150
FINALISTS = 3

#: Below this accuracy black and white are exchanged too, and other orders of the outputs are considered.
POOR = 0.7

#: How much more accurate another order of the outputs must be; a mistaken one is no better than chance.
ORDER_MARGIN = 0.3

#: Another input is preferred to a simpler one when it is right on so many more of the images on which only
#: one of both is, in standard deviations of a fair coin: McNemar's test.
MARGIN_SIGMA = 1.5

Hits = NDArray[np.bool_]


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
        return Contract(input=first, output=interview.reading.contract, source=untried)
    search = Search(interview, calibration)
    search.measure([first])
    if declared is None and (len(interview.fits) > 1 or not search.well()):
        search.explore(candidates(interview.layout, interview.subject.image))
        if search.poor():
            search.explore(inverted(candidates(interview.layout, interview.subject.image)))
    search.measure([usual(fit)])
    return search.conclude([first] if declared else search.tried, source)


class Search:
    """Trials of one network on the calibration images, under one assumption after another.

    An assumption under which the network gives no usable answers is left out; where none gives any, `conclude`
    tells what became of the first.
    """

    def __init__(self, interview: Interview, calibration: Calibration) -> None:
        self._interview = interview
        self._split = calibration.split
        self._classes = interview.subject.classes
        self._trials: dict[InputContract, dict[LabelOrder, Hits]] = {}
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
            hits = self._hits(contract, len(self._split))
            if hits is not None:
                self._trials[contract] = hits

    def explore(self, contracts: list[InputContract]) -> None:
        """Try inputs on a few images, and the best of them on all."""
        screened = []
        for contract in contracts:
            if contract in self._trials:
                continue
            hits = self._hits(contract, SCREENED)
            if hits is not None:
                screened.append((max(int(found.sum()) for found in hits.values()), contract))
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
        hits = {contract: found[order] for contract, found in self._trials.items()}
        best = max(usable, key=lambda contract: int(hits[contract].sum()))
        chosen = next(
            contract for contract in usable if not clearly_better(hits[best], hits[contract])
        )
        return Contract(
            input=chosen,
            output=self._interview.reading.in_order(order),
            source=source if chosen == among[0] else "calibration",
            calibration={
                contract.name: round(float(found.mean()), 6) for contract, found in hits.items()
            },
            images=len(self._split),
        )

    def _best(self) -> float:
        every = [hits.mean() for trial in self._trials.values() for hits in trial.values()]
        return float(max(every, default=0))

    def _order(self) -> LabelOrder:
        orders = self._interview.reading.orders
        reached = {
            order: max(float(trial[order].mean()) for trial in self._trials.values())
            for order in orders
        }
        best = max(orders, key=lambda order: reached[order])
        return best if reached[best] > reached[orders[0]] + ORDER_MARGIN else orders[0]

    def _hits(self, contract: InputContract, count: int) -> dict[LabelOrder, Hits] | None:
        """For every order of the outputs, which of the first `count` images were recognised."""
        outputs = self._interview.ask(contract, self._split.images[:count])
        if isinstance(outputs, Failure):
            self._failure = self._failure or outputs
            return None
        reading, labels = self._interview.reading, self._split.labels[:count]
        return {
            order: scores(outputs, reading.in_order(order), self._classes).argmax(axis=1) == labels
            for order in reading.orders
        }


def clearly_better(one: Hits, other: Hits) -> bool:
    """Whether `one` is right on more images than `other`, beyond what chance explains.

    Args:
        one: Shape (N,), which images were recognised.
        other: Likewise, of the same images.
    """
    gained, lost = int((one & ~other).sum()), int((other & ~one).sum())
    return gained - lost > max(2.0, MARGIN_SIGMA * math.sqrt(gained + lost))
