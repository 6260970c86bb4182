"""Repairs of one layer's weights: convert the arrays saved by an older Keras to those of Keras 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.repair.base import Description, Origin
from grader.evidence.models.probe.repair.store import NamedArrays

Array = NDArray[Any]


@dataclass
class SavedWeights:
    """The arrays of one layer while they are converted."""

    layer: Description
    """The repaired description of the layer."""
    names: list[str]
    """The name of each array in the file."""
    arrays: list[Array]
    roles: tuple[str, ...]
    """The names of the built layer's weights: ``kernel``, ``bias`` ..."""
    shapes: tuple[tuple[int, ...], ...]
    """The shapes of the built layer's weights."""
    origin: Origin

    @property
    def kind(self) -> str:
        """The layer's class in Keras 3."""
        return str(self.layer["class_name"])

    @property
    def channels_first(self) -> bool:
        """Whether the layer's images have their channels first."""
        return bool(self.layer["config"].get("data_format") == "channels_first")

    @property
    def keras_1(self) -> bool:
        """Whether Keras 1 wrote them, judged by the version or by their names."""
        if self.origin.era == 1:
            return True
        return self.origin.era == 0 and any(role_of(name) == "W" for name in self.names)


def role_of(name: str) -> str:
    """The role of a saved weight: ``dense_1/kernel:0`` is a ``kernel``, ``dense_1_W`` of Keras 1 is a ``W``."""
    leaf = name.rsplit("/", 1)[-1].split(":")[0]
    if "/" in name:
        return leaf
    parts = leaf.split("_")
    for place, part in enumerate(parts):
        if part in _KERAS_1_ROLES:
            return "_".join(parts[place:])
    return leaf


_KERAS_1_ROLES = frozenset({"W", "U", "b", "gamma", "beta", "running"})

#: Roles of arrays that only training needs.
_BOOKKEEPING = ("mask", "threshold", "pruning_step", "StateVar")


def drop_bookkeeping(arrays: NamedArrays) -> bool:
    """Remove arrays that only training needs: masks of pruning, states of random generators."""
    kept = [pair for pair in arrays if not role_of(pair[0]).startswith(_BOOKKEEPING)]
    dropped = len(kept) < len(arrays)
    arrays[:] = kept
    return dropped


#: The positions of Keras 3's gates among those of Keras 1, by class and number of arrays. LSTM: input, forget,
#: cell, output; GRU: update, reset, candidate.
_GATES = {("LSTM", 12): (0, 2, 1, 3), ("ConvLSTM2D", 12): (0, 2, 1, 3), ("GRU", 9): (0, 1, 2)}


def join_gates(weights: SavedWeights) -> bool:
    """Concatenate the arrays that Keras 1 saved separately for each gate of a recurrent layer."""
    order = _GATES.get((weights.kind, len(weights.arrays)))
    if order is None:
        return False
    weights.arrays = [
        np.concatenate([weights.arrays[3 * gate + part] for gate in order], axis=-1)
        for part in range(3)
    ]
    weights.names = weights.names[:3]
    return True


def transpose_kernels(weights: SavedWeights) -> bool:
    """Transpose kernels of Keras 1 to the order rows, columns, channels, filters."""
    if not weights.keras_1 or not weights.arrays:
        return False
    before = [array.shape for array in weights.arrays]
    weights.arrays = [
        _transposed(weights, place, array) for place, array in enumerate(weights.arrays)
    ]
    return [array.shape for array in weights.arrays] != before or weights.kind == "Conv2DTranspose"


def _transposed(weights: SavedWeights, place: int, array: Array) -> Array:
    if weights.kind == "Conv1D" and array.ndim == 4:
        # Before Keras 1.2 the filters came first.
        flat = array[:, 0]
        return flat if flat.shape == weights.shapes[place] else array[..., 0].transpose(2, 1, 0)
    if weights.kind == "Conv2DTranspose" and array.ndim == 4:
        return array.transpose((2, 3, 0, 1) if weights.channels_first else (0, 1, 3, 2))
    if weights.channels_first and weights.kind in ("Conv2D", "SeparableConv2D") and array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    if weights.channels_first and weights.kind == "Conv3D" and array.ndim == 5:
        return array.transpose(2, 3, 4, 1, 0)
    return array


#: The number of spatial dimensions of a kernel, by the class of the layer.
_SPATIAL_DIMENSIONS = {
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


def flip_kernels(weights: SavedWeights) -> bool:
    """Flip the kernels of models trained on Theano, which computes convolutions and not cross-correlations."""
    space = _SPATIAL_DIMENSIONS.get(weights.kind)
    if space is None or not _on_theano(weights):
        return False
    axes = tuple(range(space))
    weights.arrays = [
        np.flip(array, axes) if array.ndim == space + 2 else array for array in weights.arrays
    ]
    return True


def _on_theano(weights: SavedWeights) -> bool:
    """Whether the weights were trained on Theano.

    Keras 1 does not state it, but the names of weights contain output numbers on TensorFlow and not on Theano.
    """
    if weights.origin.backend:
        return weights.origin.backend == "theano"
    return weights.keras_1 and not any(":" in name for name in weights.names)


_GATE_COUNT = {"LSTM": 4, "GRU": 3}


def standard_gates(weights: SavedWeights) -> bool:
    """Rearrange weights saved for NVIDIA's cuDNN as the standard layers have them."""
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


def sort_by_role(weights: SavedWeights) -> bool:
    """Sort weights into the order of the built layer if their names are the same in another order."""
    saved = [role_of(name) for name in weights.names]
    if sorted(saved) != sorted(weights.roles) or len(set(saved)) != len(saved):
        return False
    order = [saved.index(role) for role in weights.roles]
    weights.arrays = [weights.arrays[place] for place in order]
    weights.names = [weights.names[place] for place in order]
    return order != sorted(order)
