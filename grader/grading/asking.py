"""Talk to a sandboxed network, and turn every way it can end into a `Failure` that says whose fault it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.records.evidence import Failure, FailureReason, ModelFormat, ModelSummary
from grader.records.probe import (
    Fetch,
    Fetched,
    Member,
    Opened,
    OpenModel,
    Predict,
    Predicted,
    Unpack,
    Unpacked,
)
from grader.sandbox import Box, Limits, Outcome

#: What a C++ library says before it aborts for want of memory.
_OUT_OF_MEMORY = ("bad_alloc", "out of memory", "oom when allocating", "cannot allocate memory")


class Conversation:
    """Requests about one submitted file.

    Args:
        box: The sandboxed process.
        file: What the student calls the file.
        limits: What the box was started with, for messages.
    """

    def __init__(self, box: Box, file: str, limits: Limits) -> None:
        self._box = box
        self._file = file
        self._limits = limits

    def open(self, path: Path, kind: ModelFormat) -> ModelSummary | Failure:
        """Open the network."""
        outcome = self._box.ask(OpenModel(path=self._box.bring(path), file=self._file, format=kind))
        if isinstance(outcome.answer, Opened):
            return outcome.answer.summary
        return self._failure(outcome)

    def unpack(self, path: Path) -> tuple[Member, ...] | Failure:
        """Take an archive apart; no members for what is no archive of files."""
        outcome = self._box.ask(Unpack(path=self._box.bring(path), file=self._file))
        if isinstance(outcome.answer, Unpacked):
            return outcome.answer.members
        return self._failure(outcome)

    def fetch(self, member: int, start: int, length: int) -> bytes | Failure:
        """Exactly `length` bytes of a file out of the archive."""
        outcome = self._box.ask(Fetch(member=member, start=start, length=length), expect=length)
        return outcome.payload if isinstance(outcome.answer, Fetched) else self._failure(outcome)

    def predict(self, request: Predict, images: NDArray[np.uint8]) -> NDArray[np.float32] | Failure:
        """The network's outputs, shape (N, width), all finite."""
        outcome = self._box.ask(
            request,
            np.ascontiguousarray(images).data,
            expect=len(images) * request.width * 4,
        )
        if not isinstance(outcome.answer, Predicted):
            return self._failure(outcome)
        outputs = np.frombuffer(outcome.payload, "<f4").reshape(len(images), request.width)
        broken = int((~np.isfinite(outputs)).any(axis=1).sum())
        if broken:
            args = {"why": "not-finite", "count": str(broken), "images": str(len(images))}
            return Failure(reason="bad-output", args={"file": self._file, **args})
        return outputs

    @property
    def patience_s(self) -> float:
        """How long one question may take, and all that belong to one answer."""
        return self._limits.wall_s

    def timed_out(self, detail: str) -> Failure:
        """What is said of a network that takes longer than that."""
        args = {"file": self._file, "expected": f"{self.patience_s:g} s"}
        return Failure(reason="timed-out", args=args, detail=detail)

    def _failure(self, outcome: Outcome) -> Failure:
        if isinstance(outcome.answer, Failure):
            return outcome.answer
        reason: FailureReason
        expected = ""
        if outcome.status == "TO":
            return self.timed_out(outcome.message)
        if any(words in outcome.message.lower() for words in _OUT_OF_MEMORY):
            reason, expected = "out-of-memory", f"{self._limits.memory_bytes / (1 << 30):g} GiB"
        elif outcome.status in ("RE", "SG", "ok"):  # ok: another answer than was asked for
            reason = "crashed"
        else:
            reason = "internal"
        ended = f"exit code {outcome.exitcode}, signal {outcome.exitsig}"
        return Failure(
            reason=reason,
            args={"file": self._file, "expected": expected},
            detail=f"{outcome.status}, {ended}: {outcome.message}",
        )
