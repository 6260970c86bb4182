"""Summarise an ONNX model as evidence."""

from __future__ import annotations

import math
from pathlib import Path

import onnx

from grader.evidence.models.probe.fingerprint import fingerprint
from grader.evidence.models.probe.loaded_model import LoadedModel
from grader.evidence.models.probe.onnx_graph import Node, Shape, constants_of, nodes_of
from grader.evidence.models.probe.onnx_opening import OpenedOnnx
from grader.evidence.models.probe.onnx_weights import onnx_weights
from grader.evidence.models.protocol import OpenModel
from grader.evidence.models.record import LayerSummary, ModelSummary

_MAX_LAYERS = 500

#: Operators that are activations, and Keras' names for them.
_ACTIVATIONS = {
    "Celu": "celu", "Elu": "elu", "Gelu": "gelu", "HardSigmoid": "hard_sigmoid",
    "HardSwish": "hard_silu", "LeakyRelu": "leaky_relu", "LogSoftmax": "log_softmax",
    "Mish": "mish", "PRelu": "prelu", "Relu": "relu", "Selu": "selu", "Sigmoid": "sigmoid",
    "Softmax": "softmax", "Softplus": "softplus", "Softsign": "softsign", "Swish": "silu",
    "Tanh": "tanh",
}  # fmt: skip

#: Operators with weights; their activation is a separate operator.
_LINEAR = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})

#: Attributes, and Keras' names for them.
_SETTINGS = {"kernel_shape": "kernel_size", "strides": "strides"}

#: Number types of weights, including those of quantised models; other types are used for shapes and indices.
_LEARNED = frozenset(
    {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16,
     onnx.TensorProto.DOUBLE, onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
)  # fmt: skip


def summarise_onnx(opened: OpenedOnnx, loaded: LoadedModel, request: OpenModel) -> ModelSummary:
    """List the operators as layers; a parameter counts for the first operator that uses it."""
    model = opened.model
    weights = _weights(model.graph)
    weight_fingerprint = fingerprint(onnx_weights(model, set(weights)))
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
        inputs=loaded.inputs,
        outputs=loaded.outputs,
        parameters=total,
        trainable_parameters=trainable,
        layers=tuple(layers[:_MAX_LAYERS]),
        size_bytes=Path(request.path).stat().st_size,
        fingerprint=weight_fingerprint,
    )


def _weights(graph: onnx.GraphProto) -> dict[str, int]:
    """How many numbers each weight has; a scalar is a setting, not a weight."""
    return {
        name: math.prod(tensor.dims)
        for name, tensor in constants_of(graph).items()
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
    """The program that wrote the file: ``pytorch 2.13.0``, without the build suffix."""
    return f"{model.producer_name} {model.producer_version.partition('+')[0]}".strip()
