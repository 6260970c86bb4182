"""A layer as code makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from grader.evidence.code.probe.reading.values import Shape, Value

#: The shape of an output without the batch, and the number of parameters; None where it is not known.
Built = tuple[Shape | None, int | None]


@dataclass(eq=False)
class Layer:
    """A layer of Keras, or of a class of the student's."""

    kind: str
    """Its class, such as ``Dense``."""
    settings: Mapping[str, Value] = field(default_factory=dict)
    channels_first: bool = False
    wrapped: Layer | None = None
    """The layer that `Bidirectional` or `TimeDistributed` wraps."""
    trainable: bool = True

    def number(self, name: str) -> int | None:
        """A setting that is a whole number."""
        value = self.settings.get(name)
        whole = (
            isinstance(value, int | float | np.integer)
            and not isinstance(value, bool)
            and value == int(value)
        )
        return int(value) if whole else None  # type: ignore[arg-type]

    @property
    def input_shape(self) -> Shape | None:
        """The shape of an input, without the batch, where the layer says it."""
        for name in ("input_shape", "shape"):
            if (shape := sizes_of(self.settings.get(name))) is not None:
                return shape
        for name in ("batch_input_shape", "batch_shape"):
            if shape := sizes_of(self.settings.get(name)):
                return shape[1:]
        length = self.number("input_length")
        if self.kind == "Embedding":
            return None if length is None else (length,)
        if (size := self.number("input_dim")) is not None:
            return (size,) if length is None else (length, size)
        return None


def sizes_of(value: Value) -> Shape | None:
    """A shape that is written as one number or several; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    if isinstance(value, tuple | list) and all(
        item is None or isinstance(item, int) for item in value
    ):
        return tuple(value)
    return None
