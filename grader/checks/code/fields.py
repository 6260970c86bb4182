"""What a training was set to, field by field, from what was read and what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from grader.checks.code.layers import hidden_layers, output_layer
from grader.evidence.code.merged import same_model
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown, TracedTraining
from grader.evidence.code.words import layers_text
from grader.records.message import Message, message

Setting = str | int | float | bool

Field = Literal[
    "architecture",
    "batch_size",
    "callbacks",
    "data",
    "epochs",
    "hidden_activation",
    "hidden_layers",
    "hidden_units",
    "labels",
    "learning_rate",
    "loss",
    "normalised",
    "optimizer",
    "optimizer_and_rate",
    "output_activation",
    "outputs",
    "parameters",
    "regularizer",
    "regularizer_factor",
    "units_per_layer",
    "validation_images",
]
"""``architecture`` is the layers as one text.
``hidden_units`` is ``500, 300``: those of all hidden layers as one value; ``units_per_layer`` is each of them.
``optimizer_and_rate`` is ``SGD 0.01``. ``regularizer`` is ``kernel l2``, and
``regularizer_factor`` the factors of all regularizers."""

#: What stands for a value that is not known.
_UNKNOWN = (None, "", "?")

#: What Keras takes where no batch size is written.
_DEFAULT_BATCH = 32

#: Inputs are normalised where no value is beyond this: from 0 to 1, from -1 to 1, or standardised.
_MOST_NORMALISED = 20.0


def settings(field: Field, training: Training, code: CodeShown) -> tuple[Setting, ...]:
    """The values a training has for a field, several where a loop sweeps it; none where nothing is known.

    Args:
        field: What is asked for.
        training: One of `code.trainings`.
        code: All that is known of the code.
    """
    known = _known(field, training, code)
    return tuple(dict.fromkeys(value for value in known if value not in _UNKNOWN))


def is_partly_unknown(field: Field, training: Training, code: CodeShown) -> bool:
    """Whether a training has a value of a field that could be neither read nor recorded, such as a random number.

    Args:
        field: What is asked for.
        training: One of `code.trainings`.
        code: All that is known of the code.
    """
    return any(value in _UNKNOWN for value in _known(field, training, code))


def _known(field: Field, training: Training, code: CodeShown) -> Sequence[Any]:
    return tuple(_READ[field](training) if field in _READ else _from_run(field, training, code))


def recorded(training: Training, code: CodeShown) -> list[TracedTraining]:
    """What was recorded of a training when the code ran."""
    run = code.run
    return [
        traced
        for traced in (run.trainings if run is not None else ())
        if traced.where == training.where
        and (not training.layers or same_model(traced.layers, training.layers))
    ]


def _from_run(field: Field, training: Training, code: CodeShown) -> Iterable[Any]:
    traced = recorded(training, code)
    match field:
        case "labels":
            return [item.labels for item in traced]
        case "normalised":
            return [_is_normalised(item) for item in traced]
        case _:
            return []


def _is_normalised(traced: TracedTraining) -> bool | None:
    images = traced.images
    if images is None or images.low is None or images.high is None:
        return None
    return max(abs(images.low), abs(images.high)) <= _MOST_NORMALISED


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


def _batch_sizes(training: Training) -> Sequence[int | None]:
    return [_DEFAULT_BATCH if size is None else size for size in _listed(training.batch_size)]


def _units(training: Training) -> list[int | None]:
    return [layer.units for layer in hidden_layers(training.layers)]


def _hidden_units(training: Training) -> list[str]:
    units = _units(training)
    return [] if None in units or not units else [", ".join(map(str, units))]


def _activations(training: Training) -> list[str]:
    return [layer.activation or "linear" for layer in hidden_layers(training.layers)]


def _output(training: Training) -> tuple[list[int | None], list[str]]:
    output = output_layer(training.layers)
    return ([], []) if output is None else ([output.units], [output.activation or "linear"])


def _regularizers(training: Training) -> list[str]:
    """``none`` where the layers are known and have none."""
    found = [f"{item.target} {item.norm}" for item in training.regularizer]
    return found or (["none"] if training.layers else [])


def _factors(training: Training) -> list[float | None]:
    return [factor for item in training.regularizer for factor in item.factors]


def _optimizers_and_rates(training: Training) -> list[str]:
    return [
        f"{optimizer} {rate:g}"
        for optimizer in _listed(training.optimizer)
        for rate in _listed(training.learning_rate)
        if optimizer and rate is not None
    ]


_READ: Mapping[Field, Callable[[Training], Iterable[Any]]] = {
    "architecture": lambda training: [layers_text(training)],
    "batch_size": _batch_sizes,
    "callbacks": lambda training: training.callbacks,
    "data": lambda training: [training.data],
    "epochs": lambda training: _listed(training.epochs),
    "hidden_activation": _activations,
    "hidden_layers": lambda training: [len(hidden_layers(training.layers))],
    "hidden_units": _hidden_units,
    "learning_rate": lambda training: _listed(training.learning_rate),
    "loss": lambda training: _listed(training.loss),
    "optimizer": lambda training: _listed(training.optimizer),
    "optimizer_and_rate": _optimizers_and_rates,
    "output_activation": lambda training: _output(training)[1],
    "outputs": lambda training: _output(training)[0],
    "parameters": lambda training: [training.parameters],
    "regularizer": _regularizers,
    "regularizer_factor": _factors,
    "units_per_layer": _units,
    "validation_images": lambda training: [
        training.validation.images if training.validation is not None else None
    ],
}


def field_name(field: Field) -> Message:
    """What a field is called."""
    return message(f"training-field.{field.replace('_', '-')}")


def setting_text(value: Setting) -> str:
    """A value as code writes it."""
    return f"{value:g}" if isinstance(value, float) else str(value)
