"""One request to a process for untrusted work, and the reply."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from grader.sandbox.process import Process
from grader.sandbox.protocol import Reply
from grader.sandbox.sealed_memfd import SealedMemfd

_HEAD_BYTES = 4 << 20


@dataclass(frozen=True)
class Request:
    """A request, and what its answer may be."""

    data: bytes
    """Opaque."""
    payload: SealedMemfd | None
    """What goes with it."""
    expect: int
    """How many bytes may come with the answer."""
    timeout_s: float
    """Seconds until the answer must be there."""


def exchange(process: Process, request: Request) -> tuple[Reply, bytes]:
    """Send a request, and wait for the reply and its body.

    Raises:
        OSError, EOFError: The process is gone.
        ValueError, RecursionError: What came back is no reply, or not of the size that was expected.
    """
    process.send(request.data, request.payload)
    reply = msgspec.json.decode(process.receive(_HEAD_BYTES), type=Reply)
    body = process.receive(request.expect)
    if len(body) not in (0, request.expect):
        raise ValueError(f"{len(body)} bytes came back instead of {request.expect}")
    return reply, body
