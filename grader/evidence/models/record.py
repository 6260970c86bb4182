"""What is known of a saved model: its need, and the record that comes back."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from grader.evidence.need import Need
from grader.evidence.predictions.interface import Normalization
from grader.records.base import Record

ModelFormat = Literal["hdf5", "keras-zip", "onnx"]
"""The formats models are opened in."""

#: Numbers a kernel is projected to. Prime, so that no two columns of a kernel are always added up.
SKETCH_SIZE = 127
#: How many kernels of a model have a sketch.
MAX_KERNELS = 100

_Extent = Annotated[int, msgspec.Meta(ge=1, le=1 << 40)]
_Norm = Annotated[float, msgspec.Meta(ge=0, le=1e50)]


class LayerSummary(Record, frozen=True, kw_only=True):
    """One layer as the opened model has it."""

    name: str
    type: str
    """The Keras class name."""
    output_shape: tuple[int | None, ...] | None
    """With the batch dimension first; None where the layer has several outputs."""
    parameters: int
    settings: dict[str, str | int | float | tuple[int, ...]] = {}
    """Units, filters, kernel size, strides, padding, activation, rate, regularizers: what the layer has of these.

    Regularizers go by the argument's name: ``kernel_regularizer`` is ``l2(0.001)``; ``activity_regularizer`` is
    another thing.
    """


class Port(Record, frozen=True, kw_only=True):
    """An input or an output of a model."""

    name: str
    shape: tuple[int | None, ...]
    """With the batch dimension first; None where it is not fixed."""
    dtype: str = "float32"

    @property
    def size(self) -> int | None:
        """How many numbers it has for each image; None where that is not fixed."""
        total = 1
        for extent in self.shape[1:]:
            if extent is None:
                return None
            total *= extent
        return total


class KernelSketch(Record, frozen=True, kw_only=True):
    """A weight of two or more dimensions, small enough to be compared over a class."""

    shape: Annotated[tuple[_Extent, ...], msgspec.Meta(min_length=2, max_length=16)]
    """In Keras' order, inputs before outputs."""
    norm: _Norm
    expected_init_norm: _Norm
    """The norm such a kernel has on average before training, by its initializer."""
    sketch: Annotated[bytes, msgspec.Meta(min_length=2 * SKETCH_SIZE, max_length=2 * SKETCH_SIZE)]
    """The kernel divided by its norm and projected to `SKETCH_SIZE` numbers, float16, little-endian."""


class WeightFingerprint(Record, frozen=True, kw_only=True):
    """What tells a model's weights from others', whatever file they lie in."""

    digest: str
    """Over the shapes and float32 bytes of all weights."""
    kernels: Annotated[tuple[KernelSketch, ...], msgspec.Meta(max_length=MAX_KERNELS)] = ()
    """In the model's order, of very many the last; empty where a weight is not finite."""


class ModelSummary(Record, frozen=True, kw_only=True):
    """A model that opened."""

    file: str
    format: ModelFormat
    keras_version: str
    """The version that saved it; empty where the file does not say."""
    producer: str = ""
    """The program that wrote it, where that is not Keras: ``pytorch 2.13.0``."""
    backend: str
    repairs: tuple[str, ...] = ()
    """What had to be repaired to open a model of an older Keras."""
    built_by: str = ""
    """The script or notebook that builds the model, where the file holds weights alone; empty for a whole model."""
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    parameters: int
    trainable_parameters: int
    layers: tuple[LayerSummary, ...]
    expects: Normalization | None = None
    """The normalization a layer inside the model asks for, where one does."""
    untrained: bool = False
    """Whether its weights are as they were initialized: every bias and every moving mean is exactly zero."""
    optimizer: str = ""
    """The class of the optimizer it was trained with; empty where the file does not say."""
    learning_rate: float | None = None
    """The optimizer's, when the model was saved; None where the file does not say, or it followed a schedule."""
    loss: str = ""
    """The losses by name; empty where the file does not say."""
    size_bytes: int = 0
    """Of the file."""
    fingerprint: WeightFingerprint | None = None
    """None for a model without weights."""

    @property
    def saved_by(self) -> str:
        """The program that saved it, with its version; empty where the file does not say."""
        return f"Keras {self.keras_version}" if self.keras_version else self.producer

    @property
    def last_activation(self) -> str:
        """The activation of the last layer that has one; empty where none is known."""
        for layer in reversed(self.layers):
            if "activation" in layer.settings:
                return str(layer.settings["activation"])
        return ""


class ModelNeed(Need["ModelSummary"], frozen=True):
    """A check looks at the model itself."""

    kind: ClassVar[str] = "models"
