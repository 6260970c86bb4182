"""Reading from a model's layers which pixels it expects, and whether it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from grader.evidence.models.probe.expected_input import expected_normalization, is_untrained
from grader.evidence.models.probe.loaded_model import KerasModel
from grader.evidence.models.probe.summary import summarise
from grader.evidence.models.protocol import OpenModel
from tests.model.evidence.models.probe.eras import opened, randomise
from tests.model.models import classifier, layers, save


def image_model(*first: Any) -> keras.Model:
    """A model of images that starts with some layers."""
    return keras.Sequential([keras.Input((8, 8, 1)), *first, layers.Flatten(), layers.Dense(3)])


def graph(arithmetic: Any) -> keras.Model:
    inputs = keras.Input((8, 8, 1))
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(arithmetic(inputs))))


def normalisation(kind: Any, mean: float, variance: float) -> Any:
    if kind is layers.Normalization:
        return kind(mean=[mean], variance=[variance])
    layer = kind()
    layer.build((None, 8, 8, 1))
    layer.moving_mean.assign([mean])
    layer.moving_variance.assign([variance])
    return layer


@pytest.mark.parametrize(
    ("make", "normalization"),
    [
        (lambda: image_model(layers.Rescaling(1 / 255)), "0..255"),
        (lambda: image_model(layers.Rescaling(1 / 127.5, offset=-1)), "0..255"),
        (lambda: image_model(layers.Rescaling(2.0, offset=-1)), None),
        (lambda: image_model(layers.RandomFlip(), layers.Rescaling(1 / 255)), "0..255"),
        (lambda: image_model(keras.Sequential([layers.Rescaling(1 / 255)])), "0..255"),
        (lambda: image_model(normalisation(layers.Normalization, 33.3, 6000.0)), "0..255"),
        (lambda: image_model(normalisation(layers.Normalization, 0.13, 0.09)), "0..1"),
        (lambda: image_model(layers.Normalization()), None),
        (lambda: image_model(normalisation(layers.BatchNormalization, 33.3, 6000.0)), "0..255"),
        (lambda: image_model(normalisation(layers.BatchNormalization, 0.13, 0.09)), None),
        (lambda: image_model(layers.Conv2D(2, 3), layers.Rescaling(1 / 255)), None),
        (lambda: graph(lambda x: x / 255.0), "0..255"),
        (lambda: graph(lambda x: x * (1 / 255)), "0..255"),
        (lambda: graph(lambda x: (x - 127.5) / 127.5), "0..255"),
        (lambda: graph(lambda x: x - 0.5), None),
        (lambda: graph(lambda x: x / 2.0), None),
        (lambda: image_model(), None),
    ],
)
def test_the_first_layers_imply_the_expected_pixels(make: Any, normalization: str | None) -> None:
    """Rescaling, measured normalisation and arithmetic with large constants mean pixels to 255."""
    assert expected_normalization(make()) == normalization


def test_models_as_initialized_are_untrained() -> None:
    """One bias, or one moving mean, that is not zero is enough to have learned."""
    model = image_model(layers.Conv2D(2, 3), layers.BatchNormalization())
    assert is_untrained(model)

    model.layers[1].moving_mean.assign(np.array([0.0, 0.1]))
    assert not is_untrained(model)
    assert not is_untrained(keras.Sequential([keras.Input((4,)), layers.Dense(2, use_bias=False)]))
    assert not is_untrained(randomise(image_model()))


def test_what_the_file_says_of_training(tmp_path: Path) -> None:
    """Optimizer, loss, regularizers and size stand in the summary, from both formats."""
    model = keras.Sequential(
        [
            keras.Input((8, 8)),
            layers.Flatten(),
            layers.Dense(
                4, kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1(0.1)
            ),
            layers.Dense(3, name="block", bias_regularizer=keras.regularizers.L1L2(0.1, 0.02)),
        ]
    )
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    for name in ("m.keras", "m.h5"):
        path = save(model, tmp_path / name)
        found = opened(path)
        kind: Any = "hdf5" if name == "m.h5" else "keras-zip"
        request = OpenModel(path=str(path), file=name, format=kind)
        summary = summarise(found, KerasModel(found.model), request)

        assert (summary.optimizer, summary.learning_rate) == ("Adam", 0.003)
        assert summary.loss == "sparse_categorical_crossentropy"
        assert summary.size_bytes == path.stat().st_size
        first, second = (layer.settings for layer in summary.layers if layer.type == "Dense")
        assert first["kernel_regularizer"] == "l2(0.01)"
        assert first["activity_regularizer"] == "l1(0.1)"
        assert second["bias_regularizer"] == "l1_l2(0.1, 0.02)"
        assert summary.untrained


def test_models_that_were_not_compiled_say_nothing_of_training(tmp_path: Path) -> None:
    """Training settings that are not saved are empty."""
    path = save(classifier(), tmp_path / "m.h5")
    found = opened(path)
    request = OpenModel(path=str(path), file="m.h5", format="hdf5")
    summary = summarise(found, KerasModel(found.model), request)

    assert (summary.optimizer, summary.learning_rate, summary.loss) == ("", None, "")
