"""What a network's own layers tell: the pixels it expects, and whether it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from grader.probes.insides import expected_scaling, is_untrained
from grader.probes.network import KerasNetwork
from grader.probes.summary import summarise
from grader.records.probe import OpenModel
from tests.model.eras import opened, randomise
from tests.model.networks import classifier, layers, save


def network(*first: Any) -> keras.Model:
    """A network of images that starts with some layers."""
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
    ("make", "scaling"),
    [
        (lambda: network(layers.Rescaling(1 / 255)), "0..255"),
        (lambda: network(layers.Rescaling(1 / 127.5, offset=-1)), "0..255"),
        (lambda: network(layers.Rescaling(2.0, offset=-1)), None),
        (lambda: network(layers.RandomFlip(), layers.Rescaling(1 / 255)), "0..255"),
        (lambda: network(keras.Sequential([layers.Rescaling(1 / 255)])), "0..255"),
        (lambda: network(normalisation(layers.Normalization, 33.3, 6000.0)), "0..255"),
        (lambda: network(normalisation(layers.Normalization, 0.13, 0.09)), "0..1"),
        (lambda: network(layers.Normalization()), None),
        (lambda: network(normalisation(layers.BatchNormalization, 33.3, 6000.0)), "0..255"),
        (lambda: network(normalisation(layers.BatchNormalization, 0.13, 0.09)), None),
        (lambda: network(layers.Conv2D(2, 3), layers.Rescaling(1 / 255)), None),
        (lambda: graph(lambda x: x / 255.0), "0..255"),
        (lambda: graph(lambda x: x * (1 / 255)), "0..255"),
        (lambda: graph(lambda x: (x - 127.5) / 127.5), "0..255"),
        (lambda: graph(lambda x: x - 0.5), None),
        (lambda: graph(lambda x: x / 2.0), None),
        (lambda: network(), None),
    ],
)
def test_the_first_layer_with_an_opinion_says_what_pixels_it_expects(
    make: Any, scaling: str | None
) -> None:
    """Rescaling, measured normalisation and arithmetic with large constants mean pixels to 255."""
    assert expected_scaling(make()) == scaling


def test_networks_as_drawn_are_untrained() -> None:
    """One bias, or one moving mean, that is not zero is enough to have learned."""
    model = network(layers.Conv2D(2, 3), layers.BatchNormalization())
    assert is_untrained(model)

    model.layers[1].moving_mean.assign(np.array([0.0, 0.1]))
    assert not is_untrained(model)
    assert not is_untrained(keras.Sequential([keras.Input((4,)), layers.Dense(2, use_bias=False)]))
    assert not is_untrained(randomise(network()))


def test_what_the_file_says_of_training(tmp_path: Path) -> None:
    """Optimiser, loss, regularisers and size stand in the summary, from both formats."""
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
        summary = summarise(found, KerasNetwork(found.network), request)

        assert (summary.optimiser, summary.learning_rate) == ("Adam", 0.003)
        assert summary.loss == "sparse_categorical_crossentropy"
        assert summary.size_bytes == path.stat().st_size
        first, second = (layer.settings for layer in summary.layers if layer.type == "Dense")
        assert first["kernel_regularizer"] == "l2(0.01)"
        assert first["activity_regularizer"] == "l1(0.1)"
        assert second["bias_regularizer"] == "l1_l2(0.1, 0.02)"
        assert summary.untrained


def test_networks_that_were_not_compiled_say_nothing_of_training(tmp_path: Path) -> None:
    """Absent facts are empty, not guessed."""
    path = save(classifier(), tmp_path / "m.h5")
    found = opened(path)
    request = OpenModel(path=str(path), file="m.h5", format="hdf5")
    summary = summarise(found, KerasNetwork(found.network), request)

    assert (summary.optimiser, summary.learning_rate, summary.loss) == ("", None, "")
