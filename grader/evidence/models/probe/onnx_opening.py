"""Open an ONNX model: a graph of standard operators whose weights are in the same file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnx.inliner
import onnxruntime

from grader.evidence.models.probe.onnx_external import is_external, take_in, tensors_of
from grader.evidence.models.probe.onnx_graph import Node, Shape, constants_of, nodes_of, shapes_of
from grader.evidence.models.protocol import CompanionFile
from grader.records.evidence import Failure, file_failure
from grader.records.message import Code, Name

#: Domains of the operators that every runtime has.
_STANDARD_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})

#: onnxruntime's messages about files that are newer than itself.
_NEWER_FORMAT = ("ONNX Runtime only *guarantees* support", "Unsupported model IR version")
_OUT_OF_MEMORY = ("bad_alloc", "bad allocation", "failed to allocate memory")


@dataclass(frozen=True)
class OpenedOnnx:
    """A model that is ready to run."""

    model: onnx.ModelProto
    """Its graph, with the functions that the file defines inlined."""
    shapes: dict[str, Shape]
    """The shapes of its tensors, by name."""
    session: onnxruntime.InferenceSession


def open_onnx(
    path: Path, file: str, threads: int, companions: Sequence[CompanionFile] = ()
) -> OpenedOnnx | Failure:
    """Open an ONNX file without reading any file but those that were brought with it.

    Args:
        path: The path of the file.
        file: The student's name for the file, for messages.
        threads: How many threads onnxruntime may use.
        companions: Files that may hold its weights.
    """
    data = path.read_bytes()
    try:
        model = onnx.load_model_from_string(data)
        if companions and take_in(model, companions):
            data = model.SerializeToString()
        if model.functions:
            model = onnx.inliner.inline_local_functions(model)
    except MemoryError:
        raise
    except Exception as error:
        return file_failure("corrupt", file, "onnx-damaged", detail=_describe(error))
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
        return file_failure("bad-output", file, "not-tensors")
    return OpenedOnnx(model=model, shapes=shapes_of(model), session=session)


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Without it onnxruntime would also load its own ORT format, which was not checked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return options


def _refuse(model: onnx.ModelProto, file: str) -> Failure | None:
    """Refuse a model that would read other files, needs custom operators, or predicts in training mode."""
    external = next((tensor for tensor in tensors_of(model.graph) if is_external(tensor)), None)
    if external is not None:
        return file_failure("refused", file, "external-data", name=Name(text=external.name or "?"))
    for node in nodes_of(model.graph):
        if node.domain not in _STANDARD_DOMAINS:
            operator = f"{node.domain}.{node.op_type}"
            return file_failure("refused", file, "custom-operator", operator=Name(text=operator))
    training = next(_training_nodes(model.graph), None)
    if training is not None:
        return file_failure("refused", file, "training-mode", operator=Name(text=training.op_type))
    return None


def _training_nodes(graph: onnx.GraphProto) -> Iterator[Node]:
    """The nodes that were exported in training mode and compute something else then."""
    constants = constants_of(graph)
    for node in nodes_of(graph):
        if node.op_type == "BatchNormalization":
            if any(field.name == "training_mode" and field.i for field in node.attribute):
                yield node
        elif node.op_type == "Dropout" and len(node.input) > 2:
            mode = constants.get(node.input[2])
            if mode is not None and onnx.numpy_helper.to_array(mode).any():
                yield node


def _explain(error: Exception, model: onnx.ModelProto, file: str) -> Failure:
    """Turn an error of onnxruntime into the `Failure` that says what is wrong with the file."""
    words = _describe(error)
    if any(sign in words.lower() for sign in _OUT_OF_MEMORY):
        raise MemoryError(words)
    if type(error).__name__ == "NotImplemented" or any(sign in words for sign in _NEWER_FORMAT):
        versions = [
            asked.version for asked in model.opset_import if asked.domain in _STANDARD_DOMAINS
        ]
        opset = str(max(versions, default="?"))
        return file_failure(
            "unsupported",
            file,
            "newer-onnx",
            fault="grader",
            opset=Code(text=opset),
            detail=words,
        )
    return file_failure("corrupt", file, "invalid-graph", detail=words)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
