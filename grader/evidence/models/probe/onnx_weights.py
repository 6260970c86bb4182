"""The weights of an ONNX model in Keras' layout, so that both can be compared."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import onnx
import onnx.numpy_helper
from numpy.typing import NDArray

from grader.evidence.models.probe.fingerprint import Weight
from grader.evidence.models.probe.onnx_graph import Node, constants_of, nodes_of

#: PyTorch's default initializer of kernels; for other programs Keras' default is assumed.
_PYTORCH_SETTINGS = {
    "kernel_initializer": {
        "class_name": "VarianceScaling",
        "config": {"scale": 1 / 3, "mode": "fan_in"},
    }
}


def onnx_weights(model: onnx.ModelProto, learned: Collection[str]) -> list[Weight]:
    """The weights of a model in the order in which operators first use them.

    Args:
        model: The model.
        learned: The names of those of its constants that are weights.
    """
    values = constants_of(model.graph)
    settings = _PYTORCH_SETTINGS if model.producer_name == "pytorch" else {}
    weights: dict[str, Weight] = {}
    for node in nodes_of(model.graph):
        for place, name in enumerate(node.input):
            if name in learned and name not in weights:
                array = onnx.numpy_helper.to_array(values[name])
                weights[name] = Weight("kernel", _as_in_keras(array, node, place), settings)
    return list(weights.values())


def _as_in_keras(array: NDArray[np.generic], node: Node, place: int) -> NDArray[np.generic]:
    """Transpose a kernel to Keras' order: extents of the image, inputs, outputs."""
    if place == 1 and node.op_type in ("Conv", "ConvTranspose"):
        return array.transpose(*range(2, array.ndim), 1, 0)
    transposed = any(field.name == "transB" and field.i for field in node.attribute)
    return array.T if place == 1 and node.op_type == "Gemm" and transposed else array
