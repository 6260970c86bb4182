"""Arguments of Keras' classes and methods under the names they have today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.evidence.code.probe.reading.values import Value

#: Names of positional parameters, by class or ``Class.method``.
_POSITIONS: dict[str, tuple[str, ...]] = {
    "Dense": ("units", "activation", "use_bias", "kernel_initializer"),
    **dict.fromkeys(
        ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D"),
        ("filters", "kernel_size", "strides", "padding"),
    ),
    "DepthwiseConv2D": ("kernel_size", "strides", "padding"),
    **{
        f"{how}Pooling{axes}D": ("pool_size", "strides", "padding")
        for how in ("Max", "Average")
        for axes in (1, 2, 3)
    },
    "Dropout": ("rate",),
    **dict.fromkeys(("Input", "InputLayer"), ("shape",)),
    "Activation": ("activation",),
    "LeakyReLU": ("alpha",),
    "Reshape": ("target_shape",),
    "Permute": ("dims",),
    "RepeatVector": ("n",),
    "Embedding": ("input_dim", "output_dim"),
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), ("units", "activation")),
    **dict.fromkeys(("Bidirectional", "TimeDistributed"), ("layer",)),
    "ZeroPadding2D": ("padding",),
    "UpSampling2D": ("size",),
    "Resizing": ("height", "width"),
    "Lambda": ("function",),
    "Concatenate": ("axis",),
    "BatchNormalization": ("axis", "momentum", "epsilon"),
    "Sequential": ("layers", "name"),
    "Model": ("inputs", "outputs", "name"),
    "SGD": ("learning_rate", "momentum"),
    "RMSprop": ("learning_rate", "rho", "momentum"),
    **dict.fromkeys(("Adam", "Adamax", "Nadam", "AdamW"), ("learning_rate", "beta_1", "beta_2")),
    **dict.fromkeys(("Adagrad", "Adadelta", "Ftrl"), ("learning_rate",)),
    "l1": ("l1",),
    "l2": ("l2",),
    "l1_l2": ("l1", "l2"),
    "Model.compile": ("optimizer", "loss", "metrics"),
    "Model.fit": (
        *("x", "y", "batch_size", "epochs", "verbose", "callbacks"),
        *("validation_split", "validation_data", "shuffle", "class_weight"),
    ),
    "Model.fit_generator": (
        *("x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data"),
        *("validation_steps", "class_weight"),
    ),
    "Model.train_on_batch": ("x", "y"),
    "Model.evaluate": ("x", "y", "batch_size"),
    "Model.predict": ("x", "batch_size"),
    "Model.add": ("layer",),
    "Model.build": ("input_shape",),
}

#: Names that parameters had before, and have now.
_RENAMED = {
    "nb_epoch": "epochs",
    "lr": "learning_rate",
    "output_dim": "units",
    "nb_filter": "filters",
    "border_mode": "padding",
    "subsample": "strides",
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "dim_ordering": "data_format",
    "p": "rate",
    "input": "inputs",
    "output": "outputs",
    "generator": "x",
    "samples_per_epoch": "steps_per_epoch",
    "return_sequence": "return_sequences",
    "weight_decay": "weight_decay",
}
_KEPT = {"Embedding": {"output_dim"}}


def bind(name: str, positional: Sequence[Value], named: Mapping[str, Value]) -> dict[str, Value]:
    """Arguments by the names of their parameters.

    Args:
        name: A class, or ``Class.method``.
        positional: Arguments without a name; those beyond the known parameters are named ``0``, ``1`` by their place.
        named: The others.
    """
    names = _POSITIONS.get(name, ())
    bound = {
        names[place] if place < len(names) else str(place): value
        for place, value in enumerate(positional)
    }
    kept = _KEPT.get(name, set())
    for key, value in named.items():
        bound[key if key in kept else _RENAMED.get(key, key)] = value
    return bound


def bind_old_convolution(
    positional: Sequence[Value], named: Mapping[str, Value]
) -> dict[str, Value]:
    """Arguments of Keras 1's `Convolution2D`: filters, rows and columns of the kernel."""
    bound = bind("Conv2D", positional[:1], named)
    kernel = list(positional[1:3])
    kernel += [bound.pop(key) for key in ("nb_row", "nb_col") if key in bound]
    if len(kernel) == 2:
        bound["kernel_size"] = tuple(kernel)
    elif kernel:
        bound["kernel_size"] = kernel[0]
    return bound
