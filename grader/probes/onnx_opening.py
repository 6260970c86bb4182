"""Open an ONNX network: a graph of standard operators that carries its weights itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnx.inliner
import onnxruntime

from grader.probes.onnx_graph import Node, Shape, known_values, nodes_of, shapes_of
from grader.records.evidence import Failure, FailureReason

#: Where the operators live that every runtime has.
_STANDARD = frozenset({"", "ai.onnx", "ai.onnx.ml"})

#: What onnxruntime says of files that are newer than itself.
_NEWER = ("ONNX Runtime only *guarantees* support", "Unsupported model IR version")
_OUT_OF_MEMORY = ("bad_alloc", "bad allocation", "failed to allocate memory")


@dataclass(frozen=True)
class OpenedOnnx:
    """A network ready to run."""

    model: onnx.ModelProto
    """Its graph, functions of the file's own put in their places."""
    shapes: dict[str, Shape]
    """Of everything that flows in it, by name."""
    session: onnxruntime.InferenceSession


def open_onnx(path: Path, file: str, threads: int) -> OpenedOnnx | Failure:
    """Open an ONNX file without reading any other.

    Args:
        path: Where it lies.
        file: What the student calls it, for messages.
        threads: How many its arithmetic may use.
    """
    data = path.read_bytes()
    try:
        model = onnx.load_model_from_string(data)
        if model.functions:
            model = onnx.inliner.inline_local_functions(model)
    except MemoryError:
        raise
    except Exception as error:
        return _failure("corrupt", file, why="onnx-damaged", detail=_words(error))
    refusal = _refuse(model, file)
    if refusal is not None:
        return refusal
    try:
        session = onnxruntime.InferenceSession(
            data, _options(threads), providers=["CPUExecutionProvider"]
        )
    except MemoryError:
        raise
    except Exception as error:
        return _explain(error, model, file)
    if not any(output.type.startswith("tensor(") for output in session.get_outputs()):
        return _failure("bad-output", file, why="not-tensors")
    return OpenedOnnx(model=model, shapes=shapes_of(model), session=session)


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Bytes of another format, which nobody looked into, must not be taken for a network.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return options


def _refuse(model: onnx.ModelProto, file: str) -> Failure | None:
    """Refuse what would read other files, run code of its own, or answer as in training."""
    outside = next((tensor for tensor in _tensors(model.graph) if _is_outside(tensor)), None)
    if outside is not None:
        return _failure("refused", file, why="external-data", name=outside.name or "?")
    for node in nodes_of(model.graph):
        if node.domain not in _STANDARD:
            operator = f"{node.domain}.{node.op_type}"
            return _failure("refused", file, why="custom-operator", operator=operator)
    training = next(_training(model.graph), None)
    if training is not None:
        return _failure("refused", file, why="training-mode", operator=training.op_type)
    return None


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    """Every tensor a graph holds, in nested graphs too."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
            for nested in (attribute.g, *attribute.graphs):
                yield from _tensors(nested)


def _is_outside(tensor: onnx.TensorProto) -> bool:
    return bool(tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data)


def _training(graph: onnx.GraphProto) -> Iterator[Node]:
    """The nodes that do in training something else than later, and were exported to do it."""
    known = known_values(graph)
    for node in nodes_of(graph):
        if node.op_type == "BatchNormalization":
            if any(field.name == "training_mode" and field.i for field in node.attribute):
                yield node
        elif node.op_type == "Dropout" and len(node.input) > 2:
            mode = known.get(node.input[2])
            if mode is not None and onnx.numpy_helper.to_array(mode).any():
                yield node


def _explain(error: Exception, model: onnx.ModelProto, file: str) -> Failure:
    """Sort what onnxruntime raised by who has to do something about it."""
    words = _words(error)
    if any(sign in words.lower() for sign in _OUT_OF_MEMORY):
        raise MemoryError(words)
    if type(error).__name__ == "NotImplemented" or any(sign in words for sign in _NEWER):
        versions = [asked.version for asked in model.opset_import if asked.domain in _STANDARD]
        opset = str(max(versions, default="?"))
        return _failure("unsupported", file, why="newer-onnx", opset=opset, detail=words)
    return _failure("corrupt", file, why="invalid-graph", detail=words)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def _failure(reason: FailureReason, file: str, *, detail: str = "", **args: str) -> Failure:
    return Failure(reason=reason, args={"file": file, **args}, detail=detail)
