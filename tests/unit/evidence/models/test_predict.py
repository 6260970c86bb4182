from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.datasets.base import Split
from grader.evidence.models.calibration import choose_interface
from grader.evidence.models.predict import predict_test_images
from grader.evidence.models.record import Port
from grader.evidence.models.session import EvaluationTarget, open_session
from grader.evidence.predictions.interface import Preprocessing
from grader.messages import catalogue, failure_text
from grader.records.evidence import Failure
from grader.records.message import Code
from tests.unit.evidence.models.prototypes import (
    CLASSES,
    DirectClient,
    Prototypes,
    pictures,
    session_with,
    summary_of,
)

TEST = pictures(300, seed=3)


class LoadedDataset:
    """Stands in for a dataset of the run's pool."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self.record = self
        self.name, self.digest = "pictures", "d"

    def images(self) -> NDArray[np.uint8]:
        return self._split.images


def predicted(model: Prototypes, seed: str = "seed") -> Any:
    dataset: Any = LoadedDataset(TEST)
    session = session_with(model, TEST)
    interface = choose_interface(session, None, None)
    if isinstance(interface, Failure):
        return interface
    return predict_test_images(session, interface, dataset, seed=seed)


@pytest.mark.parametrize("seed", ["one", "another"])
def test_predictions_come_back_in_the_order_of_the_images(seed: str) -> None:
    """Images are sent in another order, drawn from the seed; the evidence is in their own."""
    model = Prototypes(TEST, Preprocessing())
    record, arrays = predicted(model, seed)
    direct = session_with(model, TEST).predict(Preprocessing(), TEST.images)

    assert not isinstance(direct, Failure)
    assert record.images == 300
    np.testing.assert_array_equal(arrays["ranked"][:, 0], direct.argmax(axis=1))
    np.testing.assert_allclose(arrays["best_score"], direct.max(axis=1), rtol=1e-6)


def test_predictions_that_depend_on_the_batch_are_refused() -> None:
    """A model that looks at its neighbours, as normalisation in training mode does, is told so."""

    def from_batch(outputs: NDArray[Any]) -> NDArray[Any]:
        return outputs - outputs.mean(axis=0, keepdims=True)

    failure = predicted(Prototypes(TEST, Preprocessing(), spoil=from_batch))

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.why) == ("bad-output", ("batch-dependent",))


def test_predictions_drawn_at_random_are_refused() -> None:
    """Dropout left on while predicting gives other predictions each time."""
    rng = np.random.default_rng(0)
    model = Prototypes(
        TEST, Preprocessing(), spoil=lambda outputs: outputs * rng.random(outputs.shape)
    )

    assert predicted(model).why == ("batch-dependent",)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda outputs: outputs.astype(np.int64), "integers"),
        (lambda outputs: outputs * np.inf, "not-finite"),
    ],
)
def test_predictions_that_are_no_scores_are_refused(spoil: Any, why: str) -> None:
    """Whole numbers and infinities cannot be ranked."""
    with np.errstate(invalid="ignore"):
        failure = predicted(Prototypes(TEST, Preprocessing(), spoil=spoil))

    assert failure.why == (why,)


@pytest.mark.parametrize(("resizing", "refused"), [(False, True), (True, False)])
def test_another_image_size_is_taken_where_the_lab_allows(resizing: bool, refused: bool) -> None:
    """A model for 12 x 12 images is sent 8 x 8 ones only in labs that say so."""
    larger = Split(np.pad(TEST.images, ((0, 0), (2, 2), (2, 2))), TEST.labels)
    model = Prototypes(larger, Preprocessing())
    client: Any = DirectClient(model)
    subject = EvaluationTarget("pictures", (8, 8), CLASSES, None, resizing)
    session = open_session(client, summary_of(model), subject, None)

    assert isinstance(session, Failure) == refused
    if isinstance(session, Failure):
        assert session.reason == "wrong-input"
        assert session.values["found"] == Code(text="12 x 12 x 1")


def test_a_model_of_several_inputs_is_told_which_it_has() -> None:
    """The message lists them with their shapes; the advice is about inputs, not about the last layer."""
    model = Prototypes(TEST, Preprocessing())
    model.inputs = (*model.inputs, Port(name="age", shape=(None, 3)))
    client: Any = DirectClient(model)
    target = EvaluationTarget("pictures", (8, 8), CLASSES, None, resizing=False)
    failure = open_session(client, summary_of(model), target, None)

    assert isinstance(failure, Failure)
    words = failure_text(failure, catalogue("en"))
    assert "(pixels: 8 x 8 x 1, age: 3) instead of one, the image (8 x 8)" in words.message
    assert "single input" in words.advice
