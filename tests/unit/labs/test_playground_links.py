"""Parts 1 to 3 of the Playground lab against the search for the smallest model."""

from __future__ import annotations

import csv

from grader import registry
from grader.checks import LossReached, SmallestModel
from tests.program import REPOSITORY

TABLE = REPOSITORY / "reference_solutions" / "playground-cifar10" / "smallest.csv"


def test_the_smallest_model_known_is_the_searchs() -> None:
    """As few neurons as the table has for a shape that reaches the loss, as the page shows it."""
    loss, size = registry.lab("playground-cifar10").exercise("3-smallest").checks
    assert isinstance(loss, LossReached)
    assert isinstance(size, SmallestModel)
    with TABLE.open(encoding="utf-8") as file:
        reaching = [
            int(row["neurons"])
            for row in csv.DictReader(file)
            if float(row["test_loss"]) < size.loss + 0.0005
        ]

    assert min(reaching) == size.smallest
    assert loss.full_at == size.loss
    assert loss.asked == size.asked
