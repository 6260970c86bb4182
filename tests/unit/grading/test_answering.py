from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.datasets.base import Split
from grader.grading.answering import answer_test_images
from grader.grading.interview import Subject, prepare_interview
from grader.records.contract import InputContract
from grader.records.evidence import Failure
from tests.unit.grading.prototypes import (
    CLASSES,
    DirectTalk,
    Prototypes,
    interview_with,
    pictures,
    summary_of,
)

TEST = pictures(300, seed=3)


class Shelf:
    """Stands in for a shelf of the run's stock."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self.record = self
        self.name, self.digest = "pictures", "d"

    def test(self) -> Split:
        return self._split


def answer(network: Prototypes, seed: str = "seed") -> Any:
    shelf: Any = Shelf(TEST)
    interview = interview_with(network, TEST)
    return answer_test_images(
        interview, shelf, "m.pictures", expects=None, declared=None, seed=seed
    )


@pytest.mark.parametrize("seed", ["one", "another"])
def test_answers_come_back_in_the_order_of_the_images(seed: str) -> None:
    """Images are shown in another order, drawn from the seed; the evidence is in their own."""
    network = Prototypes(TEST, InputContract())
    record, arrays = answer(network, seed)
    direct = interview_with(network, TEST).ask(InputContract(), TEST.images)

    assert not isinstance(direct, Failure)
    assert record.images == 300
    np.testing.assert_array_equal(arrays["m.pictures.ranked"][:, 0], direct.argmax(axis=1))
    np.testing.assert_allclose(arrays["m.pictures.best_score"], direct.max(axis=1), rtol=1e-6)


def test_answers_that_depend_on_the_batch_are_refused() -> None:
    """A network that looks at its neighbours, as normalisation in training mode does, is told so."""

    def from_batch(outputs: NDArray[Any]) -> NDArray[Any]:
        return outputs - outputs.mean(axis=0, keepdims=True)

    failure = answer(Prototypes(TEST, InputContract(), spoil=from_batch))

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.args["why"]) == ("bad-output", "unsteady")


def test_answers_drawn_at_random_are_refused() -> None:
    """Dropout left on while predicting gives other answers each time."""
    rng = np.random.default_rng(0)
    network = Prototypes(
        TEST, InputContract(), spoil=lambda outputs: outputs * rng.random(outputs.shape)
    )

    assert answer(network).args["why"] == "unsteady"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda outputs: outputs.astype(np.int64), "integers"),
        (lambda outputs: outputs * np.inf, "not-finite"),
    ],
)
def test_answers_that_are_no_scores_are_refused(spoil: Any, why: str) -> None:
    """Whole numbers and infinities cannot be ranked."""
    with np.errstate(invalid="ignore"):
        failure = answer(Prototypes(TEST, InputContract(), spoil=spoil))

    assert failure.args["why"] == why


@pytest.mark.parametrize(("resizing", "refused"), [(False, True), (True, False)])
def test_another_image_size_is_taken_where_the_lab_allows(resizing: bool, refused: bool) -> None:
    """A network for 12 x 12 images is asked about 8 x 8 ones only in labs that say so."""
    larger = Split(np.pad(TEST.images, ((0, 0), (2, 2), (2, 2))), TEST.labels)
    network = Prototypes(larger, InputContract())
    talk: Any = DirectTalk(network)
    subject = Subject("pictures", (8, 8), CLASSES, None, resizing)
    interview = prepare_interview(talk, summary_of(network), subject, None)

    assert isinstance(interview, Failure) == refused
    if isinstance(interview, Failure):
        assert interview.reason == "wrong-input"
        assert interview.args["found"] == "12 x 12 x 1"
