"""Inside the sandbox: answer one request at a time until the other side hangs up."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from grader.records.base import Record
from grader.records.evidence import Failure
from grader.sandbox import failures
from grader.sandbox.channel import Connection
from grader.sandbox.outcome import Limits
from grader.sandbox.protocol import Reply, Usage

T = TypeVar("T")

#: Receives the bytes that came with a request; to be called once, and only if the request has some.
ReceivePayload = Callable[[], memoryview]
#: Answers a request: takes its bytes, returns the answer as JSON and the body that goes with it.
Handler = Callable[[bytes, ReceivePayload], tuple[bytes, bytes]]


def serve_requests(connection: Connection, handle: Handler) -> None:
    """Have `handle` answer every request until the connection closes."""
    while True:
        try:
            request = connection.recv_bytes()
            answer, body = handle(request, connection.recv_payload)
        except EOFError:
            return
        send_reply(connection, answer, body)


def serve_records(
    connection: Connection, request_type: type[T], answer: Callable[[T], Record]
) -> None:
    """Have `answer` answer every request until the connection closes, records in and records out.

    For work that needs no bytes besides the records. An error that `answer` raises ends the process, which the
    trusted side reports as a crash.

    Args:
        connection: To the trusted side.
        request_type: What requests are decoded as.
        answer: Gives a tagged record, or a `Failure`.
    """

    def handle(request: bytes, receive_payload: ReceivePayload) -> tuple[bytes, bytes]:
        answered = answer(msgspec.json.decode(request, type=request_type))
        return encoded_answer(answered), b""

    serve_requests(connection, handle)


def encoded_answer(answer: Record) -> bytes:
    """An answer as JSON. Halves of characters, which texts of submitted files may have, become question marks."""
    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole_characters(msgspec.to_builtins(answer)))


def _whole_characters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole_characters(name): _whole_characters(item) for name, item in value.items()}
    return list(map(_whole_characters, value)) if isinstance(value, list | tuple) else value


def send_reply(connection: Connection, answer: bytes, body: bytes = b"") -> None:
    """Send an answer, as JSON, and its body."""
    reply = Reply(answer=msgspec.Raw(answer), usage=Usage(peak_memory_bytes=_peak_memory()))
    connection.send_bytes(msgspec.json.encode(reply))
    connection.send_bytes(body)


def memory_failure(error: Exception, file: str, limits: Limits) -> Failure | None:
    """The failure to report if `error` says that memory ran out; None for any other error."""
    detail = error_detail(error)
    by_type = isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
    if by_type or failures.mentions_memory(detail):
        return failures.out_of_memory(file, limits, detail)
    return None


def error_detail(error: Exception) -> str:
    """What staff read of an error: its type and message, shortened."""
    return f"{type(error).__name__}: {error}"[:2000]


def _peak_memory() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10
