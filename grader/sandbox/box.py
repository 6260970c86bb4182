"""A sandboxed process and the conversation with it.

The process is forked from a server that has imported the heavy libraries once (`preload`), so a new one costs
milliseconds. Messages are length-prefixed bytes: nothing the process sends is ever unpickled.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from grader.records.probe import Predicted, Reply, Request
from grader.sandbox.confinement import LOG_NAME, confined, only_kept_variables
from grader.sandbox.outcome import Limits, Outcome, OutcomeStatus

Target = Callable[[Connection, Limits], None]

_HEAD_BYTES = 4 << 20
_LOG_TAIL_BYTES = 4 << 10
_GRACE_S = 5.0


class Sandbox:
    """Starts confined processes that all run `target`.

    Args:
        target: Runs inside; gets its end of the connection and the limits. Importable by name.
        limits: What each process may use.
        preload: Modules imported once for all processes.
    """

    #: The level of the walls, as reports name it.
    level = "none"

    def __init__(self, target: Target, *, limits: Limits, preload: Sequence[str] = ()) -> None:
        method = (
            "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        )
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload([*preload, "__main__"])
            from multiprocessing import forkserver

            with only_kept_variables():
                forkserver.ensure_running()
        self._target = target
        self._lock = threading.Lock()
        self._boxes: weakref.WeakSet[Box] = weakref.WeakSet()
        self._closed = False
        self.limits = limits

    def open(self) -> Box:
        """Start a process; close it with the box's context manager.

        Raises:
            RuntimeError: The sandbox was closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            box = Box(self._context, self._target, self.limits)
            self._boxes.add(box)
            return box

    def close(self) -> None:
        """End every process that still runs; nothing can be opened afterwards."""
        with self._lock:
            self._closed = True
            for box in list(self._boxes):
                box.stop()


class Box:
    """One sandboxed process. Made by `Sandbox.open`; a context manager."""

    def __init__(self, context: Any, target: Target, limits: Limits) -> None:
        self._limits = limits
        self._folder = tempfile.TemporaryDirectory(prefix="grader-box-", ignore_cleanup_errors=True)
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=confined, args=(theirs, target, limits, self._folder.name), daemon=True
        )
        self._process.start()
        theirs.close()
        self._timed_out = False
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

    def close(self) -> None:
        """End the process and remove its folder."""
        self._connection.close()
        self._process.kill()
        self._process.join(_GRACE_S)
        self._folder.cleanup()

    @property
    def max_rss(self) -> int:
        """The largest resident memory reported so far, in bytes."""
        return self._peak

    def ask(
        self, request: Request, payload: bytes | memoryview = b"", *, expect: int = 0
    ) -> Outcome:
        """Send one request and wait for its answer, at most the wall-clock limit.

        Args:
            request: What is wanted.
            payload: Bytes that go with it.
            expect: How many bytes must come with a `Predicted` answer; any other number is `RE`.
        """
        started = time.monotonic()
        watchdog = threading.Timer(self._limits.wall_s, self._stop_late)
        watchdog.daemon = True
        watchdog.start()
        try:
            self._connection.send_bytes(msgspec.json.encode(request))
            if payload:
                self._connection.send_bytes(payload)
            reply = msgspec.json.decode(self._connection.recv_bytes(_HEAD_BYTES), type=Reply)
            with_bytes = isinstance(reply.answer, Predicted)
            body = self._connection.recv_bytes(expect) if with_bytes else b""
            if with_bytes and len(body) != expect:
                raise ValueError(f"{len(body)} bytes came back instead of {expect}")
        except (OSError, EOFError, ValueError) as error:
            return self._post_mortem(error, time.monotonic() - started)
        finally:
            watchdog.cancel()
        self._peak = max(self._peak, reply.usage.peak_memory_bytes)
        return Outcome(
            status="ok",
            answer=reply.answer,
            payload=body,
            time_wall=time.monotonic() - started,
            max_rss=self._peak,
        )

    def stop(self) -> None:
        """End the process; a request under way comes back as `SG`."""
        with contextlib.suppress(ValueError):  # already closed
            self._process.kill()

    def _stop_late(self) -> None:
        self._timed_out = True
        self.stop()

    def _post_mortem(self, error: Exception, elapsed: float) -> Outcome:
        """Say how a process that did not answer properly ended; it is not asked again."""
        # One that still runs broke the rules of the conversation; how it ends then is our doing.
        self._process.join(_GRACE_S / 10)
        code = self._process.exitcode
        self.stop()
        self._process.join(_GRACE_S)
        status: OutcomeStatus
        if self._timed_out or code == -getattr(signal, "SIGXCPU", 0):
            status = "TO"
        elif isinstance(error, ValueError) or code is None or code >= 0:
            status = "RE"
        else:
            status = "SG"
        return Outcome(
            status=status,
            time_wall=elapsed,
            max_rss=self._peak,
            exitcode=code if code is not None and code >= 0 else None,
            exitsig=-code if code is not None and code < 0 else None,
            message=self._last_words() or f"{type(error).__name__}: {error}",
        )

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            log = Path(self._folder.name) / LOG_NAME
            return log.read_bytes()[-_LOG_TAIL_BYTES:].decode("utf-8", "replace").strip()
        return ""
