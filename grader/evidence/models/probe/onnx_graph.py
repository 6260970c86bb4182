"""Read the graph of an ONNX model: its nodes, its constants and the shapes of its tensors."""

from __future__ import annotations

from collections.abc import Iterator

import onnx
import onnx.shape_inference

Node = onnx.NodeProto
Shape = tuple[int | None, ...]


def nodes_of(graph: onnx.GraphProto) -> Iterator[Node]:
    """Every node in order; the nodes of nested graphs (branches, loops) follow the node that contains them."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for nested in (attribute.g, *attribute.graphs):
                yield from nodes_of(nested)


def constants_of(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    """Weights and other constants by name, without those of nested graphs."""
    constants = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            values = [field.t for field in node.attribute if field.name == "value"]
            constants |= dict(zip(node.output, values, strict=False))
    return constants


def shapes_of(model: onnx.ModelProto) -> dict[str, Shape]:
    """The known shapes of tensors by name, the batch dimension first; None for an extent that is not fixed."""
    try:
        graph = onnx.shape_inference.infer_shapes(model).graph
    except (onnx.shape_inference.InferenceError, ValueError, RuntimeError):
        graph = model.graph
    return {
        info.name: tuple(
            extent.dim_value if extent.HasField("dim_value") and extent.dim_value > 0 else None
            for extent in info.type.tensor_type.shape.dim
        )
        for info in (*graph.value_info, *graph.input, *graph.output)
        if info.type.tensor_type.HasField("shape")
    }
