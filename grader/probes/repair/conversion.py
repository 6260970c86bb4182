"""Repairs of one layer's weights: from the arrays an older Keras saved to those Keras 3 has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probes.repair.base import Description, Origin
from grader.probes.repair.store import NamedArrays

Array = NDArray[Any]


@dataclass
class SavedWeights:
    """The arrays of one layer, on their way from the file into the network."""

    layer: Description
    """Repaired."""
    names: list[str]
    """As the file has them, one an array."""
    arrays: list[Array]
    roles: tuple[str, ...]
    """What the built layer calls its weights: ``kernel``, ``bias`` ..."""
    shapes: tuple[tuple[int, ...], ...]
    """Those of the built layer."""
    origin: Origin

    @property
    def kind(self) -> str:
        """The layer's class in Keras 3."""
        return str(self.layer["class_name"])

    @property
    def channels_first(self) -> bool:
        """Whether the layer takes images with the channels first."""
        return bool(self.layer["config"].get("data_format") == "channels_first")

    @property
    def keras_1(self) -> bool:
        """Whether Keras 1 wrote them, by the version or by how they are named."""
        if self.origin.era == 1:
            return True
        return self.origin.era == 0 and any(role_of(name) == "W" for name in self.names)


def role_of(name: str) -> str:
    """What a saved weight is: ``dense_1/kernel:0`` is a kernel, ``dense_1_W`` of Keras 1 a W."""
    leaf = name.rsplit("/", 1)[-1].split(":")[0]
    if "/" in name:
        return leaf
    parts = leaf.split("_")
    for place, part in enumerate(parts):
        if part in _KERAS_1_ROLES:
            return "_".join(parts[place:])
    return leaf


_KERAS_1_ROLES = frozenset({"W", "U", "b", "gamma", "beta", "running"})

#: What training keeps beside the weights.
_BOOKKEEPING = ("mask", "threshold", "pruning_step", "StateVar")


def drop_bookkeeping(arrays: NamedArrays) -> bool:
    """Leave out what training kept beside the weights: masks of pruning, states of random numbers."""
    kept = [pair for pair in arrays if not role_of(pair[0]).startswith(_BOOKKEEPING)]
    dropped = len(kept) < len(arrays)
    arrays[:] = kept
    return dropped


#: The places of input, forget, cell and output gate among those of Keras 1; update, reset and candidate of a GRU.
_GATES = {("LSTM", 12): (0, 2, 1, 3), ("ConvLSTM2D", 12): (0, 2, 1, 3), ("GRU", 9): (0, 1, 2)}


def join_gates(weights: SavedWeights) -> bool:
    """Join the gates of a recurrent layer, for each of which Keras 1 kept arrays of its own."""
    order = _GATES.get((weights.kind, len(weights.arrays)))
    if order is None:
        return False
    weights.arrays = [
        np.concatenate([weights.arrays[3 * gate + part] for gate in order], axis=-1)
        for part in range(3)
    ]
    weights.names = weights.names[:3]
    return True


def turn_kernels(weights: SavedWeights) -> bool:
    """Bring kernels of Keras 1 into the order rows, columns, channels, filters."""
    if not weights.keras_1 or not weights.arrays:
        return False
    before = [array.shape for array in weights.arrays]
    weights.arrays = [_turned(weights, place, array) for place, array in enumerate(weights.arrays)]
    return [array.shape for array in weights.arrays] != before or weights.kind == "Conv2DTranspose"


def _turned(weights: SavedWeights, place: int, array: Array) -> Array:
    if weights.kind == "Conv1D" and array.ndim == 4:
        # Before 1.2 the filters came first.
        flat = array[:, 0]
        return flat if flat.shape == weights.shapes[place] else array[..., 0].transpose(2, 1, 0)
    if weights.kind == "Conv2DTranspose" and array.ndim == 4:
        return array.transpose((2, 3, 0, 1) if weights.channels_first else (0, 1, 3, 2))
    if weights.channels_first and weights.kind in ("Conv2D", "SeparableConv2D") and array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    if weights.channels_first and weights.kind == "Conv3D" and array.ndim == 5:
        return array.transpose(2, 3, 4, 1, 0)
    return array


#: How many dimensions of each kernel are space, by the class of the layer.
_MIRRORED = {
    "Conv1D": 1,
    "Conv1DTranspose": 1,
    "Conv2D": 2,
    "Conv2DTranspose": 2,
    "Conv3D": 3,
    "Conv3DTranspose": 3,
    "ConvLSTM2D": 2,
    "DepthwiseConv2D": 2,
    "SeparableConv1D": 1,
    "SeparableConv2D": 2,
}


def mirror_kernels(weights: SavedWeights) -> bool:
    """Mirror the kernels of networks trained on Theano, which convolved where others correlate."""
    space = _MIRRORED.get(weights.kind)
    if space is None or not _on_theano(weights):
        return False
    axes = tuple(range(space))
    weights.arrays = [
        np.flip(array, axes) if array.ndim == space + 2 else array for array in weights.arrays
    ]
    return True


def _on_theano(weights: SavedWeights) -> bool:
    """Keras 1 does not say; but TensorFlow numbers the outputs in the names of weights, Theano does not."""
    if weights.origin.backend:
        return weights.origin.backend == "theano"
    return weights.keras_1 and not any(":" in name for name in weights.names)


_GATE_COUNT = {"LSTM": 4, "GRU": 3}


def plain_gates(weights: SavedWeights) -> bool:
    """Bring weights kept for NVIDIA's cuDNN into the order of the plain layers."""
    gates = _GATE_COUNT.get(weights.kind)
    if gates is None or len(weights.arrays) != 3:
        return False
    kernel, recurrent, bias = weights.arrays
    if bias.shape != (2 * gates * recurrent.shape[0],):
        return False
    weights.arrays = [
        np.hstack([part.T.reshape(part.shape, order="F") for part in np.hsplit(kernel, gates)]),
        np.hstack([part.T for part in np.hsplit(recurrent, gates)]),
        bias.reshape(2, -1) if gates == 3 else bias.reshape(2, -1).sum(axis=0),
    ]
    return True


def by_role(weights: SavedWeights) -> bool:
    """Put weights in the order of the built layer where their names are the same in another order."""
    saved = [role_of(name) for name in weights.names]
    if sorted(saved) != sorted(weights.roles) or len(set(saved)) != len(saved):
        return False
    order = [saved.index(role) for role in weights.roles]
    weights.arrays = [weights.arrays[place] for place in order]
    weights.names = [weights.names[place] for place in order]
    return order != sorted(order)
