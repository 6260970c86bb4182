"""Inside the sandbox: take one archive apart and send what lies in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.archives.probe.bounds import Bounds
from grader.archives.probe.listing import list_names
from grader.archives.probe.unpacking import Unpacking, unpack
from grader.archives.protocol import (
    ArchiveAnswer,
    ArchiveRequest,
    Fetch,
    Fetched,
    ListedNames,
    ListNames,
    Unpack,
    Unpacked,
)
from grader.records.evidence import Failure, file_failure, internal_failure
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.serving import ReceivePayload, error_detail, memory_failure, serve_requests


def serve(connection: Connection, limits: Limits) -> None:
    """Answer requests about one archive until the connection closes."""
    serve_requests(connection, Session(limits).handle)


class Session:
    """The archive that a sandboxed process took apart."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._unpacking: Unpacking | None = None
        self._file = ""

    def handle(self, request: bytes, receive_payload: ReceivePayload) -> tuple[bytes, bytes]:
        """Answer a request that comes as JSON."""
        answer, body = self.answer(msgspec.json.decode(request, type=ArchiveRequest))
        return msgspec.json.encode(answer), body

    def answer(self, request: ArchiveRequest) -> tuple[ArchiveAnswer, bytes]:
        """Carry out a request; whatever goes wrong becomes a `Failure`."""
        try:
            if isinstance(request, Unpack):
                return self._unpack(request), b""
            if isinstance(request, ListNames):
                seconds = Bounds.of(self._limits).seconds
                return ListedNames(names=list_names(Path(request.path), seconds)), b""
            return self._fetch(request)
        except Exception as error:
            return self._failure(error), b""

    def _unpack(self, request: Unpack) -> ArchiveAnswer:
        self._file = request.file
        unpacking = unpack(
            Path(request.path), request.file, Bounds.of(self._limits), request.allowance
        )
        if isinstance(unpacking, Failure):
            return unpacking
        self._unpacking = unpacking
        return Unpacked(members=unpacking.members, spent=unpacking.spent)

    def _fetch(self, request: Fetch) -> tuple[ArchiveAnswer, bytes]:
        if self._unpacking is None:
            return internal_failure("asked before an archive was unpacked"), b""
        with (self._unpacking.folder / str(request.member)).open("rb") as stream:
            stream.seek(request.start)
            return Fetched(), stream.read(request.length)

    def _failure(self, error: Exception) -> Failure:
        """The failure for an error that `unpack` did not expect: memory ran out, or the archive is damaged."""
        failure = memory_failure(error, self._file, self._limits)
        if failure is not None:
            return failure
        return file_failure("corrupt", self._file, detail=error_detail(error))
