"""Save models of Keras 3 in the formats of older versions: configs, weights, files.

Written from what those versions saved, independently of the code that reads it back.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.opening import OpenedModel, open_model
from grader.evidence.models.record import ModelFormat
from grader.records.evidence import Failure

Config = dict[str, Any]
Arrays = list[tuple[str, NDArray[Any]]]
"""Names and arrays of one layer's weights."""


@dataclass
class Saved:
    """What a file holds."""

    config: Config
    """The model: ``class_name`` and ``config``."""
    weights: dict[str, Arrays] = field(default_factory=dict)
    """By layer of the outermost model."""


def randomise(model: keras.Model, seed: int = 0) -> keras.Model:
    """Give every weight a value, statistics of normalisation too."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        values = rng.normal(0, 0.4, weight.shape)
        if "variance" in weight.name:
            values = np.abs(values) + 0.5
        weight.assign(values)
    return model


def write_hdf5(
    path: Path,
    saved: Saved,
    *,
    version: str,
    backend: str = "",
    training: Mapping[str, Any] | None = None,
    names_a_part: int = 0,
) -> Path:
    """A whole model as Keras 1 and 2 saved it. `names_a_part` spreads long lists of names over attributes."""
    with h5py.File(path, "w") as store:
        attributes = {"keras_version": version, "backend": backend}
        for name, value in attributes.items():
            if value:
                store.attrs[name] = value.encode()
        store.attrs["model_config"] = json.dumps(saved.config).encode()
        if training is not None:
            store.attrs["training_config"] = json.dumps(training).encode()
        group = store.create_group("model_weights")
        _write_names(group, "layer_names", list(saved.weights), names_a_part)
        for layer, arrays in saved.weights.items():
            inner = group.create_group(layer)
            _write_names(inner, "weight_names", [name for name, _ in arrays], 0)
            for name, array in arrays:
                inner[name] = array
    return path


def _write_names(group: h5py.Group, attribute: str, names: list[str], a_part: int) -> None:
    encoded = np.array([name.encode() for name in names])
    if not a_part:
        group.attrs[attribute] = encoded
        return
    for number, start in enumerate(range(0, len(names), a_part)):
        group.attrs[f"{attribute}{number}"] = encoded[start : start + a_part]


def write_archive(
    path: Path,
    config: Config,
    arrays: Mapping[str, NDArray[Any]],
    *,
    version: str,
    separator: str = "/",
) -> Path:
    """A ``.keras`` archive; `arrays` by their path inside the file of weights."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as store:
        for place, array in arrays.items():
            group, name = place.rsplit("/vars/", 1)
            inner = store.require_group(group.replace("/", separator))
            inner.require_group("vars")[name] = array
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", buffer.getvalue())
    return path


def opened(path: Path) -> OpenedModel:
    """The model in a file, opened in this process."""
    found = open_model(path, _kind(path), path.name)
    assert isinstance(found, OpenedModel), found
    return found


def refused(path: Path) -> Failure:
    """Why a file does not open."""
    found = open_model(path, _kind(path), path.name)
    assert isinstance(found, Failure), found
    return found


def _kind(path: Path) -> ModelFormat:
    return "keras-zip" if zipfile.is_zipfile(path) else "hdf5"


def check_alike(path: Path, model: keras.Model, *repairs: str, seed: int = 3) -> OpenedModel:
    """Check that the model in a file predicts as `model` does, and that those repairs were needed to open it."""
    found = opened(path)
    rng = np.random.default_rng(seed)
    shapes = [[extent or 3 for extent in tensor.shape[1:]] for tensor in model.inputs]
    batch = [rng.normal(size=(4, *shape)).astype(np.float32) for shape in shapes]
    given = batch if len(batch) > 1 else batch[0]
    wanted, answers = model(given, training=False), found.model(given, training=False)
    for one, other in zip(keras.tree.flatten(answers), keras.tree.flatten(wanted), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)

    assert set(repairs) <= set(found.repairs)
    return found


LayerWriter = Callable[[keras.layers.Layer], tuple[str, Config, Arrays]]
"""Class, settings and weights of a plain layer."""


def sequential(model: keras.Sequential, write: LayerWriter, *, bare: bool = False) -> Saved:
    """A Sequential whose first layer carries the shape of the input; `bare`: its layers are a bare list."""
    layers, weights = [], {}
    for place, layer in enumerate(model.layers):
        described, arrays = _describe(layer, write, bare=bare)
        if place == 0 and isinstance(described["config"], dict):
            described["config"]["batch_input_shape"] = list(model.inputs[0].shape)
        layers.append(described)
        weights[layer.name] = arrays
    config = layers if bare else {"name": model.name, "layers": layers}
    return Saved({"class_name": "Sequential", "config": config}, weights)


def functional(model: keras.Model, write: LayerWriter, *, bare: bool = False) -> Saved:
    """A functional model, with the connections older versions wrote."""
    config = model.get_config()
    counts = {layer.name: int(hasattr(layer, "layers")) for layer in model.layers}
    layers, weights = [], {}
    for entry in config["layers"]:
        layer = model.get_layer(entry["name"])
        described, arrays = _describe(layer, write, bare=bare)
        nodes = [_connections(node, model, counts) for node in entry["inbound_nodes"]]
        layers.append({**described, "name": layer.name, "inbound_nodes": nodes})
        weights[layer.name] = arrays
    ends = {end: _ends(config[end], model, counts) for end in ("input_layers", "output_layers")}
    inner = {"name": model.name, "layers": layers, **ends}
    return Saved({"class_name": "Model", "config": inner}, weights)


def _describe(layer: Any, write: LayerWriter, *, bare: bool) -> tuple[Config, Arrays]:
    if isinstance(layer, keras.layers.InputLayer):
        settings = {
            "batch_input_shape": list(layer.batch_shape),
            "name": layer.name,
            "sparse": False,
        }
        return {"class_name": "InputLayer", "config": settings}, []
    if hasattr(layer, "layers"):
        is_stack = isinstance(layer, keras.Sequential)
        inner = (sequential if is_stack else functional)(layer, write, bare=bare)  # type: ignore[operator]
        return inner.config, _trained_first(layer, inner)
    kind, settings, arrays = write(layer)
    return {
        "class_name": kind,
        "config": {"name": layer.name, "trainable": True, **settings},
    }, arrays


def _trained_first(model: keras.Model, inner: Saved) -> Arrays:
    """Models within a model keep the weights they train first, then the others."""
    trained, others = [], []
    for layer in model.layers:
        count = len(inner.weights.get(layer.name, [])) - len(layer.non_trainable_weights)
        trained += inner.weights.get(layer.name, [])[:count]
        others += inner.weights.get(layer.name, [])[count:]
    return trained + others


def _connections(node: Config, model: keras.Model, counts: Mapping[str, int]) -> list[Any]:
    found: list[Any] = []
    waiting = [node["args"]]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, dict) and item.get("class_name") == "__keras_tensor__":
            found.append(_reference(item["config"]["keras_history"], model, counts))
        elif isinstance(item, list | tuple):
            waiting = [*item, *waiting]
    return found


def _reference(history: list[Any], model: keras.Model, counts: Mapping[str, int]) -> list[Any]:
    """Older versions count the making of any model as its first call; Keras 3 that of functional ones."""
    name, call, output = history
    stack = isinstance(model.get_layer(name), keras.Sequential)
    return [name, call + (counts[name] if stack else 0), output]


def _ends(saved: Any, model: keras.Model, counts: Mapping[str, int]) -> list[Any]:
    every = [saved] if isinstance(saved[0], str) else saved
    return [_reference(list(one), model, counts) for one in every]


def _name_of(function: Any) -> str:
    return str(getattr(function, "__name__", function))


def keras_1(*, ordering: str = "tf", theano: bool = False) -> LayerWriter:
    """Layers as Keras 1.2 saved them, with channels first (`th`) or last (`tf`), by TensorFlow or Theano."""
    suffix = "" if theano else ":0"

    def kernel(array: NDArray[Any], space: int) -> NDArray[Any]:
        array = np.flip(array, tuple(range(space))) if theano else array
        return array.transpose(3, 2, 0, 1) if ordering == "th" and space == 2 else array

    def named(layer: Any, **arrays: NDArray[Any]) -> Arrays:
        return [(f"{layer.name}_{role}{suffix}", array) for role, array in arrays.items()]

    def write(layer: Any) -> tuple[str, Config, Arrays]:
        kind = type(layer).__name__
        values = [weight.numpy() for weight in layer.weights]
        activation = _name_of(getattr(layer, "activation", None))
        pair = dict(zip(("W", "b"), values, strict=False))
        match kind:
            case "Dense":
                config = {
                    "output_dim": layer.units,
                    "init": "glorot_uniform",
                    "bias": layer.use_bias,
                }
                regularized = {"W_regularizer": None, "b_regularizer": None}
                config |= {"activation": activation, "input_dim": None, **regularized}
                return kind, config, named(layer, **pair)
            case "Conv2D":
                rows, columns = layer.kernel_size
                config = {"nb_filter": layer.filters, "nb_row": rows, "nb_col": columns}
                config |= {"subsample": list(layer.strides), "border_mode": layer.padding}
                config |= {
                    "activation": activation,
                    "dim_ordering": ordering,
                    "bias": layer.use_bias,
                }
                if layer.dilation_rate != (1, 1):
                    config |= {"atrous_rate": list(layer.dilation_rate)}
                    kind = "AtrousConvolution2D"
                pair["W"] = kernel(pair["W"], 2)
                return kind.replace("Conv2D", "Convolution2D"), config, named(layer, **pair)
            case "Conv1D":
                config = {"nb_filter": layer.filters, "filter_length": layer.kernel_size[0]}
                config |= {"subsample_length": layer.strides[0], "border_mode": layer.padding}
                config |= {"activation": activation, "bias": layer.use_bias, "input_length": None}
                pair["W"] = kernel(pair["W"], 1)[:, np.newaxis]
                return "Convolution1D", config, named(layer, **pair)
            case "MaxPooling2D" | "AveragePooling2D":
                config = {"pool_size": list(layer.pool_size), "strides": list(layer.strides)}
                config |= {"border_mode": layer.padding, "dim_ordering": ordering}
                return kind, config, []
            case "GlobalMaxPooling2D" | "GlobalAveragePooling2D":
                return kind, {"dim_ordering": ordering}, []
            case "MaxPooling1D":
                config = {"pool_length": layer.pool_size[0], "stride": layer.strides[0]}
                return kind, {**config, "border_mode": layer.padding}, []
            case "ZeroPadding2D" | "Cropping2D":
                name = "padding" if kind == "ZeroPadding2D" else "cropping"
                return kind, {name: [list(ends) for ends in getattr(layer, name)]}, []
            case "UpSampling2D":
                return kind, {"size": list(layer.size)}, []
            case "Dropout" | "SpatialDropout2D" | "GaussianDropout":
                return kind, {"p": layer.rate}, []
            case "GaussianNoise":
                return kind, {"sigma": layer.stddev}, []
            case "LeakyReLU":
                return kind, {"alpha": float(layer.negative_slope)}, []
            case "PReLU":
                return kind, {"init": "zero"}, named(layer, alphas=values[0])
            case "Activation":
                return kind, {"activation": activation}, []
            case "BatchNormalization":
                config = {"epsilon": layer.epsilon, "mode": 0, "axis": int(layer.axis)}
                roles = ("gamma", "beta", "running_mean", "running_std")
                return kind, config, named(layer, **dict(zip(roles, values, strict=True)))
            case "LSTM" | "GRU" | "SimpleRNN":
                return kind, _old_recurrent(layer), named(layer, **_gates(kind, values))
            case "Embedding":
                config = {"input_dim": layer.input_dim, "output_dim": layer.output_dim}
                return (
                    kind,
                    {**config, "init": "uniform", "dropout": 0.0},
                    named(layer, W=values[0]),
                )
            case "Add" | "Concatenate" | "Multiply" | "Average" | "Maximum":
                return "Merge", _merge(kind, layer), []
        return kind, _plain_settings(layer), []

    return write


def _merge(kind: str, layer: Any) -> Config:
    modes = {"Add": "sum", "Concatenate": "concat", "Multiply": "mul", "Average": "ave"}
    axis = getattr(layer, "axis", -1)
    return {"mode": modes.get(kind, "max"), "mode_type": "raw", "concat_axis": axis, "dot_axes": -1}


def _old_recurrent(layer: Any) -> Config:
    config = {"output_dim": layer.units, "init": "glorot_uniform", "inner_init": "orthogonal"}
    config |= {"activation": _name_of(layer.activation), "return_sequences": layer.return_sequences}
    config |= {"go_backwards": layer.go_backwards, "dropout_W": 0.0, "dropout_U": 0.0}
    config |= {"unroll": False, "stateful": False, "consume_less": "cpu", "input_length": None}
    if type(layer).__name__ != "SimpleRNN":
        config["inner_activation"] = _name_of(layer.recurrent_activation)
    return config


def _gates(kind: str, values: list[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """One array a gate: input, cell, forget, output for an LSTM; update, reset, candidate for a GRU."""
    kernel, recurrent, bias = values
    if kind == "SimpleRNN":
        return {"W": kernel, "U": recurrent, "b": bias}
    names, order = ("icfo", (0, 2, 1, 3)) if kind == "LSTM" else ("zrh", (0, 1, 2))
    count = len(names)
    arrays = {}
    for name, place in zip(names, order, strict=True):
        for role, array in (("W", kernel), ("U", recurrent), ("b", bias)):
            arrays[f"{role}_{name}"] = np.split(array, count, axis=-1)[place]
    return arrays


def keras_2(*, tensorflow: bool = False, theano: bool = False) -> LayerWriter:
    """Layers as Keras 2.0 to 2.15 saved them; `tensorflow`: in the format of tf.keras."""

    def write(layer: Any) -> tuple[str, Config, Arrays]:
        kind = type(layer).__name__
        config = _plain_settings(layer)
        if tensorflow:
            config["dtype"] = "float32"
        if kind == "BatchNormalization" and tensorflow:
            config["axis"] = [config["axis"] % len(layer.input.shape)]
        if kind == "LeakyReLU":
            config["alpha"] = config.pop("negative_slope")
        if kind == "GRU" and not config["reset_after"]:
            del config["reset_after"]
        weights = [*layer.trainable_weights, *layer.non_trainable_weights]
        arrays = [(f"{layer.name}/{weight.name}:0", weight.numpy()) for weight in weights]
        if theano and "Conv" in kind:
            arrays[0] = (arrays[0][0], np.flip(arrays[0][1], tuple(range(arrays[0][1].ndim - 2))))
        return kind, config, arrays

    return write


#: What `get_config` of Keras 3 says that older versions did not.
_NEW = frozenset(
    {
        "autocast",
        "synchronized",
        "groups",
        "quantization_config",
        "lora_rank",
        "use_cudnn",
        "renorm",
    }
)


def _plain_settings(layer: Any) -> Config:
    """A layer's settings in plain words, initializers as TensorFlow's Keras 1.x wrote them."""
    drawn = {
        "class_name": "VarianceScaling",
        "config": {"scale": 1.0, "seed": None, "dtype": "float32"},
    }
    config: Config = {}
    for name, value in layer.get_config().items():
        if name in _NEW or name in ("dtype", "name", "trainable"):
            continue
        if name.endswith("_initializer"):
            config[name] = drawn
        elif isinstance(value, dict) and "class_name" in value:
            config[name] = {"class_name": value["class_name"], "config": value["config"]}
        else:
            config[name] = list(value) if isinstance(value, tuple) else value
    return config


def archive_arrays(model: keras.Model, prefix: str = "") -> dict[str, NDArray[Any]]:
    """The weights of a model where Keras 2.13 to 2.15 filed them: by class and a number that skips."""
    arrays: dict[str, NDArray[Any]] = {}
    used: dict[str, int] = {}
    for layer in model.layers:
        is_graph = hasattr(layer, "layers") and not isinstance(layer, keras.Sequential)
        kind = snake_case("Functional" if is_graph else type(layer).__name__)
        number = used.get(kind, 0)
        used[kind] = number + (2 if layer.weights else 1)
        place = f"{prefix}_layer_checkpoint_dependencies/{kind}" + (f"_{number}" if number else "")
        if hasattr(layer, "layers"):
            arrays |= archive_arrays(layer, f"{place}/")
            continue
        inner = f"{place}/cell" if hasattr(layer, "cell") else place
        for spot, weight in enumerate(layer.weights):
            arrays[f"{inner}/vars/{spot}"] = weight.numpy()
    return arrays


def snake_case(name: str) -> str:
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()
