"""Run code on request."""

from __future__ import annotations

import msgspec

from grader.evidence.code.probe.running.resumed import KeptOutside
from grader.evidence.code.probe.running.session import RunSession
from grader.evidence.code.run_protocol import (
    CallFunction,
    FetchPictures,
    FinishRun,
    PicturesFetched,
    PrepareRun,
    RunRequest,
    ServeSplit,
    SplitServed,
)
from grader.records.base import Record
from grader.records.evidence import file_failure
from grader.records.names import first_few
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import ReceivePayload, encoded_answer, serve_requests


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests until the connection closes."""
    serve_requests(connection, _Server(KeptOutside(connection)).handle)


class _Server:
    """Answers requests about one submission.

    Args:
        kept: Where trainings are kept.
    """

    def __init__(self, kept: KeptOutside) -> None:
        self._kept = kept
        self._session: RunSession | None = None

    def handle(self, request: bytes, receive_payload: ReceivePayload) -> tuple[bytes, bytes]:
        """Answer one request."""
        decoded: RunRequest = msgspec.json.decode(request, type=RunRequest)
        answer, body = self._answer(decoded, receive_payload)
        return encoded_answer(answer), body

    def _answer(self, request: RunRequest, payload: ReceivePayload) -> tuple[Record, bytes]:
        if isinstance(request, PrepareRun):
            self._session = RunSession(request, self._kept)
            prepared = self._session.prepared()
            if not prepared.steps:
                return file_failure("no-code", first_few([item.file for item in request.code])), b""
            return prepared, b""
        session = self._session
        if session is None:
            raise ValueError("nothing is prepared")
        if isinstance(request, ServeSplit):
            session.serve(request, payload())
            return SplitServed(), b""
        if isinstance(request, FinishRun):
            return session.finished(), b""
        if isinstance(request, FetchPictures):
            return PicturesFetched(), session.pictures()
        if isinstance(request, CallFunction):
            return session.call(request), b""
        return session.step(request), b""
