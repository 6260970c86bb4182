"""Untrusted work, and requests to it.

Messages are length-prefixed bytes: nothing that comes back is ever unpickled, and this side does not look into
answers. Whatever happens inside, `Box.ask` returns and reports what became of it.
"""

from __future__ import annotations

import itertools
import os
import stat
import threading
import time
import weakref
from pathlib import Path

import msgspec

from grader.sandbox.descriptors import MAX_SUBMITTED, allow_descriptors
from grader.sandbox.endings import KILLED, status_of, status_of_lost
from grader.sandbox.exchange import Request, exchange
from grader.sandbox.failures import mentions_room
from grader.sandbox.forked import WarmStarter
from grader.sandbox.fresh_process import FreshStarter
from grader.sandbox.levels import Level
from grader.sandbox.outcome import Limits, Outcome
from grader.sandbox.process import Process, Starter
from grader.sandbox.profile import SandboxProfile
from grader.sandbox.protocol import Ended
from grader.sandbox.sealed_memfd import SealedMemfd
from grader.sandbox.watch import Breach, Watch

_GRACE_S = 0.5
#: Files of the largest size allowed that may lie in a box's folder.
_FILES = 4


class Sandbox:
    """Starts confined processes that all run the target of one profile.

    Args:
        profile: What runs inside.
        limits: What each process may use, before the profile changes it.
        level: The isolation level. `grader.sandbox.selftest` finds out which hold here.
    """

    def __init__(self, profile: SandboxProfile, *, limits: Limits, level: Level) -> None:
        self.limits = profile.limits(limits)
        self.level = level
        self._numbers = itertools.count(1)
        self._boxes: weakref.WeakSet[Box] = weakref.WeakSet()
        self._closed = False
        allow_descriptors()
        self._starter = make_starter(profile, self.limits, level)

    def open(self) -> Box:
        """A box for one submission; close it with its context manager.

        Raises:
            RuntimeError: The sandbox was closed.
        """
        if self._closed:
            raise RuntimeError("the sandbox is closed")
        box = Box(self._starter, next(self._numbers), self.limits)
        self._boxes.add(box)
        return box

    def close(self) -> None:
        """End every process that still runs; nothing can be opened afterwards."""
        self._closed = True
        for box in list(self._boxes):
            box.stop()
        self._starter.close()


def make_starter(profile: SandboxProfile, limits: Limits, level: Level) -> Starter:
    """What starts processes at an isolation level on this machine.

    Args:
        profile: What runs inside.
        limits: What each process may use.
        level: The isolation level.
    """
    if level == "container" or os.name == "nt":
        return FreshStarter(profile.target, profile.preload, limits, level)
    return WarmStarter(profile.target, profile.preload, limits, level)


class Box:
    """A process for one submission, started at the first request. Made by `Sandbox.open`."""

    def __init__(self, starter: Starter, number: int, limits: Limits) -> None:
        self._starter = starter
        self._number = number
        self._limits = limits
        self._files: list[int] = []
        self._process: Process | None = None
        self._replayed: list[Request] = []
        self._failed: Outcome | None = None
        self._retried = False
        self._stopped = False
        self._lock = threading.Lock()
        self._peak = 0

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def bring(self, path: Path) -> str:
        """Put a copy of a submitted file into the box, before the first request.

        Several may be brought that belong together. Only their bytes get there: a file's path outside, and what lies
        beside it, stay out of reach.

        Args:
            path: A regular file; no link.

        Returns:
            Where it lies inside.

        Raises:
            OSError: It cannot be opened, or is no regular file.
            ValueError: There are `MAX_SUBMITTED` files in the box already, or it was asked something.
        """
        if len(self._files) >= MAX_SUBMITTED or self._process is not None:
            raise ValueError(f"a box takes {MAX_SUBMITTED} files, before the first request")
        descriptor = os.open(path, os.O_RDONLY | _SAFE_OPEN_FLAGS)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(f"{path} is no regular file")
        self._files.append(descriptor)
        return self._starter.submitted(self._number, len(self._files) - 1)

    def close(self) -> None:
        """End the process and remove what it left."""
        self._end(0)
        while self._files:
            os.close(self._files.pop())

    @property
    def time_to_open(self) -> float:
        """Seconds for the request that opens the files that were brought, by their sizes."""
        return self._limits.time_to_open(self._submitted_bytes())

    @property
    def max_rss(self) -> int:
        """The largest resident memory reported so far, in bytes."""
        return self._peak

    def cpu_s(self) -> float | None:
        """Seconds of processor time the process has used, whatever it says itself; None where nobody can tell.

        To be called between requests, by the thread that sends them.
        """
        return None if self._process is None else self._process.cpu_s()

    def ask(
        self,
        request: bytes,
        payload: bytes | memoryview | SealedMemfd = b"",
        *,
        expect: int = 0,
        replay: bool = False,
        timeout_s: float | None = None,
    ) -> Outcome:
        """Send one request and wait for its answer, at most the wall-clock limit.

        The time it takes to start the process does not count.

        If the worker that forked the process died, which no isolated submission can cause, the request is sent
        once more to a new process. After any other failure the process is gone, and every further request fails
        likewise.

        Args:
            request: Opaque bytes.
            payload: Bytes that go with it; `SealedMemfd` if they serve several boxes.
            expect: How many bytes may come with the answer. None at all are accepted too, since the answer may
                say why; any other number is `RE`.
            replay: Repeat this request first when a process is started anew, since later ones build on it. Such a
                request has no payload.
            timeout_s: How long it may take, where that is less than the wall-clock limit.

        Raises:
            ValueError: A request to replay has a payload.
            StorageError: It failed, and the machine has no room for what it writes.
        """
        if replay and payload:
            raise ValueError("a request that is replayed has no payload")
        if self._failed is not None:
            return self._failed
        own: SealedMemfd | None = None
        if not isinstance(payload, SealedMemfd):
            own = SealedMemfd(payload) if payload else None
        sealed = payload if isinstance(payload, SealedMemfd) else own
        try:
            wall_s = self._limits.wall_s
            limit = wall_s if timeout_s is None else min(wall_s, timeout_s)
            asked = Request(request, sealed, expect, limit)
            outcome = self._attempt(asked)
            if outcome.status == "XX" and not self._retried:
                self._retried = True
                outcome = self._retry(asked)
        finally:
            if own is not None:
                own.close()
        if outcome.status != "ok":
            self._failed = outcome
        elif replay:
            self._replayed.append(asked)
        return outcome

    def has_own_room(self) -> bool:
        """Whether what is written inside has limited room of its own.

        Raises:
            StorageError: It goes to a disk of this machine, which has no room.
        """
        return not self._stopped and self._starter.has_own_room()

    def stop(self) -> None:
        """End the process; a request under way comes back as `SG`. May be called from any thread."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.interrupt()

    def _retry(self, request: Request) -> Outcome:
        """Repeat in a new process the requests to replay, and then send the request."""
        for earlier in self._replayed:
            outcome = self._attempt(earlier)
            if outcome.status != "ok":
                return outcome
        return self._attempt(request)

    def _attempt(self, request: Request) -> Outcome:
        started = time.monotonic()
        outcome = self._answered(request)
        took = time.monotonic() - started
        return msgspec.structs.replace(outcome, time_wall=took, time_limit=request.timeout_s)

    def _answered(self, request: Request) -> Outcome:
        try:
            process = self._started()
        except (OSError, RuntimeError) as error:
            self.has_own_room()
            return Outcome(status="SG" if self._stopped else "XX", message=str(error))
        watch = Watch(
            wall_s=request.timeout_s,
            disk_bytes=self._disk_bytes(),
            occupied=lambda: self._starter.written_bytes(self._number),
            interrupt=process.interrupt,
        )
        try:
            with watch:
                reply, body = exchange(process, request)
        except (OSError, EOFError, ValueError, RecursionError) as error:
            return self._outcome_of_end(process, error, watch.breach)
        self._peak = max(self._peak, reply.usage.peak_memory_bytes)
        return Outcome(
            status="ok",
            answer=bytes(reply.answer),
            payload=body,
            max_rss=self._peak,
        )

    def _started(self) -> Process:
        """The process, started at the first request and ready to look at what was submitted."""
        if self._process is None:
            process = self._starter.start(self._number, self._files)
            with self._lock:
                self._process = process
                if self._stopped:
                    process.interrupt()
            try:
                process.wait_until_ready()
            except OSError as error:
                self._end(0)
                raise OSError(process.log_tail() or str(error)) from error
        return self._process

    def _submitted_bytes(self) -> int:
        return sum(os.fstat(file).st_size for file in self._files)

    def _disk_bytes(self) -> int:
        return self._submitted_bytes() + _FILES * self._limits.file_bytes

    def _end(self, grace_s: float) -> Ended | None:
        with self._lock:
            process, self._process = self._process, None
        return process.end(grace_s) if process is not None else None

    def _outcome_of_end(self, process: Process, error: Exception, breach: Breach | None) -> Outcome:
        """The outcome of a request whose process did not answer properly, from how it ended."""
        own_room = self.has_own_room()  # as long as what it wrote is there
        ended = self._end(0 if breach or self._stopped else _GRACE_S)
        message = process.log_tail() or f"{type(error).__name__}: {error}"
        if breach == "disk":
            message = f"too much was written to disk\n{message}"
        if own_room and mentions_room(message):
            message = f"out of memory: what it writes does not fit\n{message}"
        if ended is None:
            return Outcome(status=status_of_lost(breach, self._stopped), message=message)
        if ended.exitsig == KILLED and not ended.stopped:
            message = f"out of memory: the system ended it\n{message}"
        stopped = self._stopped and breach is None
        return Outcome(
            status="SG" if stopped else status_of(ended, error, breach),
            max_rss=max(self._peak, ended.max_rss),
            exitcode=ended.exitcode,
            exitsig=KILLED if stopped else None if ended.stopped else ended.exitsig,
            message=message,
        )


# Named pipes do not block, links are not followed, programs that are started do not inherit it.
_SAFE_OPEN_FLAGS = sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
