"""The splits that are served to running code."""

from __future__ import annotations

import numpy as np
import pytest

from grader.evidence.code.probe.known_datasets import KNOWN
from grader.evidence.code.probe.running.data.served import ServedData, ServedSplit
from tests.unit.evidence.code.running.digits import digits, made_up


def test_a_split_at_hand_is_served_as_a_copy() -> None:
    """What code does to its images reaches neither the original nor what it loads next."""
    told: list[str] = []
    data = ServedData(digits(), told.append)

    first = data.get("mnist", "train")
    first.images[:] = 0
    first.labels[:] = 0
    second = data.get("mnist", "train")

    assert (second.images == digits()["mnist", "train"].images).all()
    assert (second.labels == digits()["mnist", "train"].labels).all()
    assert told == []


def test_an_excerpt_is_repeated_up_to_the_published_size() -> None:
    """Code that counts rows finds the published number."""
    told: list[str] = []
    data = ServedData({("mnist", "test"): made_up(3, (28, 28), 1)}, told.append)

    served = data.get("mnist", "test")

    assert served.images.shape == (10_000, 28, 28)
    assert (served.images[3:6] == served.images[:3]).all()
    assert told == ["mnist/test"]


@pytest.mark.parametrize(
    "name",
    [name for name, known in KNOWN.items() if len(known.shape) >= 2 and known.train < 80_000],
)
def test_a_dataset_that_is_not_at_hand_is_made_up_in_its_shape(name: str) -> None:
    """Stand-ins have the published shape and all classes, are the same each time and named once."""
    told: list[str] = []
    data = ServedData({}, told.append)
    known = KNOWN[name]

    train, test, again = data.get(name, "train"), data.get(name, "test"), data.get(name, "test")

    assert train.images.shape == (known.train, *known.shape)
    assert test.images.shape == (known.test, *known.shape)
    assert train.images.dtype == np.uint8
    assert set(np.unique(train.labels)) == set(range(known.classes))
    assert (test.images == again.images).all()
    assert not np.shares_memory(test.images, again.images)
    assert told == [name]


def test_made_up_images_of_a_class_are_alike() -> None:
    """A model learns something from stand-ins: the mean image of a class tells most test images."""
    data = ServedData({}, lambda name: None)
    train, test = (data.get("fashion-mnist", split) for split in ("train", "test"))

    means = np.stack([train.images[train.labels == label].mean(axis=0) for label in range(10)])
    means -= means.mean(axis=(1, 2), keepdims=True)
    scores = np.einsum("nhw,chw->nc", test.images[:500].astype(float), means)

    assert (scores.argmax(axis=1) == test.labels[:500]).mean() > 0.5


def test_the_extra_images_of_svhn_take_no_memory_before_they_are_used() -> None:
    """A split of 1.6 GB is served, and not kept for what is compared with the datasets."""
    data = ServedData({}, lambda name: None)

    extra = data.get("svhn", "extra")

    assert extra.images.shape == (531_131, 32, 32, 3)
    assert extra.images[:100].any()
    assert dict(data.originals()) == {}


def test_there_is_no_split_that_was_never_published() -> None:
    """An unknown split is an error, for those who fall back on what the code does by itself."""
    data = ServedData(
        {("mnist", "extra"): ServedSplit(*made_up(3, (28, 28), 1))}, lambda name: None
    )

    with pytest.raises(KeyError):
        data.get("mnist", "extra")
