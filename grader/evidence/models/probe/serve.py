"""Inside the sandbox: open one model and predict with it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.evidence.models.protocol import (
    Compute,
    ModelAnswer,
    ModelRequest,
    Opened,
    OpenModel,
    Predict,
    Predicted,
)
from grader.evidence.models.record import ModelSummary
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import ReceivePayload, error_detail, memory_failure, serve_requests

if TYPE_CHECKING:
    from grader.evidence.models.probe.loaded_model import KerasModel, LoadedModel


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests about one model until the connection closes."""
    from grader.evidence.models.probe import preload  # noqa: F401  (a no-op in a forked process)

    serve_requests(connection, Session(limits).handle)


class OpeningSession:
    """The model that a sandboxed process has open, whatever is asked of it then."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._model: LoadedModel | None = None
        self._file = ""

    def _open(self, request: OpenModel) -> Opened | Failure:
        from grader.evidence.models.probe.containers import check_container

        self._file = request.file
        failure = check_container(request)
        if failure is not None:
            return failure
        opener = _open_onnx if request.format == "onnx" else _open_keras
        opened = opener(request, self._limits.threads)
        if isinstance(opened, Failure):
            return opened
        self._model, summary = opened
        return Opened(summary=summary)

    def _failure(self, error: Exception) -> Failure:
        """The failure for an unexpected error: memory ran out, or the model cannot run."""
        failure = memory_failure(error, self._file, self._limits)
        if failure is not None:
            return failure
        return file_failure("bad-output", self._file, "cannot-run", detail=error_detail(error))


class Session(OpeningSession):
    """Predicts with the model for images, and computes it for numbers."""

    def handle(self, request: bytes, receive_payload: ReceivePayload) -> tuple[bytes, bytes]:
        """Answer a request that comes as JSON."""
        decoded: ModelRequest = msgspec.json.decode(request, type=ModelRequest)
        payload = memoryview(b"") if isinstance(decoded, OpenModel) else receive_payload()
        answer, body = self.answer(decoded, payload)
        return msgspec.json.encode(answer), body

    def answer(self, request: ModelRequest, payload: memoryview) -> tuple[ModelAnswer, bytes]:
        """Carry out a request; whatever goes wrong becomes a `Failure`."""
        try:
            if isinstance(request, OpenModel):
                return self._open(request), b""
            return self._predict(request, payload)
        except Exception as error:
            return self._failure(error), b""

    def _predict(
        self, request: Predict | Compute, payload: memoryview
    ) -> tuple[ModelAnswer, bytes]:
        from grader.evidence.models.probe.computation import compute
        from grader.evidence.models.probe.prediction import predict

        if self._model is None:
            return internal_failure("asked before a model was open"), b""
        if isinstance(request, Compute):
            outputs = compute(self._model, request, payload, file=self._file)
        else:
            outputs = predict(self._model, request, payload, file=self._file)
        if isinstance(outputs, Failure):
            return outputs, b""
        return Predicted(), outputs.astype("<f4").tobytes()


def _open_keras(request: OpenModel, threads: int) -> tuple[KerasModel, ModelSummary] | Failure:
    """Open a Keras model and summarise it; its arithmetic uses that many threads."""
    import tensorflow as tf

    from grader.evidence.models.probe.assembly import open_parts
    from grader.evidence.models.probe.loaded_model import KerasModel
    from grader.evidence.models.probe.summary import summarise

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = open_parts(request, Path(folder))
        if isinstance(found, Failure):
            return found
        opened, source = found
        model = KerasModel(opened.model)
        return model, summarise(opened, model, source)


def _open_onnx(request: OpenModel, threads: int) -> tuple[LoadedModel, ModelSummary] | Failure:
    """Imports onnxruntime only here, since importing it starts a thread that no fork would survive."""
    from grader.evidence.models.probe.onnx_model import OnnxModel
    from grader.evidence.models.probe.onnx_opening import open_onnx
    from grader.evidence.models.probe.onnx_summary import summarise_onnx

    opened = open_onnx(Path(request.path), request.file, threads, request.companions)
    if isinstance(opened, Failure):
        return opened
    model = OnnxModel(opened)
    return model, summarise_onnx(opened, model, request)
