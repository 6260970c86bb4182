"""What hidden tests get of predictions, of code and of answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.datasets.secret_images import image_digest
from grader.evidence import kinds
from grader.evidence.episodes.record import EpisodesNeed
from grader.evidence.fixtures import EvidenceFixture, FixtureEvidence, FixtureRequest
from grader.evidence.need import Need
from grader.evidence.predictions.fixtures import UndeclaredImagesError
from grader.evidence.predictions.record import PredictionsNeed
from grader.evidence.texts.record import TextPredictionsNeed
from tests.factories import ARTEFACT, ranked_predictions

DRAWN = np.zeros((100, 28, 28), np.uint8)
NAMES = ("digits", "hidden-tests/0123")


def fixture(name: str) -> EvidenceFixture:
    (only,) = [item for kind in kinds().values() for item in kind.fixtures if item.name == name]
    return only


def predict(right: int = 80) -> Any:
    request = FixtureRequest(artefact=ARTEFACT, images=NAMES)
    needs = tuple(fixture("predict").needs_of(request))
    return fixture("predict").value_of(
        FixtureEvidence(
            needs=needs,
            get=lambda need: ranked_predictions(right),
            images={image_digest(DRAWN): NAMES[1]},
        )
    )


def test_predictions_on_a_dataset_have_its_labels() -> None:
    """So that a test may ask for accuracies."""
    found = predict()("digits")

    assert found.accuracy() == 0.8
    assert found.classes.shape == found.labels.shape == (100,)
    with pytest.raises(ValueError, match="1 to 5"):
        found.accuracy(top=6)


def test_predictions_on_drawn_images_need_labels_of_the_test() -> None:
    """What is right is known to it alone."""
    found = predict()(DRAWN.copy())

    assert found.labels is None
    assert found.accuracy(np.arange(100) % 10) == 0.8
    with pytest.raises(ValueError, match="one label for each of the 100 images"):
        found.accuracy()


@pytest.mark.parametrize("images", ["mnist", DRAWN + 1], ids=["dataset", "images"])
def test_images_that_no_mark_names_are_refused(images: Any) -> None:
    """The message says which mark is missing."""
    with pytest.raises(UndeclaredImagesError, match=r"add @pytest\.mark\.images\("):
        predict()(images)


def test_images_are_resized_where_the_lab_resizes_them() -> None:
    """A hidden test is about the same model as the check beside it."""
    others: tuple[Need[Any], ...] = (
        PredictionsNeed(artefact=ARTEFACT, dataset="digits", resizing=True),
    )
    request = FixtureRequest(artefact=ARTEFACT, images=NAMES, others=others)

    needs = fixture("predict").needs_of(request)

    assert [need.resizing for need in needs if isinstance(need, PredictionsNeed)] == [True, True]
    with pytest.raises(ValueError, match="needs @pytest"):
        fixture("predict").needs_of(FixtureRequest(artefact=ARTEFACT))


@pytest.mark.parametrize(
    "name", sorted(item.name for kind in kinds().values() for item in kind.fixtures)
)
def test_fixtures_ask_for_needs_of_kinds_that_are_there(name: str) -> None:
    """About the artefact they were asked about; each is said in a sentence, and no two have one name."""
    given: dict[str, Any] = {"states": [[0.0, 0.0, 0.1, 0.0]]}
    marks = {
        mark: (given.get(mark, (1.0, 2.0)),) for mark in fixture(name).marks if mark != "images"
    }
    asked = (
        TextPredictionsNeed(artefact=ARTEFACT, dataset="reviews"),
        EpisodesNeed(artefact=ARTEFACT),
    )
    request = FixtureRequest(artefact=ARTEFACT, marks=marks, images=("digits",), others=asked)

    needs = fixture(name).needs_of(request)

    assert fixture(name).about
    assert needs
    for need in needs:
        assert need.artefact == ARTEFACT
        assert type(need) in kinds()[need.kind].needs
