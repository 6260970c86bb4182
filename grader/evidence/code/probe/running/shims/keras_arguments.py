"""Arguments of layers, regularizers and models as Keras 1 and 2 took them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.evidence.code.probe.running.shims.patching import (
    Function,
    Used,
    in_place_of,
    library,
    replace,
)

#: Old name to the names that may have taken its place: the first that the class takes.
_RENAMED: Mapping[str, tuple[str, ...]] = {
    "output_dim": ("units",),
    "nb_filter": ("filters",),
    "filter_length": ("kernel_size",),
    "init": ("kernel_initializer", "embeddings_initializer", "depthwise_initializer"),
    "inner_init": ("recurrent_initializer",),
    "beta_init": ("beta_initializer",),
    "gamma_init": ("gamma_initializer",),
    "inner_activation": ("recurrent_activation",),
    "bias": ("use_bias",),
    "W_regularizer": ("kernel_regularizer", "embeddings_regularizer"),
    "U_regularizer": ("recurrent_regularizer",),
    "b_regularizer": ("bias_regularizer",),
    "W_constraint": ("kernel_constraint", "embeddings_constraint"),
    "b_constraint": ("bias_constraint",),
    "dropout_W": ("dropout",),
    "dropout_U": ("recurrent_dropout",),
    "border_mode": ("padding",),
    "subsample": ("strides",),
    "subsample_length": ("strides",),
    "stride": ("strides",),
    "pool_length": ("pool_size",),
    "atrous_rate": ("dilation_rate",),
    "dim_ordering": ("data_format",),
    "p": ("rate",),
    "sigma": ("stddev", "rate"),
}

#: What older layers took and today's neither take nor need.
_DROPPED = frozenset(
    {"input_length", "consume_less", "implementation", "input_dtype",
     "fused", "virtual_batch_size", "mode", "dynamic", "time_major", "partitioner"}
)  # fmt: skip

_VALUES: Mapping[str, Mapping[Any, Any]] = {
    "data_format": {"th": "channels_first", "tf": "channels_last", "default": None},
    "padding": {"SAME": "same", "VALID": "valid"},
}

#: Arguments that count something: a float that is whole is taken as that number, as Keras 2 took it.
_COUNTS = frozenset({"units", "filters", "input_dim", "output_dim", "kernel_size", "pool_size"})


def plain(value: Any) -> Any:
    """A number of NumPy as one of Python, also inside tuples and lists."""
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, np.floating):
        return float(value)
    if type(value) in (tuple, list):
        return type(value)(plain(item) for item in value)
    return value


def _count(name: str, value: Any, used: Used) -> Any:
    if name in _COUNTS and isinstance(value, float):
        used(f"{name}=float")
        return int(value)
    return value


def _renamed(named: dict[str, Any], parameters: frozenset[str], used: Used) -> dict[str, Any]:
    """Arguments by the names that the class takes."""
    result: dict[str, Any] = {}
    for name, value in named.items():
        targets = [name for name in _RENAMED.get(name, ()) if name in parameters]
        if name in parameters or not targets:
            result[name] = value
        elif targets[0] not in named:
            result[targets[0]] = value
            used(f"{name}=")
    return result


def _kernel(named: dict[str, Any], positional: list[Any], used: Used) -> list[Any]:
    """Filters, rows and columns of Keras 1's `Convolution2D` as filters and a kernel."""
    sides = [named.pop(name) for name in ("nb_row", "nb_col") if name in named]
    whole = all(isinstance(value, int) for value in positional[1:3])
    if len(positional) >= 3 and whole:
        sides = positional[1:3]
        positional = [positional[0], *positional[3:]]
    elif len(positional) == 2 and len(sides) == 1:
        sides = [positional.pop(), *sides]
    if sides:
        used("nb_row=")
        named["kernel_size"] = tuple(sides) if len(sides) == 2 else sides[0]
    return positional


def today(
    kind: str, parameters: tuple[str, ...], positional: list[Any], named: dict[str, Any], used: Used
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments of a layer as it takes them today.

    Args:
        kind: The name of the class.
        parameters: What its constructor takes, in order, without `self`.
        positional: Arguments without a name.
        named: The others.
        used: Called with what had to be fixed.
    """
    positional = [plain(value) for value in positional]
    named = _renamed(
        {name: plain(value) for name, value in named.items()}, frozenset(parameters), used
    )
    if kind in ("Conv2D", "Conv2DTranspose", "SeparableConv2D"):
        positional = _kernel(named, positional, used)
    positional = [
        _count(name, value, used) for name, value in zip(parameters, positional, strict=False)
    ] + positional[len(parameters) :]
    for name in [name for name in named if name in _DROPPED and name not in parameters]:
        del named[name]
        used(f"{name}=")
    for name, value in named.items():
        named[name] = _value(name, _count(name, value, used), used)
    return positional, named


def _value(name: str, value: Any, used: Used) -> Any:
    if not isinstance(value, str):
        return value
    table = _VALUES.get(name, {})
    if value in table:
        used(f"{name}={value}")
        return table[value]
    return value


def _layer_constructor(kind: str, used: Used) -> Function:
    def make(original: Function) -> Function:
        parameters = tuple(
            parameter.name
            for parameter in inspect.signature(original).parameters.values()
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        )[1:]

        def construct(self: Any, *positional: Any, **named: Any) -> None:
            args, kwargs = today(kind, parameters, list(positional), dict(named), used)
            batch_shape = kwargs.pop("batch_input_shape", None) if kind != "InputLayer" else None
            if batch_shape is not None and "batch_shape" not in parameters:
                kwargs.setdefault("input_shape", tuple(batch_shape)[1:])
            shape = kwargs.get("input_shape")
            if isinstance(shape, int):
                kwargs["input_shape"] = (shape,)
            original(self, *args, **kwargs)

        return construct

    return make


def _regularizer_constructor(target: str, used: Used) -> Function:
    def make(original: Function) -> Function:
        def construct(self: Any, *positional: Any, **named: Any) -> None:
            if "l" in named:
                used("l=")
                named[target] = named.pop("l")
            named = {name: 0.0 if value is None else plain(value) for name, value in named.items()}
            original(self, *[plain(value) for value in positional], **named)

        return construct

    return make


def _model_constructor(used: Used) -> Function:
    def make(original: Function) -> Function:
        def construct(self: Any, *positional: Any, **named: Any) -> None:
            for old, new in (("input", "inputs"), ("output", "outputs")):
                if old in named:
                    used(f"Model({old}=)")
                    named[new] = named.pop(old)
            original(self, *positional, **named)

        return construct

    return make


def _activation_by_name(used: Used) -> Function:
    """`get` of the activations, which finds what code has registered under a name of its own."""

    def make(original: Function) -> Function:
        def get(identifier: Any) -> Any:
            keras = library("keras")
            if isinstance(identifier, str) and keras is not None:
                registered = keras.saving.get_custom_objects().get(identifier)
                if registered is not None:
                    used("custom activation by name")
                    return getattr(registered, "activation", registered)
                try:
                    return original(identifier)
                except ValueError:
                    found = original(identifier.lower())
                    used("activation in capitals")
                    return found
            return original(identifier)

        return get

    return make


def install_keras_arguments(used: Used) -> None:
    """Let layers, regularizers, models and activations take the arguments they took once."""
    keras = library("keras")
    if keras is None:
        return
    done = set()
    for name, layer in list(vars(keras.layers).items()):
        if inspect.isclass(layer) and issubclass(layer, keras.layers.Layer) and layer not in done:
            done.add(layer)
            if "__init__" in vars(layer) and layer is not keras.layers.Layer:
                replace(layer, "__init__", _layer_constructor(layer.__name__ or name, used))
    regularizers = {"L1": "l1", "L2": "l2", "OrthogonalRegularizer": "factor"}
    for name, target in regularizers.items():
        replace(
            getattr(keras.regularizers, name), "__init__", _regularizer_constructor(target, used)
        )
    functional = library("keras.src.models.functional")
    if functional is not None:
        _accept_old_model_names(functional.Functional, keras.Model, used)
    for module in ("keras.src.activations", "keras.activations"):
        found = library(module)
        if found is not None:
            replace(found, "get", _activation_by_name(used))


def _accept_old_model_names(functional: Any, model: Any, used: Used) -> None:
    """`Model(input=, output=)`: the class decides by the names which kind of model it makes."""
    replace(functional, "__init__", _model_constructor(used))
    replace(model, "__init__", _model_constructor(used))
    original = model.__new__

    def new(cls: Any, *positional: Any, **named: Any) -> Any:
        names = {"input": "inputs", "output": "outputs"}
        today = {names.get(name, name): value for name, value in named.items()}
        return original(cls, *positional, **today)

    model.__new__ = staticmethod(in_place_of(original, new))
