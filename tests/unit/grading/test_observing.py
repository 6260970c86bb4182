"""A table of predictions as the file of an artefact: evidence without a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course import Course
from grader.datasets.unlabelled import image_ids
from grader.grading.observing import Observed, Piece, observe
from grader.grading.stock import Stock, take_stock
from grader.grading.store import RunStore
from grader.records.evidence import Failure, Observation, Predictions
from grader.records.lab import Artefact
from grader.records.submission import SubmittedFile
from tests.factories import ANSWERS, ARTEFACT, NETWORK, evidence, lab, threshold

LAB = lab(threshold())
NO_SANDBOX: Any = None


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    """The digits of scikit-learn."""
    return take_stock(LAB, Course(), RunStore(tmp_path / "run"), None)


def observed(text: str, folder: Path, stock: Stock) -> Observed:
    path = folder / "m.csv"
    path.write_text(text)
    artefact = Artefact(id=ARTEFACT, title="it", patterns=("*.csv",), formats=("predictions",))
    file = SubmittedFile(path="m.csv", size=1, sha256="0", kind="predictions")
    piece = Piece(artefact, file, "predictions", path, declared=None, seed="seed")
    return observe(piece, [NETWORK, ANSWERS], stock, NO_SANDBOX)


def test_a_table_serves_as_predictions_and_as_no_network(tmp_path: Path, stock: Stock) -> None:
    """Its answers are evidence; a check that looks at the network is told there is none."""
    split = stock.shelves["digits"].test()
    rows = zip(image_ids(split.images), split.labels, strict=True)
    text = "id,label\n" + "".join(f"{name},{label}\n" for name, label in sorted(rows))
    found = observed(text, tmp_path, stock)

    assert found.items[NETWORK] == Failure(reason="no-network", args={"file": "m.csv"})
    assert isinstance(found.items[ANSWERS], Predictions)
    np.testing.assert_array_equal(found.arrays[f"{ARTEFACT}.digits.ranked"][:, 0], split.labels)


def test_that_a_table_has_no_network_is_no_trouble_by_itself(tmp_path: Path, stock: Stock) -> None:
    """Progress and reasons speak of what went wrong only."""
    found = observed("id,label\nx,1\n", tmp_path, stock)
    stored = evidence(items=found.items)

    assert all(isinstance(item, Observation) for item in stored.observations)
    assert stored.reasons == ("bad-predictions",)


def test_a_dataset_that_is_absent_is_ours(tmp_path: Path) -> None:
    """A table for images we do not have waits for them."""
    found = observed("id,label\nx,1\n", tmp_path, Stock({}, {"digits": "not here"}))
    failure = found.items[ANSWERS]

    assert isinstance(failure, Failure)
    assert failure.reason == "data-unavailable"
