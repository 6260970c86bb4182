"""Predictions: the same best classes as plain Keras, in every layout, or a clear failure."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from grader.evidence.models.client import ModelClient
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.protocol import Predict
from grader.evidence.predictions.interface import Normalization, Preprocessing
from grader.evidence.predictions.ranking import rank_classes
from grader.records.evidence import Failure
from grader.sandbox import Sandboxes
from tests.model.models import classifier, layers, predict_images, save

RNG = np.random.default_rng(7)
GREY = RNG.integers(0, 256, (1203, 28, 28), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (1203, 32, 32, 3), dtype=np.uint8)


def predict(
    sandboxes: Sandboxes,
    model: keras.Model,
    folder: Path,
    images: NDArray[np.uint8],
    preprocessing: Preprocessing | None = None,
) -> NDArray[np.float32] | Failure:
    path = save(model, folder / "m.h5")
    return predict_images(sandboxes, path, images, preprocessing)


@pytest.mark.parametrize(
    ("shape", "images"),
    [
        ((28, 28), GREY),
        ((28, 28, 1), GREY),
        ((784,), GREY),
        ((1, 28, 28), GREY),
        ((28, 28, 3), GREY),
        ((32, 32, 3), COLOUR),
        ((3072,), COLOUR),
        ((3, 32, 32), COLOUR),
    ],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_best_classes_equal_plain_predict(
    sandboxes: Sandboxes, tmp_path: Path, shape: tuple[int, ...], images: NDArray[np.uint8]
) -> None:
    """Whatever the layout, the best class of every image is the one `model.predict` gives."""
    model = classifier(shape)
    scaled = images.astype(np.float32) / 255
    if shape[0] in (1, 3):
        grey = scaled[:, np.newaxis] if scaled.ndim == 3 else scaled.transpose(0, 3, 1, 2)
        plain_input = grey
    elif scaled.ndim == 3 and shape[-1] == 3:
        plain_input = np.repeat(scaled[..., np.newaxis], 3, axis=3)
    else:
        plain_input = scaled.reshape(len(images), *shape)
    plain = model.predict(plain_input, verbose=0)
    outputs = predict(sandboxes, model, tmp_path, images)

    assert not isinstance(outputs, Failure)
    assert outputs.shape == (len(images), 10)
    np.testing.assert_array_equal(rank_classes(outputs)[:, 0], plain.argmax(axis=1))
    np.testing.assert_allclose(outputs, plain, atol=1e-5)


@pytest.mark.parametrize(("normalization", "low", "high"), [("0..255", 0, 255), ("-1..1", -1, 1)])
def test_other_normalizations(
    sandboxes: Sandboxes, tmp_path: Path, normalization: Normalization, low: float, high: float
) -> None:
    """A normalization maps black and white to the ends of its range."""
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
    kernel = np.zeros((784, 10), np.float32)
    kernel[0, :] = 1
    model.layers[-1].set_weights([kernel, np.zeros(10, np.float32)])
    images = np.zeros((2, 28, 28), np.uint8)
    images[1] = 255
    preprocessing = Preprocessing(normalization=normalization)
    outputs = predict(sandboxes, model, tmp_path, images, preprocessing)

    assert not isinstance(outputs, Failure)
    np.testing.assert_allclose(outputs[:, 0], [low, high])


def not_a_number() -> keras.Model:
    model = classifier()
    kernel, bias = model.layers[-1].get_weights()
    bias[3] = np.nan
    model.layers[-1].set_weights([kernel, bias])
    return model


def two_outputs() -> keras.Model:
    inputs = keras.Input((28, 28))
    flat = layers.Flatten()(inputs)
    return keras.Model(inputs, [layers.Dense(10)(flat), layers.Dense(10)(flat)])


def two_inputs() -> keras.Model:
    first, second = keras.Input((28, 28)), keras.Input((28, 28))
    return keras.Model(
        [first, second], layers.Dense(10)(layers.Flatten()(layers.Add()([first, second])))
    )


def image_output() -> keras.Model:
    return keras.Sequential([keras.Input((28, 28)), layers.Dense(28)])


@pytest.mark.parametrize(
    ("make", "reason", "why"),
    [
        (not_a_number, "bad-output", ("not-finite",)),
        (two_outputs, "bad-output", ("several-outputs",)),
        (two_inputs, "bad-output", ("several-inputs",)),
        (image_output, "bad-output", ("width",)),
        (lambda: classifier(classes=7), "bad-output", ("width",)),
        (lambda: classifier((32, 32, 3)), "wrong-input", ()),
    ],
    ids=["nan", "two-outputs", "two-inputs", "image-output", "seven-classes", "other-images"],
)
def test_unusable_models_are_reported_with_the_reason(
    sandboxes: Sandboxes, tmp_path: Path, make: object, reason: str, why: tuple[str, ...]
) -> None:
    """Models that open but cannot be judged are refused with what they give instead."""
    assert callable(make)
    failure = predict(sandboxes, make(), tmp_path, GREY[:50])

    assert isinstance(failure, Failure)
    assert failure.reason == reason
    assert failure.why == why


def test_one_load_serves_several_predictions(sandboxes: Sandboxes, tmp_path: Path) -> None:
    """A model is opened once and predicts several times."""
    path = save(classifier(), tmp_path / "m.h5")
    with sandboxes.open(PROFILE) as box:
        client = ModelClient(box, path.name, sandboxes.limits)
        client.open(path, "hdf5")
        path.unlink()
        request = Predict(dataset="a", shape=(10, 28, 28), output=0, width=10)
        first = client.predict(request, GREY[:10])
        second = client.predict(request, GREY[:10])

    assert not isinstance(first, Failure)
    assert not isinstance(second, Failure)
    np.testing.assert_array_equal(first, second)


def test_ranking_puts_the_lower_class_first_among_equals() -> None:
    """Ties go to the lower class, as argmax has it, and at most five classes are kept."""
    outputs = np.array([[0.1, 0.4, 0.4, 0.0, 0.1, 0.0, 0.0]], np.float32)

    assert rank_classes(outputs).tolist() == [[1, 2, 0, 4, 3]]
