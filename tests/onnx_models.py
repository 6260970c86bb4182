"""Tiny ONNX models, made node by node."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


def tensor(name: str, values: Any, dtype: Any = np.float32) -> onnx.TensorProto:
    """A weight by name."""
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def make_model(
    nodes: Sequence[onnx.NodeProto],
    weights: Sequence[onnx.TensorProto] = (),
    *,
    shape: Sequence[int | str] = ("n", 1, 28, 28),
    outputs: Sequence[str] = ("scores",),
    dtype: int = TensorProto.FLOAT,
    gives: int | None = None,
    opset: int = OPSET,
    **more: Any,
) -> onnx.ModelProto:
    """A model with the input `images`; the shapes of its outputs are left to be inferred."""
    graph = helper.make_graph(
        list(nodes),
        "model",
        [helper.make_tensor_value_info("images", dtype, shape)],
        [helper.make_tensor_value_info(name, gives or dtype, None) for name in outputs],
        list(weights),
    )
    defaults: dict[str, Any] = {
        "opset_imports": [helper.make_opsetid("", opset)],
        "ir_version": 8,
        "producer_name": "pytorch",
        "producer_version": "2.13.0+cpu",
    }
    return helper.make_model(graph, **defaults | more)


def classifier(
    *, classes: int = 10, batch: int | str = "n", last: str = "", seed: int = 0, **more: Any
) -> onnx.ModelProto:
    """Flatten and one matrix, with the activation `last` where one is named."""
    random = np.random.default_rng(seed)
    kernel = random.normal(0, 0.05, (784, classes))
    nodes = [
        helper.make_node("Flatten", ["images"], ["flat"], name="flat"),
        helper.make_node("Gemm", ["flat", "kernel", "bias"], ["scores"], name="dense"),
    ]
    if last:
        nodes[-1].output[0] = "logits"
        nodes.append(helper.make_node(last, ["logits"], ["scores"], name="last"))
    weights = [tensor("kernel", kernel), tensor("bias", random.normal(size=classes))]
    return make_model(nodes, weights, shape=(batch, 1, 28, 28), **more)


def of_one_image(
    shape: Sequence[int], *, classes: int = 10, seed: int = 0, axes: int = 1
) -> onnx.ModelProto:
    """One matrix on one image without a batch axis, as `torch.onnx.export(model, image)` writes it.

    Args:
        shape: Of the image.
        classes: How many scores it gives.
        seed: Draws the weights.
        axes: Of the scores: (classes,), or (1, classes) where the model adds an axis itself.
    """
    random = np.random.default_rng(seed)
    size = int(np.prod(shape))
    given = [classes] if axes == 1 else [1, classes]
    nodes = [
        helper.make_node("Reshape", ["images", "row"], ["flat"]),
        helper.make_node("MatMul", ["flat", "kernel"], ["many"]),
        helper.make_node("Reshape", ["many", "given"], ["scores"]),
    ]
    weights = [
        tensor("row", [1, size], np.int64),
        tensor("kernel", random.normal(0, 0.05, (size, classes))),
        tensor("given", given, np.int64),
    ]
    return make_model(nodes, weights, shape=shape)


def convolutional(
    weights: Sequence[NDArray[np.float32]], *, batch: int | str = "n"
) -> onnx.ModelProto:
    """A channels-first model of a convolution, pooling and a dense layer, with softmax.

    Args:
        weights: As Keras has them: kernel (height, width, in, out) and bias of the convolution, kernel and
            bias of the dense layer, whose inputs are ordered channels last.
        batch: Images at once, or a name where that is open.
    """
    kernel, bias, dense, shift = weights
    nodes = [
        helper.make_node(
            "Conv", ["images", "kernel", "bias"], ["c"], kernel_shape=kernel.shape[:2]
        ),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Transpose", ["p"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("Flatten", ["t"], ["f"]),
        helper.make_node("Gemm", ["f", "dense", "shift"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"]),
    ]
    tensors = [
        tensor("kernel", kernel.transpose(3, 2, 0, 1)),
        tensor("bias", bias),
        tensor("dense", dense),
        tensor("shift", shift),
    ]
    return make_model(nodes, tensors, shape=(batch, kernel.shape[2], 28, 28))


def save(model: onnx.ModelProto, path: Path) -> Path:
    """Write a model as it is, whatever a checker would say of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path
