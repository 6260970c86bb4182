"""Nodes of TensorFlow graphs, which tf.keras 2.0 to 2.3 saved as layers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from grader.evidence.models.probe.repair.tensorflow_functions import (
    Function,
    find_function,
    snake_case,
)

#: Graph operations by name: the function that computes each, and the names of its inputs after the first.
_GRAPH = {
    "AddN": ("add_n", ()),
    "AddV2": ("add", ()),
    "AvgPool": ("avg_pool2d", ()),
    "BatchMatMulV2": ("matmul", ()),
    "BiasAdd": ("add", ()),
    "Cast": ("cast", ()),
    "ConcatV2": ("concat", ("axis",)),
    "ExpandDims": ("expand_dims", ("axis",)),
    "GatherV2": ("gather", ("indices", "axis")),
    "Identity": ("identity", ()),
    "LeakyRelu": ("leaky_relu", ()),
    "MatMul": ("matmul", ()),
    "Max": ("reduce_max", ("axis",)),
    "MaxPool": ("max_pool2d", ()),
    "Mean": ("reduce_mean", ("axis",)),
    "Min": ("reduce_min", ("axis",)),
    "Mul": ("multiply", ()),
    "Neg": ("negative", ()),
    "Pack": ("stack", ()),
    "Pad": ("pad", ("paddings",)),
    "PadV2": ("pad", ("paddings", "constant_values")),
    "RealDiv": ("truediv", ()),
    "Reshape": ("reshape", ("shape",)),
    "ResizeBilinear": ("resize", ("size",)),
    "ResizeNearestNeighbor": ("resize_nearest", ("size",)),
    "ReverseV2": ("reverse", ("axis",)),
    "SelectV2": ("where", ("x", "y")),
    "Shape": ("shape", ()),
    "Split": ("split_graph", ()),
    "SquaredDifference": ("squared_difference", ("y",)),
    "Squeeze": ("squeeze", ()),
    "StridedSlice": ("strided_slice", ("begin", "end", "strides")),
    "Sub": ("subtract", ()),
    "Sum": ("reduce_sum", ("axis",)),
    "Tile": ("tile", ("multiples",)),
    "Transpose": ("transpose", ("perm",)),
    "Unpack": ("unstack", ()),
}
_DTYPES = {
    "DT_BOOL": "bool",
    "DT_DOUBLE": "float64",
    "DT_FLOAT": "float32",
    "DT_HALF": "float16",
    "DT_INT32": "int32",
    "DT_INT64": "int64",
    "DT_UINT8": "uint8",
}


def graph_function(config: Mapping[str, Any]) -> Function:
    """The function that a node computes, with the node's constants bound.

    Raises:
        ValueError: The operation is not known.
    """
    node = config.get("node_def")
    node = json.loads(node) if isinstance(node, str) and node.startswith("{") else node
    if not isinstance(node, dict) or not isinstance(node.get("op"), str):
        raise ValueError("an operation of TensorFlow is in an unknown form")
    name, named = _GRAPH.get(node["op"], (snake_case(node["op"]), ()))
    constants = {int(place): value for place, value in (config.get("constants") or {}).items()}
    function = find_function(name)
    settings = _attributes(node.get("attr") or {})
    takes_list = name in ("concat", "stack", "add_n")

    def call(tensors: Any, **_: Any) -> Any:
        waiting = list(tensors) if isinstance(tensors, list) else [tensors]
        count = len(waiting) + len(constants)
        inputs = [
            constants[place] if place in constants else waiting.pop(0) for place in range(count)
        ]
        first = len(inputs) - len(named)
        others = dict(zip(named, inputs[first:], strict=True))
        if takes_list:
            return function(inputs[:first], **others, **settings)
        return function(*inputs[:first], **others, **settings)

    return call


def _attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a graph node under the argument names of its function."""
    settings: dict[str, Any] = {}
    if attributes.get("keep_dims", {}).get("b"):
        settings["keepdims"] = True
    if "DstT" in attributes:
        settings["dtype"] = _DTYPES.get(attributes["DstT"].get("type"), "float32")
    if "alpha" in attributes:
        settings["alpha"] = float(attributes["alpha"]["f"])
    if "squeeze_dims" in attributes:
        dims = attributes["squeeze_dims"].get("list", {}).get("i", [])
        settings["axis"] = [int(place) for place in dims]
    if "axis" in attributes:
        settings["axis"] = int(attributes["axis"].get("i", 0))
    for extents in ("ksize", "strides"):
        if extents in attributes:
            settings[extents] = [int(part) for part in attributes[extents]["list"]["i"]]
    if "num_split" in attributes:
        settings["num_split"] = int(attributes["num_split"]["i"])
    masks = {
        key: int(value.get("i", 0)) for key, value in attributes.items() if key.endswith("_mask")
    }
    if masks:
        settings["masks"] = masks
    if "padding" in attributes:
        settings["padding"] = _text(attributes["padding"]["s"])
    return settings


def _text(encoded: str) -> str:
    return base64.b64decode(encoded).decode()
