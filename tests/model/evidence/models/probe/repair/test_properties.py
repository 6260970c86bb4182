"""Random architectures, saved in the formats of Keras 1, 2 and 3, open with the same predictions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.evidence.models.probe.eras import (
    archive_arrays,
    check_alike,
    functional,
    keras_1,
    keras_2,
    randomise,
    sequential,
    write_archive,
    write_hdf5,
)
from tests.model.models import layers

pytestmark = pytest.mark.slow

Draw = Any
ACTIVATIONS = st.sampled_from(["linear", "relu", "tanh", "sigmoid", "softplus", "elu"])
SMALL = st.integers(2, 5)

#: The same examples in every run, and few of them: each builds two models.
few = settings(max_examples=4, derandomize=True, database=None)


Plan = list[tuple[str, dict[str, Any]]]
"""Layers by class and settings: Keras draws random seeds when it makes them, which strategies must not."""


def tail(draw: Draw) -> Plan:
    """Dense layers, now and then normalised or dropped out."""
    plan: Plan = []
    for _ in range(draw(st.integers(1, 2))):
        settings_of = {"units": draw(SMALL), "activation": draw(ACTIVATIONS)}
        plan.append(("Dense", {**settings_of, "use_bias": draw(st.booleans())}))
        plan += draw(st.sampled_from(_EXTRAS))
    return plan


_EXTRAS: list[Plan] = [
    [],
    [("BatchNormalization", {})],
    [("Dropout", {"rate": 0.3})],
    [("LeakyReLU", {"negative_slope": 0.2})],
]


def stacked(shape: tuple[int, ...], plan: Plan) -> keras.Sequential:
    made = [getattr(layers, kind)(**options) for kind, options in plan]
    return keras.Sequential([keras.Input(shape), *made])


@st.composite
def perceptrons(draw: Draw) -> Any:
    width, plan = draw(SMALL), tail(draw)
    return lambda: stacked((width,), plan)


@st.composite
def image_models(draw: Draw) -> Any:
    plan: Plan = []
    for _ in range(draw(st.integers(1, 2))):
        size = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        padding = draw(st.sampled_from(["valid", "same"]))
        options = {"filters": draw(SMALL), "kernel_size": size, "padding": padding}
        plan.append(("Conv2D", {**options, "activation": draw(ACTIVATIONS)}))
        plan += draw(st.sampled_from(_EXTRAS[:2]))
        pooling = draw(st.sampled_from(["", "MaxPooling2D", "AveragePooling2D"]))
        plan += [(pooling, {"pool_size": 2})] if pooling else []
    plan.append((draw(st.sampled_from(["Flatten", "GlobalAveragePooling2D"])), {}))
    channels, plan = draw(st.integers(1, 3)), plan + tail(draw)
    return lambda: stacked((12, 12, channels), plan)


@st.composite
def recurrent_models(draw: Draw) -> Any:
    kinds = draw(st.lists(st.sampled_from(["LSTM", "GRU", "SimpleRNN"]), min_size=1, max_size=2))
    plan: Plan = []
    for place, kind in enumerate(kinds):
        options = {"units": draw(SMALL), "return_sequences": place < len(kinds) - 1}
        plan.append((kind, {**options, "reset_after": False} if kind == "GRU" else options))
    width, plan = draw(SMALL), plan + tail(draw)
    return lambda: stacked((4, width), plan)


@st.composite
def nested_stacks(draw: Draw) -> Any:
    width, inner, outer = draw(SMALL), tail(draw), tail(draw)

    def make() -> keras.Model:
        model = stacked((width,), [])
        model.add(stacked((width,), inner))
        for kind, options in outer:
            model.add(getattr(layers, kind)(**options))
        return model

    return make


@st.composite
def graphs(draw: Draw) -> Any:
    """Branches over shared layers, merged."""
    width, count, plan = draw(SMALL), draw(st.integers(1, 2)), tail(draw)
    activation = draw(ACTIVATIONS)
    merging = draw(st.sampled_from(["Add", "Concatenate", "Multiply", "Maximum"]))
    ends = draw(st.lists(SMALL, min_size=1, max_size=2))

    def make() -> keras.Model:
        inputs = [keras.Input((width,)) for _ in range(count)]
        shared = layers.Dense(width, activation=activation)
        branches = [shared(one) for one in inputs]
        stack = stacked((width,), [*plan, ("Dense", {"units": width})])
        branches += [stack(branch) for branch in branches]
        merged = getattr(layers, merging)()(branches)
        outputs = [layers.Dense(units)(merged) for units in ends]
        return keras.Model(inputs if count > 1 else inputs[0], outputs)

    return make


MODELS = [perceptrons(), image_models(), recurrent_models(), nested_stacks(), graphs()]
NAMES = ["mlp", "cnn", "rnn", "nested", "graph"]


def check_every_era(model: keras.Model) -> None:
    write = sequential if isinstance(model, keras.Sequential) else functional
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        first = write(model, keras_1(), bare=True)  # type: ignore[operator]
        check_alike(write_hdf5(place / "1.h5", first, version="1.2.2"), model)
        second = write(model, keras_2())  # type: ignore[operator]
        check_alike(write_hdf5(place / "2.h5", second, version="2.3.1"), model)
        third = write(model, keras_2(tensorflow=True))  # type: ignore[operator]
        arrays = archive_arrays(model)
        check_alike(write_archive(place / "2.keras", third.config, arrays, version="2.15.0"), model)
        for name in ("3.h5", "3.keras"):
            model.save(place / name)
            check_alike(place / name, model)


@pytest.mark.parametrize("models", MODELS, ids=NAMES)
@few
@given(data=st.data())
def test_models_come_back_from_every_era(models: Any, data: st.DataObject) -> None:
    """Saved in the formats of Keras 1, 2, 2.15 and 3, a model predicts the same."""
    make, seed = data.draw(models), data.draw(st.integers(0, 99))
    check_every_era(randomise(make(), seed=seed))
