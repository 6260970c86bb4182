"""What checks get when they ask for a need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader import registry
from grader.evidence.need import Need
from grader.evidence.predictions.record import RankedPredictions
from grader.evidence.view import StoredEvidence
from grader.records.base import Record
from grader.records.evidence import Failure, file_failure
from grader.runs.store import RunStore
from tests.factories import (
    DATASET,
    MODEL_NEED,
    PREDICTIONS_NEED,
    evidence,
    labels,
    model,
    predictions,
    ranked,
    stored_arrays,
)


class Reads:
    """Arrays as a run folder has them, and how often they were read."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> dict[str, Any]:
        self.count += 1
        return stored_arrays(ranked(95))


def stored(records: dict[Need[Any], Record | Failure], read: Any = None) -> StoredEvidence:
    return StoredEvidence(evidence(records=records), read or Reads(), {DATASET: labels()})


def test_records_come_back_as_their_kinds_decode_them() -> None:
    """A model is its description; predictions stand beside the labels."""
    view = stored({MODEL_NEED: model(), PREDICTIONS_NEED: predictions()})
    predicted = view.get(PREDICTIONS_NEED)

    assert view.get(MODEL_NEED) == model()
    assert isinstance(predicted, RankedPredictions)
    assert predicted.hits(1) == 95


def test_arrays_are_read_once_and_only_when_needed() -> None:
    """A record without arrays reads none; asking twice decodes once."""
    reads = Reads()
    view = stored({MODEL_NEED: model(), PREDICTIONS_NEED: predictions()}, reads)
    view.get(MODEL_NEED)
    assert reads.count == 0
    first = view.get(PREDICTIONS_NEED)

    assert view.get(PREDICTIONS_NEED) is first
    assert reads.count == 1


def test_a_failure_is_what_was_collected() -> None:
    """Why there is nothing comes back as it was stored, and no array is read for it."""
    reads, failure = Reads(), file_failure("corrupt", "m.h5")

    assert stored({PREDICTIONS_NEED: failure}, reads).get(PREDICTIONS_NEED) == failure
    assert reads.count == 0


def test_an_unknown_need_is_our_failure() -> None:
    """A need that nothing was collected for is named."""
    failure = stored({}).get(MODEL_NEED)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault) == ("internal", "grader")
    assert MODEL_NEED.id in failure.detail


def test_damaged_arrays_are_our_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A broken file leaves predictions open; what needs no array is read all the same."""
    store = RunStore(tmp_path)
    store.write("evidence/amina.npz", b"PK\x03\x04 broken off")
    view = stored(
        {MODEL_NEED: model(), PREDICTIONS_NEED: predictions()}, lambda: store.read_arrays("amina")
    )
    failure = view.get(PREDICTIONS_NEED)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault) == ("internal", "grader")
    assert "amina.npz is damaged" in failure.detail
    assert "the evidence of 'amina'" in caplog.text
    assert view.get(MODEL_NEED) == model()


def test_a_record_of_another_shape_is_our_failure() -> None:
    """What a kind of another version wrote does not stop the class."""
    failure = stored({MODEL_NEED: predictions()}).get(MODEL_NEED)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault) == ("internal", "grader")


def test_a_kind_that_is_not_installed_is_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run judged without the package that collected it says which kind is missing."""
    view = stored({MODEL_NEED: model()})
    monkeypatch.setattr(registry.KINDS, "all", dict)
    failure = view.get(MODEL_NEED)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault) == ("internal", "grader")
    assert "'models'" in failure.detail
