"""Models of Keras 1: other names, kernels in another order, merging by mode, layers Keras 3 dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.model.evidence.models.probe.eras import (
    Arrays,
    Saved,
    check_alike,
    functional,
    keras_1,
    opened,
    randomise,
    sequential,
    write_hdf5,
)
from tests.model.models import layers

FIRST = "channels_first"


def stack(*parts: Any) -> keras.Sequential:
    return randomise(keras.Sequential(list(parts)))


def image_model(data_format: str) -> keras.Sequential:
    """What students built of Keras 1: with the channels first for Theano, last for TensorFlow."""
    first = data_format == FIRST
    options = {"data_format": data_format}
    return stack(
        keras.Input((3, 10, 10) if first else (10, 10, 3)),
        layers.ZeroPadding2D(((1, 1), (2, 0)), **options),
        layers.Conv2D(4, (3, 2), activation="relu", **options),
        layers.BatchNormalization(axis=1 if first else -1),
        layers.MaxPooling2D(2, **options),
        layers.SpatialDropout2D(0.1, **options),
        layers.UpSampling2D(2, **options),
        layers.Conv2D(3, 2, strides=2, dilation_rate=1, use_bias=False, **options),
        layers.AveragePooling2D((2, 1), strides=1, **options),
        layers.Cropping2D(((0, 1), (0, 0)), **options),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(5, activation="softmax"),
    )


@pytest.mark.parametrize("theano", [False, True], ids=["tensorflow", "theano"])
@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_convolutions(tmp_path: Path, ordering: str, theano: bool) -> None:
    """Kernels come out right from every order of channels and from Theano, which mirrored them."""
    model = image_model(FIRST if ordering == "th" else "channels_last")
    saved = sequential(model, keras_1(ordering=ordering, theano=theano), bare=True)
    path = write_hdf5(tmp_path / "m.h5", saved, version="1.2.2")
    found = check_alike(
        path, model, "bare-list", "rename-class", "rename-arguments", "insert-input"
    )

    assert ("mirror-kernels" in found.repairs) == theano
    assert ("spread-ordering" in found.repairs) == (ordering == "th")


def test_dilated_and_one_dimensional_convolutions(tmp_path: Path) -> None:
    """AtrousConvolution2D and Convolution1D, whose kernels had a dimension more, open."""
    wide = stack(
        keras.Input((9, 9, 2)), layers.Conv2D(3, 3, dilation_rate=2), layers.GlobalMaxPooling2D()
    )
    long = stack(
        keras.Input((12, 4)),
        layers.Conv1D(3, 3, strides=2, activation="tanh"),
        layers.MaxPooling1D(2),
        layers.Flatten(),
        layers.Dense(2),
    )
    for name, model in (("wide", wide), ("long", long)):
        saved = sequential(model, keras_1(), bare=True)
        check_alike(write_hdf5(tmp_path / f"{name}.h5", saved, version="1.2.2"), model)


def test_activations_and_noise(tmp_path: Path) -> None:
    """Layers of activation and noise under their old arguments; slopes are shared as their array was."""
    model = stack(
        keras.Input((6, 6, 2)),
        layers.Conv2D(3, 3),
        layers.PReLU(shared_axes=[1, 2]),
        layers.GaussianNoise(0.1),
        layers.GaussianDropout(0.2),
        layers.Flatten(),
        layers.Dense(4),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Dense(4),
        layers.ELU(alpha=0.7),
        layers.Activation("softplus"),
    )
    saved = sequential(model, keras_1(), bare=True)
    path = write_hdf5(tmp_path / "m.h5", saved, version="1.2.2")

    check_alike(path, model, "rename-slope", "shared-slopes")


@pytest.mark.parametrize(
    "merging",
    [
        layers.Add(),
        layers.Multiply(),
        layers.Average(),
        layers.Maximum(),
        layers.Concatenate(axis=1),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_merging_by_mode(tmp_path: Path, merging: Any) -> None:
    """The Merge layer becomes the layer for its mode."""
    inputs = keras.Input((6,))
    both = [layers.Dense(4, name="left")(inputs), layers.Dense(4, name="right")(inputs)]
    merging = type(merging).from_config(merging.get_config())
    model = randomise(keras.Model(inputs, layers.Dense(3)(merging(both))))
    path = write_hdf5(tmp_path / "m.h5", functional(model, keras_1()), version="1.2.2")

    check_alike(path, model, "rename-merge")


def test_branches_at_the_start(tmp_path: Path) -> None:
    """A Sequential that starts by merging others takes an input for each."""
    first, second = keras.Input((4,)), keras.Input((3,))
    ends = [layers.Dense(2, name="left")(first), layers.Dense(2, name="right")(second)]
    whole = layers.Dense(3, name="end")(layers.Concatenate()(ends))
    model = randomise(keras.Model([first, second], whole))
    parts = {name: keras_1()(model.get_layer(name)) for name in ("left", "right", "end")}

    def described(name: str, **settings: Any) -> dict[str, Any]:
        return {"class_name": "Dense", "config": {"name": name, **parts[name][1], **settings}}

    branches = [
        {"class_name": "Sequential", "config": [described("left", batch_input_shape=[None, 4])]},
        {"class_name": "Sequential", "config": [described("right", batch_input_shape=[None, 3])]},
    ]
    merge = {"name": "merge_1", "mode": "concat", "mode_type": "raw", "layers": branches}
    config = [{"class_name": "Merge", "config": merge}, described("end")]
    weights = {name: parts[name][2] for name in parts}
    saved = Saved({"class_name": "Sequential", "config": config}, weights)
    path = write_hdf5(tmp_path / "m.h5", saved, version="1.2.2")

    check_alike(path, model, "merge-branches", "rename-merge")


def test_models_within_models(tmp_path: Path) -> None:
    """A nested Sequential had no name, and kept its running statistics behind all other weights."""
    inner = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(5),
            layers.BatchNormalization(),
            layers.Dense(4),
            layers.BatchNormalization(),
        ]
    )
    model = stack(keras.Input((6,)), inner, layers.Dense(3))
    saved = sequential(model, keras_1(), bare=True)

    check_alike(write_hdf5(tmp_path / "m.h5", saved, version="1.2.2"), model)


def dropped(tmp_path: Path, kind: str, config: dict[str, Any], arrays: Arrays, width: int) -> Any:
    """The input and the predictions of a model with one layer that Keras 3 does not have."""
    settings = {"name": "odd", "batch_input_shape": [None, width], "trainable": True, **config}
    saved = Saved(
        {"class_name": "Sequential", "config": [{"class_name": kind, "config": settings}]},
        {"odd": arrays},
    )
    path = write_hdf5(tmp_path / "m.h5", saved, version="1.2.2")
    x = np.random.default_rng(5).normal(size=(7, width)).astype(np.float32)
    return x, np.asarray(opened(path).model(x, training=False))


def named(**arrays: Any) -> Arrays:
    return [(f"odd_{role}:0", np.asarray(array, np.float32)) for role, array in arrays.items()]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_maxout(tmp_path: Path) -> None:
    """MaxoutDense takes the largest of its linear maps."""
    rng = np.random.default_rng(1)
    kernel, bias = rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 2))
    config = {"output_dim": 2, "nb_feature": 3, "bias": True, "init": "glorot_uniform"}
    x, outputs = dropped(tmp_path, "MaxoutDense", config, named(W=kernel, b=bias), 5)
    expected = (np.einsum("ni,miu->nmu", x, kernel) + bias).max(axis=1)

    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_highway(tmp_path: Path) -> None:
    """Highway lets part of its input through, by a sigmoid of its own weights."""
    rng = np.random.default_rng(2)
    kernel, carry = rng.normal(size=(2, 4, 4))
    bias, carry_bias = rng.normal(size=(2, 4))
    arrays = named(W=kernel, W_carry=carry, b=bias, b_carry=carry_bias)
    config = {"activation": "relu", "bias": True, "init": "glorot_uniform"}
    x, outputs = dropped(tmp_path, "Highway", config, arrays, 4)
    gate = sigmoid(x @ carry + carry_bias)
    expected = gate * np.maximum(x @ kernel + bias, 0) + (1 - gate) * x

    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_units_with_weights_of_their_own(tmp_path: Path) -> None:
    """SReLU and ParametricSoftplus have an array a role, of the input's shape."""
    rng = np.random.default_rng(3)
    left, below, width, above = rng.normal(size=(4, 6))
    arrays = named(t_left=left, a_left=below, t_right=width, a_right=above)
    x, outputs = dropped(tmp_path, "SReLU", {"t_left_init": "zero"}, arrays, 6)
    right = left + np.abs(width)
    middle = np.where(x > right, right + above * (x - right), x)
    np.testing.assert_allclose(
        outputs, np.where(x < left, left + below * (x - left), middle), atol=1e-5
    )

    alpha, beta = rng.normal(size=(2, 6))
    arrays = named(alphas=alpha, betas=beta)
    x, outputs = dropped(tmp_path, "ParametricSoftplus", {"alpha_init": 0.2}, arrays, 6)

    np.testing.assert_allclose(outputs, alpha * np.log1p(np.exp(beta * x)), atol=1e-5)


def test_thresholded_relu(tmp_path: Path) -> None:
    """ThresholdedReLU lets through what lies above its threshold."""
    x, outputs = dropped(tmp_path, "ThresholdedReLU", {"theta": 0.4}, [], 6)

    np.testing.assert_allclose(outputs, np.where(x > 0.4, x, 0))


@pytest.mark.parametrize("mode", [1, 2])
def test_old_modes_of_normalisation(tmp_path: Path, mode: int) -> None:
    """In mode 1 every image is normalised by itself, in mode 2 every unit by the batch."""
    rng = np.random.default_rng(4)
    gamma, beta = rng.normal(size=(2, 6))
    arrays = named(gamma=gamma, beta=beta, running_mean=np.zeros(6), running_std=np.ones(6))
    config = {"epsilon": 0.001, "mode": mode, "axis": -1, "momentum": 0.9}
    x, outputs = dropped(tmp_path, "BatchNormalization", config, arrays, 6)
    axis = 1 if mode == 1 else 0
    deviation = np.sqrt(x.var(axis=axis, keepdims=True) + 0.001) + (0.001 if mode == 1 else 0)
    expected = gamma * (x - x.mean(axis=axis, keepdims=True)) / deviation + beta

    np.testing.assert_allclose(outputs, expected, atol=1e-5)


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_locally_connected(tmp_path: Path, ordering: str) -> None:
    """Every place has a kernel of its own; with channels first the patches have them first too."""
    rng = np.random.default_rng(6)
    shape = [4, 5, 2] if ordering == "tf" else [2, 4, 5]
    kernel, bias = rng.normal(size=(12, 8, 3)), rng.normal(size=(3, 4, 3))
    config = {"nb_filter": 3, "nb_row": 2, "nb_col": 2, "subsample": [1, 1], "activation": "relu"}
    config |= {"border_mode": "valid", "dim_ordering": ordering, "bias": True, "name": "odd"}
    layer = {
        "class_name": "LocallyConnected2D",
        "config": {**config, "batch_input_shape": [None, *shape]},
    }
    saved = Saved({"class_name": "Sequential", "config": [layer]}, {"odd": named(W=kernel, b=bias)})
    path = write_hdf5(tmp_path / "m.h5", saved, version="1.2.2")
    x = rng.normal(size=(3, *shape)).astype(np.float32)
    outputs = np.asarray(opened(path).model(x, training=False))
    images = x if ordering == "tf" else x.transpose(0, 2, 3, 1)
    expected = np.empty((3, 3, 4, 3))
    for place, (row, column) in enumerate(np.ndindex(3, 4)):
        patch = images[:, row : row + 2, column : column + 2]
        patch = patch if ordering == "tf" else patch.transpose(0, 3, 1, 2)
        expected[:, row, column] = patch.reshape(3, -1) @ kernel[place]
    if ordering == "tf":
        expected += bias
    else:
        expected = expected.transpose(0, 3, 1, 2) + bias.reshape(3, 3, 4)

    np.testing.assert_allclose(outputs, np.maximum(expected, 0), atol=1e-5)
