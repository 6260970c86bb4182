"""Put the weights of an ONNX graph that lie in a file beside it into the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import onnx

from grader.evidence.models.protocol import CompanionFile


def take_in(model: onnx.ModelProto, companions: Sequence[CompanionFile]) -> bool:
    """Put external weights into a model, as far as they lie in the files that were brought with it.

    No path that the model names is opened: its name only says which of the files is meant.

    Returns:
        Whether anything was put in.

    Raises:
        ValueError: A weight reaches beyond its file.
    """
    files = {PurePosixPath(file.file).name: Path(file.path) for file in companions}
    any_taken = False
    for tensor in tensors_of(model.graph):
        if not is_external(tensor):
            continue
        stated = {entry.key: entry.value for entry in tensor.external_data}
        name = PurePosixPath(stated.get("location", "").replace("\\", "/")).name
        path = files.get(name) or (next(iter(files.values())) if len(files) == 1 else None)
        if path is None:
            continue
        tensor.raw_data = _read(path, int(stated.get("offset", 0)), stated.get("length"))
        tensor.ClearField("external_data")
        tensor.data_location = onnx.TensorProto.DEFAULT
        any_taken = True
    return any_taken


def tensors_of(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    """Every tensor in a graph and its nested graphs."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
            for nested in (attribute.g, *attribute.graphs):
                yield from tensors_of(nested)


def is_external(tensor: onnx.TensorProto) -> bool:
    """Whether a tensor's numbers lie in another file."""
    return bool(tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data)


def _read(path: Path, offset: int, length: str | None) -> bytes:
    size = path.stat().st_size
    count = size - offset if length is None else int(length)
    if offset < 0 or count < 0 or offset + count > size:
        raise ValueError(f"bytes {offset} to {offset + count} of a file of {size} bytes")
    with path.open("rb") as stream:
        stream.seek(offset)
        return stream.read(count)
