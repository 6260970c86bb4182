"""Untrusted work and the conversation with it.

Messages are length-prefixed bytes: nothing that comes back is ever unpickled. Whatever happens inside, `Box.ask`
returns and says what became of it.
"""

from __future__ import annotations

import itertools
import os
import signal
import stat
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from grader.records.probe import Fetched, OpenModel, Predicted, Reply, Request, Unpack
from grader.sandbox.forked import WarmStarter
from grader.sandbox.fresh import FreshStarter
from grader.sandbox.levels import Level
from grader.sandbox.orders import Ended
from grader.sandbox.outcome import Limits, Outcome, OutcomeStatus
from grader.sandbox.process import Process, Starter, Target
from grader.sandbox.sealed import Sealed
from grader.sandbox.watch import Breach, Watch

_HEAD_BYTES = 4 << 20
_GRACE_S = 0.5
#: Files of the largest size allowed that may lie in a box's folder.
_FILES = 4


class Sandbox:
    """Starts confined processes that all run `target`.

    Args:
        target: Runs inside; gets its end of the connection and the limits. Importable by name.
        limits: What each process may use.
        level: Of the walls. `grader.sandbox.selftest` finds out which hold here.
        preload: Modules imported once for all processes.
    """

    def __init__(
        self, target: Target, *, limits: Limits, level: Level, preload: Sequence[str] = ()
    ) -> None:
        self.limits = limits
        self.level = level
        self._numbers = itertools.count(1)
        self._boxes: weakref.WeakSet[Box] = weakref.WeakSet()
        self._closed = False
        self._starter = make_starter(
            f"{target.__module__}:{target.__qualname__}", limits, level, preload
        )

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


def make_starter(target: str, limits: Limits, level: Level, preload: Sequence[str] = ()) -> Starter:
    """What starts processes at a level on this machine.

    Args:
        target: What runs inside, as ``module:function``.
        limits: What each may use.
        level: Of the walls.
        preload: Modules imported before it runs.
    """
    if level == "container" or os.name == "nt":
        return FreshStarter(target, preload, limits, level)
    return WarmStarter(target, preload, limits, level)


class Box:
    """Room for one submission, with a process from the first request on. Made by `Sandbox.open`."""

    def __init__(self, starter: Starter, number: int, limits: Limits) -> None:
        self._starter = starter
        self._number = number
        self._limits = limits
        self._file: int | None = None
        self._process: Process | None = None
        self._opened: list[OpenModel | Unpack] = []
        self._failed: Outcome | None = None
        self._retried = False
        self._stopped = False
        self._lock = threading.Lock()
        self._peak = 0

    def __enter__(self) -> Box:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def bring(self, path: Path) -> str:
        """Have a submitted file in the box, before the first request.

        Only its bytes get there. Its place outside, and what lies beside it, stay out of reach.

        Args:
            path: A regular file; no link.

        Returns:
            Where it lies inside.

        Raises:
            OSError: It cannot be opened, or is no regular file.
            ValueError: There is a file in the box already, or it was asked something.
        """
        if self._file is not None or self._process is not None:
            raise ValueError("a box takes one file, before the first request")
        descriptor = os.open(path, os.O_RDONLY | _CAREFULLY)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(f"{path} is no regular file")
        self._file = descriptor
        return self._starter.submitted(self._number)

    def close(self) -> None:
        """End the process and remove what it left."""
        self._end(0)
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @property
    def max_rss(self) -> int:
        """The largest resident memory reported so far, in bytes."""
        return self._peak

    def ask(
        self, request: Request, payload: bytes | memoryview | Sealed = b"", *, expect: int = 0
    ) -> Outcome:
        """Send one request and wait for its answer, at most the wall-clock limit.

        Where the worker behind the process died, which no submission can bring about, all is asked once more.
        After any other failure the process is gone, and every further request fails likewise.

        Args:
            request: What is wanted.
            payload: Bytes that go with it; `Sealed` where they serve several boxes.
            expect: How many bytes must come with a `Predicted` or `Fetched` answer; any other number is `RE`.
        """
        if self._failed is not None:
            return self._failed
        handed = payload if isinstance(payload, Sealed) else Sealed(payload) if payload else None
        try:
            outcome = self._attempt(request, handed, expect)
            if outcome.status == "XX" and not self._retried:
                self._retried = True
                outcome = self._again(request, handed, expect)
        finally:
            if handed is not None and handed is not payload:
                handed.close()
        if outcome.status != "ok":
            self._failed = outcome
        elif isinstance(request, (OpenModel, Unpack)):
            self._opened.append(request)
        return outcome

    def stop(self) -> None:
        """End the conversation; a request under way comes back as `SG`. From any thread."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.interrupt()

    def _again(self, request: Request, payload: Sealed | None, expect: int) -> Outcome:
        """Ask in a new process what was asked before, and then the request."""
        for earlier in self._opened:
            outcome = self._attempt(earlier, None, 0)
            if outcome.status != "ok":
                return outcome
        return self._attempt(request, payload, expect)

    def _attempt(self, request: Request, payload: Sealed | None, expect: int) -> Outcome:
        started = time.monotonic()
        try:
            process = self._running()
        except (OSError, RuntimeError) as error:
            return Outcome(status="SG" if self._stopped else "XX", message=str(error))
        watch = Watch(
            wall_s=self._limits.wall_s,
            disk_bytes=self._disk_bytes(),
            occupied=lambda: self._starter.written_bytes(self._number),
            interrupt=process.interrupt,
        )
        try:
            with watch:
                reply, body = _exchange(process, request, payload, expect)
        except (OSError, EOFError, ValueError) as error:
            outcome = self._post_mortem(process, error, watch.breach)
            return msgspec.structs.replace(outcome, time_wall=time.monotonic() - started)
        self._peak = max(self._peak, reply.usage.peak_memory_bytes)
        return Outcome(
            status="ok",
            answer=reply.answer,
            payload=body,
            time_wall=time.monotonic() - started,
            max_rss=self._peak,
        )

    def _running(self) -> Process:
        """The process, started at the first request."""
        if self._process is None:
            process = self._starter.start(self._number, self._file)
            with self._lock:
                self._process = process
                if self._stopped:
                    process.interrupt()
        return self._process

    def _disk_bytes(self) -> int:
        handed = 0 if self._file is None else os.fstat(self._file).st_size
        return handed + _FILES * self._limits.file_bytes

    def _end(self, grace_s: float) -> Ended | None:
        with self._lock:
            process, self._process = self._process, None
        return process.end(grace_s) if process is not None else None

    def _post_mortem(self, process: Process, error: Exception, breach: Breach | None) -> Outcome:
        """Say how a process that did not answer properly ended."""
        ended = self._end(0 if breach or self._stopped else _GRACE_S)
        words = process.last_words() or f"{type(error).__name__}: {error}"
        if breach == "disk":
            words = f"too much was written to disk\n{words}"
        if ended is None:
            return Outcome(status=_status_of_lost(breach, self._stopped), message=words)
        if ended.exitsig == _KILLED and not ended.stopped:
            words = f"out of memory: the system ended it\n{words}"
        stopped = self._stopped and breach is None
        return Outcome(
            status="SG" if stopped else _status(ended, error, breach),
            max_rss=max(self._peak, ended.max_rss),
            exitcode=ended.exitcode,
            exitsig=_KILLED if stopped else None if ended.stopped else ended.exitsig,
            message=words,
        )


# Named pipes do not block, links are not followed, programs that are started do not inherit it.
_CAREFULLY = sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
_KILLED = 9
_OUT_OF_TIME = int(getattr(signal, "SIGXCPU", 0))


def _exchange(
    process: Process, request: Request, payload: Sealed | None, expect: int
) -> tuple[Reply, bytes]:
    process.send(msgspec.json.encode(request), payload)
    reply = msgspec.json.decode(process.receive(_HEAD_BYTES), type=Reply)
    if not isinstance(reply.answer, (Predicted, Fetched)):
        return reply, b""
    body = process.receive(expect)
    if len(body) != expect:
        raise ValueError(f"{len(body)} bytes came back instead of {expect}")
    return reply, body


def _status_of_lost(breach: Breach | None, stopped: bool) -> OutcomeStatus:
    """Of a process whose worker died: only where no limit was passed, that is nobody's doing but ours."""
    if breach is not None:
        return "TO" if breach == "time" else "RE"
    return "SG" if stopped else "XX"


def _status(ended: Ended, error: Exception, breach: Breach | None) -> OutcomeStatus:
    if breach == "time" or ended.exitsig == _OUT_OF_TIME:
        return "TO"
    if isinstance(error, ValueError) or ended.stopped or ended.exitcode is not None:
        return "RE"
    return "SG"
