"""Sequential models that grow by one layer at a time."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from grader.evidence.code.probe.running.sequential import build_layer_by_layer


def grown() -> keras.Model:
    model = keras.Sequential()
    model.add(keras.Input((8, 8, 1)))
    model.add(layers.Conv2D(4, 3))
    model.add(layers.Flatten())
    for _ in range(5):
        model.add(layers.Dense(6, activation="tanh"))
    model.add(layers.Dense(3))
    model.pop()
    model.add(layers.Dense(2, activation="softmax"))
    return model


def test_models_are_those_that_keras_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same layers, shapes and predictions."""
    before = grown()
    monkeypatch.setattr(keras.Sequential, "add", keras.Sequential.add)
    build_layer_by_layer()
    after = grown()
    after.set_weights(before.get_weights())
    images = np.random.default_rng(0).random((4, 8, 8, 1), dtype="float32")

    assert after.built
    assert after.count_params() == before.count_params()
    assert [layer.output.shape for layer in after.layers] == [
        layer.output.shape for layer in before.layers
    ]
    np.testing.assert_allclose(
        after.predict(images, verbose=0), before.predict(images, verbose=0), rtol=1e-6
    )


def test_layers_that_do_not_fit_are_refused_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the error of Keras, at the line that adds the layer."""
    monkeypatch.setattr(keras.Sequential, "add", keras.Sequential.add)
    build_layer_by_layer()
    model = keras.Sequential([keras.Input((8,)), layers.Dense(4)])

    with pytest.raises(ValueError, match="incompatible with the layer"):
        model.add(layers.Conv2D(4, 3))
