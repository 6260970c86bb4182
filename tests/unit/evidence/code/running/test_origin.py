"""Datasets recognised in what a model is trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.evidence.code.probe.running.data.origin import OriginFinder
from grader.evidence.code.probe.running.data.served import ServedData
from grader.evidence.code.run_record import ArrayOrigin
from tests.unit.evidence.code.running.digits import digits, made_up, pictures

TRAIN = digits()["mnist", "train"]
TEST = digits()["mnist", "test"]
PICTURES = pictures()["cifar10", "test"]


@pytest.fixture(scope="module")
def finder() -> OriginFinder:
    return OriginFinder(ServedData(digits() | pictures(), lambda name: None))


def standardised(images: Any) -> Any:
    values = images.reshape(len(images), -1) / 255
    return (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-7)


PREPARED: dict[str, Callable[[Any], Any]] = {
    "as they are": lambda images: images,
    "from 0 to 1": lambda images: (images / 255).astype("float32"),
    "half precision": lambda images: (images / 255).astype("float16"),
    "from -1 to 1, one row each": lambda images: images.reshape(len(images), -1) / 127.5 - 1,
    "inverted": lambda images: 255 - images,
    "one mean and deviation": lambda images: (images - images.mean()) / images.std(),
    "each pixel standardised": standardised,
    "less the mean image": lambda images: images / 255 - (images / 255).mean(axis=0),
    "a list": list,
    "first of two inputs": lambda images: [images, images * 2],
    "transposed": lambda images: np.swapaxes(images, 1, 2),
}


@pytest.mark.parametrize("prepare", PREPARED.values(), ids=PREPARED.keys())
def test_images_are_recognised_however_they_were_prepared(
    prepare: Callable[[Any], Any], finder: OriginFinder
) -> None:
    """Scale, type and layout do not hide where images are from."""
    grey, _ = finder.find(prepare(TEST.images[:5_000]))
    coloured, _ = finder.find(prepare(PICTURES.images[:2_000]))

    assert (grey.dataset, grey.split, grey.images) == ("mnist", "test", 5_000)
    assert (coloured.dataset, coloured.split, coloured.images) == ("cifar10", "test", 2_000)
    assert not grey.shuffled


def test_rows_that_follow_each_other_are_told_from_rows_drawn_at_random(
    finder: OriginFinder,
) -> None:
    """Wherever they begin; rows in the dataset's order with gaps between them are drawn."""
    drawn = np.random.default_rng(0).permutation(len(TRAIN.images))[:6_000]

    assert finder.find(TRAIN.images[6_000:12_000])[0].consecutive
    assert not finder.find(TRAIN.images[drawn])[0].consecutive
    assert not finder.find(TRAIN.images[np.sort(drawn)])[0].consecutive


LAYOUTS: dict[str, tuple[Any, tuple[int, ...], str]] = {
    "channels last": (TEST.images[..., None], (28, 28, 1), "mnist"),
    "channels first": (TEST.images[:, None], (1, 28, 28), "mnist"),
    "three channels": (np.repeat(TEST.images[:100, :, :, None], 3, -1), (28, 28, 3), "mnist"),
    "framed": (np.pad(TEST.images, ((0, 0), (2, 2), (2, 2))), (32, 32), "mnist"),
    "planes": (PICTURES.images.transpose(0, 3, 1, 2), (3, 32, 32), "cifar10"),
    "flat": (PICTURES.images.transpose(0, 3, 1, 2).reshape(-1, 3_072), (3_072,), "cifar10"),
    "blue first": (PICTURES.images[..., ::-1], (32, 32, 3), "cifar10"),
    "each channel standardised": (
        (PICTURES.images - np.array([125.0, 123, 114])) / np.array([63.0, 62, 67]),
        (32, 32, 3),
        "cifar10",
    ),
}


@pytest.mark.parametrize(("images", "shape", "expected"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_images_are_recognised_in_any_layout(
    images: Any, shape: tuple[int, ...], expected: str, finder: OriginFinder
) -> None:
    """The record says the shape that a model gets, and the dataset."""
    found, _ = finder.find(images)

    assert found.dataset == expected
    assert found.shape == shape


def test_the_record_has_size_range_and_order(finder: OriginFinder) -> None:
    """How many images, their values, and whether they were shuffled are found too."""
    order = np.random.default_rng(5).permutation(60_000)

    found, labels = finder.find(TRAIN.images[order] / 255, TRAIN.labels[order])

    assert found == ArrayOrigin(
        dataset="mnist", split="train", images=60_000, shape=(28, 28), low=0, high=1, labels="integers", shuffled=True,
    )  # fmt: skip
    assert labels == "integers"


def test_both_splits_together_are_named(finder: OriginFinder) -> None:
    """Training on the test images as well shows."""
    found, _ = finder.find(np.concatenate([TRAIN.images, TEST.images]))

    assert found.split == "train and test"


Y = TEST.labels
LABELS: dict[str, tuple[Any, str]] = {
    "integers": (Y, "integers"),
    "a column": (Y[:, None].astype("float32"), "integers"),
    "one-hot": (np.eye(10)[Y], "one-hot"),
    "truth values": (Y == 3, "3 against the rest"),
    "the inverse": ((Y != 0).astype(int), "0 against the rest"),
    "minus one": (np.where(Y == 7, 1, -1), "7 against the rest"),
    "even digits": (Y % 2, ""),
    "fractions": (Y / 9, ""),
    "too few": (Y[:10], ""),
    "none": (None, ""),
    "texts": (Y.astype(str), ""),
}


@pytest.mark.parametrize(("labels", "expected"), LABELS.values(), ids=LABELS.keys())
def test_the_form_of_labels_is_told(labels: Any, expected: str, finder: OriginFinder) -> None:
    """Labels are classes, one-hot rows, or one class against the rest as the images show."""
    found, form = finder.find(TEST.images, labels)

    assert form == found.labels == expected


def test_two_classes_alone_are_not_one_against_the_rest(finder: OriginFinder) -> None:
    """Zeros and ones that are the labels of zeros and ones stay integers."""
    chosen = Y < 2

    assert finder.find(TEST.images[chosen], Y[chosen])[1] == "integers"


@pytest.mark.parametrize(
    ("given", "images", "shape"),
    [
        (np.random.default_rng(9).random((50, 28, 28)), 50, (28, 28)),
        (np.random.default_rng(9).random((50, 13)), 50, (13,)),
        (np.zeros((50, 784)), 50, (784,)),
        (np.full((50, 784), np.nan), 50, (784,)),
        ([1.0, 2.0, 3.0], 3, ()),
    ],
    ids=["noise", "table", "black", "no numbers", "values"],
)
def test_unknown_data_have_a_shape_and_no_name(
    given: Any, images: int, shape: tuple[int, ...], finder: OriginFinder
) -> None:
    """Data of no dataset are described all the same."""
    found, _ = finder.find(given, np.arange(images))

    assert (found.dataset, found.split, found.images, found.shape) == ("", "", images, shape)


@pytest.mark.parametrize("given", [None, "x", [], ["a"], {}, object(), 3, [[1], [2, 3]]])
def test_what_are_no_data_are_no_error(given: Any, finder: OriginFinder) -> None:
    """Looking at what a model is given never makes code fail."""
    found, form = finder.find(given, given)

    assert (found.dataset, form) == ("", "")


def test_the_range_of_data_that_are_not_finite_is_unknown(finder: OriginFinder) -> None:
    """JSON has no infinity."""
    found, _ = finder.find(np.array([[1.0, np.inf], [0.0, 2.0]]))

    assert (found.low, found.high) == (0, None)


def test_the_same_rows_are_told_from_other_rows() -> None:
    """Validation on the training data shows, whether copied, shuffled, cut or laid out in another way."""
    scaled = TEST.images / 255

    assert OriginFinder.same_data(scaled, scaled)
    assert OriginFinder.same_data(scaled[:500].reshape(-1, 784), scaled.copy())
    assert OriginFinder.same_data(scaled[::-1].astype("float32"), scaled)
    assert OriginFinder.same_data(list(scaled[:50]), scaled)


@pytest.mark.parametrize("other", [TRAIN.images[:9_000] / 255, None, "x", [], np.zeros(0)])
def test_other_rows_are_not_the_same(other: Any) -> None:
    """Neither other images nor what has no rows."""
    assert not OriginFinder.same_data(other, TEST.images / 255)


def test_parts_that_overlap_a_little_are_not_the_same() -> None:
    """Two parts of one array share memory, and not their rows."""
    assert not OriginFinder.same_data(TEST.images[4_000:], TEST.images[:5_000])


def test_looking_for_data_serves_none_of_them() -> None:
    """Excerpts that code never asked for are recognised, and not told to be served."""
    told: list[str] = []
    data = ServedData({("mnist", "train"): made_up(500, (28, 28), 7)}, told.append)
    finder = OriginFinder(data)

    before, _ = finder.find(made_up(500, (28, 28), 7).images)
    told_before = list(told)
    after, _ = finder.find(data.get("mnist", "train").images)

    assert (before.dataset, before.images, told_before) == ("mnist", 500, [])
    assert (after.dataset, after.images, after.shuffled) == ("mnist", 60_000, False)
    assert told == ["mnist/train"]
