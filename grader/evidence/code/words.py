"""Trainings in the short forms that tables show: names of Keras and numbers, the same in every language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from grader.evidence.code.record import LayerRead, Regularizer, Training

#: What follows the file in a place.
_WITHIN = re.compile(r", cell \d|:\d+$")
#: What stands where something could not be read.
UNREAD = "?"


def place_text(file: str, cell: int | None, line: int) -> str:
    """``lab3.py:62``, or ``lab.ipynb, cell 9, line 12``.

    Args:
        file: A script or a notebook.
        cell: Place among all cells of a notebook, from 1; None in a script.
        line: Of the script or cell, from 1.
    """
    return f"{file}:{line}" if cell is None else f"{file}, cell {cell}, line {line}"


def file_of(where: str) -> str:
    """The file of a place as `place_text` gives it."""
    return _WITHIN.split(where)[0]


def short_place(where: str, files: Sequence[str]) -> str:
    """A place as `place_text` gives it, without the name of the notebook where there is no other file."""
    return where.removeprefix(f"{files[0]}, ") if len(files) == 1 else where


def layers_text(training: Training) -> str:
    """``Flatten, 5 x Dense 32 relu, Dense 10 softmax``: equal layers in a row are counted."""
    texts = [layer_text(layer) for layer in training.layers]
    runs = [(text, len(list(group))) for text, group in groupby(texts)]
    return ", ".join(text if count == 1 else f"{count} × {text}" for text, count in runs)


def layer_text(layer: LayerRead) -> str:
    """``Conv2D 32 3×3 relu``."""
    size = layer.units if layer.units is not None else layer.filters
    parts = [
        layer.class_name,
        "" if size is None else str(size),
        "×".join(map(str, layer.kernel_size)),
        "" if layer.rate is None else f"{layer.rate:g}",
        layer.activation,
    ]
    return " ".join(part for part in parts if part)


def swept_text(value: object) -> str:
    """One value, or those of a sweep."""
    if isinstance(value, tuple):
        return ", ".join(map(swept_text, value))
    if value is None:
        return UNREAD
    return f"{value:g}" if isinstance(value, float) else str(value)


def optimizer_text(training: Training) -> str:
    """``SGD 0.1``; in brackets where the rate is not written down."""
    optimizer = swept_text(training.optimizer)
    if training.learning_rate is None and not training.states_rate:
        return optimizer
    rate = swept_text(training.learning_rate)
    return f"{optimizer} {rate}" if training.states_rate else f"{optimizer} ({rate})"


def epochs_text(training: Training) -> str:
    """How many epochs."""
    return swept_text(training.epochs)


def batch_text(training: Training) -> str:
    """The size of the batches; Keras' own in brackets where nothing is written."""
    return "(32)" if training.batch_size is None else swept_text(training.batch_size)


def validation_text(training: Training) -> str:
    """What it is validated on, and how many images that is."""
    read = training.validation
    if read is None:
        return "-"
    kind = f"{read.kind} {read.share:g}" if read.share is not None else read.kind
    return kind if read.images is None else f"{kind}, {read.images:,}"


def regularizer_text(regularizer: Regularizer) -> str:
    """``kernel l2 0.001``."""
    factors = ", ".join(swept_text(factor) for factor in regularizer.factors)
    return f"{regularizer.target} {regularizer.norm} {factors}".strip()
