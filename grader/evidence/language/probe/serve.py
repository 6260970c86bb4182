"""Inside the sandbox: open one model of text and predict with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from grader.evidence.language.protocol import (
    Inspect,
    Inspected,
    LanguageAnswer,
    LanguageRequest,
    PredictSteps,
    StepsPredicted,
)
from grader.evidence.models.probe.containers import check_container
from grader.evidence.models.protocol import Opened, OpenModel
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import ReceivePayload, error_detail, memory_failure, serve_requests

if TYPE_CHECKING:
    from grader.evidence.models.probe.loaded_model import KerasModel


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests about one model until the connection closes."""
    from grader.evidence.language.probe import preload  # noqa: F401  (a no-op in a forked process)

    serve_requests(connection, Session(limits).handle)


class Session:
    """The model that a sandboxed process has open."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._model: KerasModel | None = None
        self._file = ""

    def handle(self, request: bytes, receive_payload: ReceivePayload) -> tuple[bytes, bytes]:
        """Answer a request that comes as JSON."""
        kinds: Any = LanguageRequest
        decoded: LanguageRequest = msgspec.json.decode(request, type=kinds)
        indices = receive_payload() if isinstance(decoded, PredictSteps) else memoryview(b"")
        answer, body = self.answer(decoded, indices)
        return msgspec.json.encode(answer), body

    def answer(self, request: LanguageRequest, indices: memoryview) -> tuple[LanguageAnswer, bytes]:
        """Carry out a request; whatever goes wrong becomes a `Failure`."""
        try:
            if isinstance(request, OpenModel):
                return self._open(request), b""
            if self._model is None:
                return internal_failure("asked before a model was open"), b""
            if isinstance(request, Inspect):
                return self._inspect(self._model), b""
            return self._predict(self._model, request, indices)
        except Exception as error:
            failure = memory_failure(error, self._file, self._limits)
            if failure is not None:
                return failure, b""
            detail = error_detail(error)
            return file_failure("bad-output", self._file, "cannot-run", detail=detail), b""

    def _open(self, request: OpenModel) -> LanguageAnswer:
        from grader.evidence.models.probe.serve import open_keras

        self._file = request.file
        failure = check_container(request)
        if failure is not None:
            return failure
        opened = open_keras(request, self._limits.threads)
        if isinstance(opened, Failure):
            return opened
        self._model, summary = opened
        return Opened(summary=summary)

    def _inspect(self, model: KerasModel) -> LanguageAnswer:
        from grader.evidence.language.probe.sequences import is_stateful

        return Inspected(stateful=is_stateful(model.flat_layers))

    def _predict(
        self, model: KerasModel, request: PredictSteps, indices: memoryview
    ) -> tuple[LanguageAnswer, bytes]:
        from grader.evidence.language.probe.sequences import predict_steps

        if request.reset:
            model.reset_states()
        outputs = predict_steps(model, request, indices, file=self._file)
        if isinstance(outputs, Failure):
            return outputs, b""
        return StepsPredicted(), outputs.astype("<f4").tobytes()
