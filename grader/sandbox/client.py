"""Send records to a sandboxed process; every way this can end becomes a `Failure` that says whose fault it was."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from grader.records.base import Record
from grader.records.evidence import Failure
from grader.sandbox import failures
from grader.sandbox.box import Box
from grader.sandbox.outcome import Limits, Outcome, OutcomeStatus
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
        self.status: OutcomeStatus = "ok"
        """How the last request ended: ``ok`` where the process said something, be it that it failed."""

    @property
    def timeout_s(self) -> float:
        """How long one request about what is open may take, and all requests for one result together."""
        return self.limits.wall_s

    def ask(
        self,
        request: Record,
        answer: type[T],
        payload: bytes | memoryview | SealedMemfd = b"",
        *,
        expect: int = 0,
        timeout_s: float | None = None,
    ) -> tuple[T, bytes] | Failure:
        """Send one request about what is open.

        Args:
            request: Sent as JSON.
            answer: The record that answers it; like `Failure` a tagged one.
            payload: Bytes that go with the request.
            expect: How many bytes go with the answer.
            timeout_s: How long it may take, where that is less than `timeout_s` of every request.

        Returns:
            The answer and its bytes. After an answer that cannot be decoded every request fails likewise.

        Raises:
            StorageError: The request failed, and the machine has no room left for what the process writes.
        """
        if self._failed is not None:
            return self._failed
        longest = min(timeout_s or self.timeout_s, self.timeout_s)
        data = msgspec.json.encode(request)
        outcome = self.box.ask(data, payload, expect=expect, timeout_s=longest)
        decoded = self._decoded(outcome, answer)
        if isinstance(decoded, Failure):
            return decoded
        if len(outcome.payload) != expect:
            detail = f"{len(outcome.payload)} bytes came back instead of {expect}"
            self._failed = failures.crashed(self.file, detail)
            return self._failed
        return decoded, outcome.payload

    def ask_to_open(self, request: Record, answer: type[T]) -> T | Failure:
        """Send the request that has the process open what was brought to the box: the first, which others build on.

        It may take no longer than `Limits.time_to_open` says, and is repeated first if the process is started anew.

        Args:
            request: Sent as JSON.
            answer: The record that answers it; like `Failure` a tagged one.

        Raises:
            StorageError: The request failed, and the machine has no room left for what the process writes.
        """
        if self._failed is not None:
            return self._failed
        data = msgspec.json.encode(request)
        outcome = self.box.ask(data, replay=True, timeout_s=self.box.time_to_open)
        return self._decoded(outcome, answer)

    def timed_out(self, detail: str) -> Failure:
        """The failure of a file that takes longer than `timeout_s`."""
        return failures.timed_out(self.file, self.timeout_s, detail)

    def _decoded(self, outcome: Outcome, answer: type[T]) -> T | Failure:
        """The record that came back, or why there is none."""
        self.status = outcome.status
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
        return decoded

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
            return failures.timed_out(self.file, outcome.time_limit, outcome.message)
        ended = f"exit code {outcome.exitcode}, signal {outcome.exitsig}"
        detail = f"{outcome.status}, {ended}: {outcome.message}"
        if failures.mentions_memory(outcome.message):
            return failures.out_of_memory(self.file, self.limits, detail)
        if failures.mentions_room(outcome.message):
            return failures.internal(self.file, detail)
        if outcome.status in ("RE", "SG"):
            return failures.crashed(self.file, detail)
        return failures.internal(self.file, detail)
