"""Send records to a sandboxed process; every way this can end becomes a `Failure` that says whose fault it was."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from grader.records.base import Record
from grader.records.evidence import Failure
from grader.sandbox import failures
from grader.sandbox.box import Box
from grader.sandbox.outcome import Limits, Outcome
from grader.sandbox.sealed_memfd import SealedMemfd

T = TypeVar("T", bound=Record)


class SandboxClient:
    """Requests about one submitted file.

    Args:
        box: Where the sandboxed process runs.
        file: What the student calls the file.
        limits: What the box was started with, for messages.
    """

    def __init__(self, box: Box, file: str, limits: Limits) -> None:
        self.box = box
        self.file = file
        self.limits = limits
        self._failed: Failure | None = None

    @property
    def timeout_s(self) -> float:
        """How long one request may take, and all requests for one result together."""
        return self.limits.wall_s

    def ask(
        self,
        request: Record,
        answer: type[T],
        payload: bytes | memoryview | SealedMemfd = b"",
        *,
        expect: int = 0,
        replay: bool = False,
    ) -> tuple[T, bytes] | Failure:
        """Send one request.

        Args:
            request: Sent as JSON.
            answer: The record that answers it; like `Failure` a tagged one.
            payload: Bytes that go with the request.
            expect: How many bytes go with the answer.
            replay: Repeat this request first if the process is started anew; see `Box.ask`.

        Returns:
            The answer and its bytes. After an answer that cannot be decoded every request fails likewise.

        Raises:
            StorageError: The request failed, and the machine has no room left for what the process writes.
        """
        if self._failed is not None:
            return self._failed
        data = msgspec.json.encode(request)
        outcome = self.box.ask(data, payload, expect=expect, replay=replay)
        if outcome.status != "ok":
            return self._failure_of(outcome)
        try:
            kinds: Any = answer | Failure
            decoded: T | Failure = msgspec.json.decode(outcome.answer, type=kinds)
        except (ValueError, RecursionError) as error:
            self._failed = failures.crashed(self.file, f"no valid answer: {error}")
            return self._failed
        if isinstance(decoded, Failure):
            return self._out_of_room(decoded) or decoded
        if len(outcome.payload) != expect:
            detail = f"{len(outcome.payload)} bytes came back instead of {expect}"
            self._failed = failures.crashed(self.file, detail)
            return self._failed
        return decoded, outcome.payload

    def timed_out(self, detail: str) -> Failure:
        """The failure of a file that takes longer than `timeout_s`."""
        return failures.timed_out(self.file, self.limits, detail)

    def _out_of_room(self, failure: Failure) -> Failure | None:
        """The failure of what could not write: room of its own is limited like memory, a disk is ours to look after."""
        if not failures.mentions_room(failure.detail):
            return None
        if self.box.has_own_room():
            return failures.out_of_memory(self.file, self.limits, failure.detail)
        return failures.internal(self.file, failure.detail)

    def _failure_of(self, outcome: Outcome) -> Failure:
        """The failure that an outcome other than ``ok`` stands for."""
        if outcome.status == "TO":
            return self.timed_out(outcome.message)
        ended = f"exit code {outcome.exitcode}, signal {outcome.exitsig}"
        detail = f"{outcome.status}, {ended}: {outcome.message}"
        if failures.mentions_memory(outcome.message):
            return failures.out_of_memory(self.file, self.limits, detail)
        if failures.mentions_room(outcome.message):
            return failures.internal(self.file, detail)
        if outcome.status in ("RE", "SG"):
            return failures.crashed(self.file, detail)
        return failures.internal(self.file, detail)
