"""The weights of an ONNX network as Keras would hold them, so that both can be compared."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import onnx
import onnx.numpy_helper
from numpy.typing import NDArray

from grader.probes.fingerprint import Weight
from grader.probes.onnx_graph import Node, known_values, nodes_of

#: How PyTorch draws the kernels of its layers; other programs are taken to draw as Keras does.
_PYTORCH = {
    "kernel_initializer": {
        "class_name": "VarianceScaling",
        "config": {"scale": 1 / 3, "mode": "fan_in"},
    }
}


def onnx_weights(model: onnx.ModelProto, learned: Collection[str]) -> list[Weight]:
    """The weights of a network, operator by operator, each where it is used first.

    Args:
        model: The network.
        learned: The names of its weights among its constants.
    """
    values = known_values(model.graph)
    drawn = _PYTORCH if model.producer_name == "pytorch" else {}
    weights: dict[str, Weight] = {}
    for node in nodes_of(model.graph):
        for place, name in enumerate(node.input):
            if name in learned and name not in weights:
                array = onnx.numpy_helper.to_array(values[name])
                weights[name] = Weight("kernel", _as_in_keras(array, node, place), drawn)
    return list(weights.values())


def _as_in_keras(array: NDArray[np.generic], node: Node, place: int) -> NDArray[np.generic]:
    """Inputs before outputs, after the extents of the image; ONNX has most kernels the other way round."""
    if place == 1 and node.op_type in ("Conv", "ConvTranspose"):
        return array.transpose(*range(2, array.ndim), 1, 0)
    turned = any(field.name == "transB" and field.i for field in node.attribute)
    return array.T if place == 1 and node.op_type == "Gemm" and turned else array
