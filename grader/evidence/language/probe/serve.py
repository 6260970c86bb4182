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
from grader.evidence.models.probe.serve import OpeningSession
from grader.evidence.models.protocol import OpenModel
from grader.records.evidence import Failure, internal_failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import ReceivePayload, serve_requests

if TYPE_CHECKING:
    from grader.evidence.models.probe.loaded_model import KerasModel


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests about one model until the connection closes."""
    from grader.evidence.language.probe import preload  # noqa: F401  (a no-op in a forked process)

    serve_requests(connection, Session(limits).handle)


class Session(OpeningSession):
    """Predicts steps of a text with the model."""

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
            return self._asked(request, indices)
        except Exception as error:
            return self._failure(error), b""

    def _asked(
        self, request: Inspect | PredictSteps, indices: memoryview
    ) -> tuple[LanguageAnswer, bytes]:
        from grader.evidence.models.probe.loaded_model import KerasModel

        if not isinstance(self._model, KerasModel):
            return internal_failure("asked before a model was open"), b""
        if isinstance(request, Inspect):
            return self._inspect(self._model), b""
        return self._predict(self._model, request, indices)

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
