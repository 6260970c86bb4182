"""What an ONNX network looks like, as evidence."""

from __future__ import annotations

import math
from pathlib import Path

import onnx

from grader.probes.fingerprint import fingerprint
from grader.probes.network import Network
from grader.probes.onnx_graph import Node, Shape, known_values, nodes_of
from grader.probes.onnx_opening import OpenedOnnx
from grader.probes.onnx_weights import onnx_weights
from grader.records.evidence import LayerSummary, ModelSummary
from grader.records.probe import OpenModel

_MAX_LAYERS = 500

#: Operators that are an activation, and what Keras calls it.
_ACTIVATIONS = {
    "Celu": "celu", "Elu": "elu", "Gelu": "gelu", "HardSigmoid": "hard_sigmoid",
    "HardSwish": "hard_silu", "LeakyRelu": "leaky_relu", "LogSoftmax": "log_softmax",
    "Mish": "mish", "PRelu": "prelu", "Relu": "relu", "Selu": "selu", "Sigmoid": "sigmoid",
    "Softmax": "softmax", "Softplus": "softplus", "Softsign": "softsign", "Swish": "silu",
    "Tanh": "tanh",
}  # fmt: skip

#: Operators with weights, whose activation is an operator of its own.
_LINEAR = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})

#: Attributes, and what Keras calls them.
_SETTINGS = {"kernel_shape": "kernel_size", "strides": "strides"}

#: Numbers that are learned, those of quantised networks among them; others are shapes and indices.
_LEARNED = frozenset(
    {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16,
     onnx.TensorProto.DOUBLE, onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
)  # fmt: skip


def summarise_onnx(opened: OpenedOnnx, ports: Network, request: OpenModel) -> ModelSummary:
    """Operators as layers, with the parameters that go into each for the first time."""
    model = opened.model
    weights = _weights(model.graph)
    compared = fingerprint(onnx_weights(model, set(weights)))
    layers: list[LayerSummary] = []
    total = trainable = 0
    for node in nodes_of(model.graph):
        if node.op_type == "Constant":
            continue
        own = [weights.pop(name, 0) for name in node.input]
        total += sum(own)
        # Means and variances are measured, not learned.
        trainable += sum(own[:3] if node.op_type == "BatchNormalization" else own)
        layers.append(_layer(node, sum(own), opened.shapes))
    return ModelSummary(
        file=request.file,
        format=request.format,
        keras_version="",
        producer=_producer(model),
        backend="onnxruntime",
        inputs=ports.inputs,
        outputs=ports.outputs,
        parameters=total,
        trainable_parameters=trainable,
        layers=tuple(layers[:_MAX_LAYERS]),
        size_bytes=Path(request.path).stat().st_size,
        fingerprint=compared,
    )


def _weights(graph: onnx.GraphProto) -> dict[str, int]:
    """How many numbers each weight has; single ones are settings, not weights."""
    return {
        name: math.prod(tensor.dims)
        for name, tensor in known_values(graph).items()
        if tensor.data_type in _LEARNED and tensor.dims
    }


def _layer(node: Node, parameters: int, shapes: dict[str, Shape]) -> LayerSummary:
    output = node.output[0] if node.output else ""
    return LayerSummary(
        name=node.name or output,
        type=node.op_type,
        output_shape=shapes.get(output),
        parameters=parameters,
        settings=_settings(node, shapes.get(output)),
    )


def _settings(node: Node, output: Shape | None) -> dict[str, str | int | float | tuple[int, ...]]:
    settings: dict[str, str | int | float | tuple[int, ...]] = {}
    width = output[1 if node.op_type.startswith("Conv") else -1] if output and output[1:] else None
    if node.op_type in _LINEAR and width is not None:
        settings["filters" if node.op_type.startswith("Conv") else "units"] = width
    for attribute in node.attribute:
        if attribute.name in _SETTINGS:
            settings[_SETTINGS[attribute.name]] = tuple(attribute.ints)
    if node.op_type in _ACTIVATIONS:
        settings["activation"] = _ACTIVATIONS[node.op_type]
    elif node.op_type in _LINEAR:
        settings["activation"] = "linear"
    return settings


def _producer(model: onnx.ModelProto) -> str:
    """``pytorch 2.13.0``, without what was added for one build."""
    return f"{model.producer_name} {model.producer_version.partition('+')[0]}".strip()
