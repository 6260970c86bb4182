"""The conversation inside the sandbox: one request at a time until the other side hangs up."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.records.evidence import Failure, ModelSummary
from grader.records.probe import (
    Answer,
    Fetch,
    Fetched,
    Opened,
    OpenModel,
    Predict,
    Predicted,
    Reply,
    Request,
    Unpack,
    Unpacked,
    Usage,
)
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits

if TYPE_CHECKING:
    from grader.probes.network import Network
    from grader.probes.unpacking import Unpacking

#: What TensorFlow and onnxruntime say where memory runs out.
_OUT_OF_MEMORY = ("failed to allocate memory", "bad_alloc", "bad allocation")


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests about one submission until the connection closes."""
    from grader.probes import preload  # noqa: F401  (a no-op where the process was forked)

    session = Session(limits)
    while True:
        try:
            request: Request = msgspec.json.decode(connection.recv_bytes(), type=Request)
            images = connection.recv_payload() if isinstance(request, Predict) else memoryview(b"")
        except EOFError:
            return
        answer, payload = session.answer(request, images)
        reply = Reply(answer=answer, usage=Usage(peak_memory_bytes=_peak_memory()))
        connection.send_bytes(msgspec.json.encode(reply))
        if isinstance(answer, (Predicted, Fetched)):
            connection.send_bytes(payload)


class Session:
    """The network a sandboxed process has open, or the archive it took apart."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._network: Network | None = None
        self._unpacking: Unpacking | None = None
        self._file = ""

    def answer(self, request: Request, images: memoryview) -> tuple[Answer, bytes]:
        """Do what is asked; whatever goes wrong becomes a `Failure`."""
        try:
            if isinstance(request, OpenModel):
                return self._open(request), b""
            if isinstance(request, Unpack):
                return self._unpack(request), b""
            if isinstance(request, Fetch):
                return self._fetch(request)
            return self._predict(request, images)
        except Exception as error:
            return self._failure(error), b""

    def _open(self, request: OpenModel) -> Answer:
        from grader.probes.containers import look_at

        self._file = request.file
        trouble = look_at(request)
        if trouble is not None:
            return trouble
        opener = _open_onnx if request.format == "onnx" else _open_keras
        opened = opener(request, self._limits.threads)
        if isinstance(opened, Failure):
            return opened
        self._network, summary = opened
        return Opened(summary=summary)

    def _unpack(self, request: Unpack) -> Answer:
        from grader.probes.unpacking import Bounds, unpack

        self._file = request.file
        unpacking = unpack(Path(request.path), request.file, Bounds.of(self._limits))
        if isinstance(unpacking, Failure):
            return unpacking
        self._unpacking = unpacking
        return Unpacked(members=unpacking.members)

    def _fetch(self, request: Fetch) -> tuple[Answer, bytes]:
        if self._unpacking is None:
            return Failure(reason="internal", detail="asked before an archive was unpacked"), b""
        with (self._unpacking.folder / str(request.member)).open("rb") as stream:
            stream.seek(request.start)
            return Fetched(), stream.read(request.length)

    def _predict(self, request: Predict, images: memoryview) -> tuple[Answer, bytes]:
        from grader.probes.prediction import predict

        if self._network is None:
            return Failure(reason="internal", detail="asked before a network was open"), b""
        outputs = predict(self._network, request, images, file=self._file)
        if isinstance(outputs, Failure):
            return outputs, b""
        return Predicted(), outputs.astype("<f4").tobytes()

    def _failure(self, error: Exception) -> Failure:
        """An error no probe foresaw: memory ran out, or the network cannot run."""
        detail = f"{type(error).__name__}: {error}"[:2000]
        memory = isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
        if memory or any(words in detail.lower() for words in _OUT_OF_MEMORY):
            allowed = f"{self._limits.memory_bytes / (1 << 30):g} GiB"
            return Failure(
                reason="out-of-memory",
                args={"file": self._file, "expected": allowed},
                detail=detail,
            )
        return Failure(
            reason="bad-output", args={"file": self._file, "why": "cannot-run"}, detail=detail
        )


def _open_keras(request: OpenModel, threads: int) -> tuple[Network, ModelSummary] | Failure:
    import tensorflow as tf

    from grader.probes.network import KerasNetwork
    from grader.probes.opening import open_network
    from grader.probes.summary import summarise

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    opened = open_network(Path(request.path), request.format, request.file)
    if isinstance(opened, Failure):
        return opened
    network = KerasNetwork(opened.network)
    return network, summarise(opened, network, request)


def _open_onnx(request: OpenModel, threads: int) -> tuple[Network, ModelSummary] | Failure:
    """Imports onnxruntime only here, since importing it starts a thread that no fork would survive."""
    from grader.probes.onnx_network import OnnxNetwork
    from grader.probes.onnx_opening import open_onnx
    from grader.probes.onnx_summary import summarise_onnx

    opened = open_onnx(Path(request.path), request.file, threads)
    if isinstance(opened, Failure):
        return opened
    network = OnnxNetwork(opened)
    return network, summarise_onnx(opened, network, request)


def _peak_memory() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10
