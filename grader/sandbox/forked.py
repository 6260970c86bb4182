"""Processes that warm workers fork, one for each box."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.sandbox import bubblewrap
from grader.sandbox.channel import SocketConnection
from grader.sandbox.clearing import remove_tree
from grader.sandbox.confinement import SUBMITTED
from grader.sandbox.levels import Level
from grader.sandbox.orders import Ended
from grader.sandbox.outcome import Limits
from grader.sandbox.process import tail
from grader.sandbox.sealed import Sealed
from grader.sandbox.workers import Recipe, WorkerPool

#: More entries than any network needs.
_MANY_ENTRIES = 2_000


class ForkedProcess:
    """A process that a warm worker forks.

    Args:
        pool: Where the worker comes from.
        folder: Made for it, as the worker sees it.
        file: The submitted file, opened.
    """

    def __init__(self, pool: WorkerPool, folder: str, file: int | None) -> None:
        self._pool = pool
        self._worker = pool.take()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed in `end`)
        self._words = ""
        ours, theirs = socket.socketpair()
        self._connection = SocketConnection(ours)
        with theirs, contextlib.suppress(OSError):  # a dead worker shows in `end`
            descriptors = [theirs.fileno(), self._log.fileno()]
            self._worker.start(folder, descriptors if file is None else [*descriptors, file])

    def send(self, message: bytes, payload: Sealed | None) -> None:
        """Send a message and what goes with it."""
        self._connection.send_bytes(message, [] if payload is None else [payload.fileno()])

    def receive(self, longest: int) -> bytes:
        """The next message."""
        return self._connection.recv_bytes(longest)

    def interrupt(self) -> None:
        """Hang up."""
        self._connection.shut()

    def end(self, grace_s: float) -> Ended | None:
        """End it and give its worker back."""
        self._connection.close()
        ended = self._worker.end(grace_s)
        self._words = tail(self._log)
        self._log.close()
        self._pool.give_back(self._worker, ended)
        return ended

    def last_words(self) -> str:
        """The end of what it wrote to its standard error; known once it has ended."""
        return self._words


class WarmStarter:
    """Starts processes by forking warm workers.

    Args:
        target: What runs inside, as ``module:function``.
        preload: Modules imported once.
        limits: What each process may use.
        level: Of the walls.
    """

    def __init__(self, target: str, preload: Sequence[str], limits: Limits, level: Level) -> None:
        self._inside = level == "strong"
        self._room = bubblewrap.ROOM if self._inside else tempfile.mkdtemp(prefix="grader-box-")
        self._pool = WorkerPool(Recipe(target, tuple(preload), limits, level, self._room))
        self._pool.prepare()

    def start(self, number: int, file: int | None) -> ForkedProcess:
        """Fork a process. What a worker that died left in the folder is removed first."""
        if not self._inside:
            remove_tree(self._folder(number))
        return ForkedProcess(self._pool, self._folder(number), file)

    def submitted(self, number: int) -> str:
        """Where the submitted file lies inside."""
        return f"{self._folder(number)}/{SUBMITTED}"

    def written_bytes(self, number: int) -> int:
        """What lies in its folder; inside bubblewrap the folder itself is limited."""
        return 0 if self._inside else occupied_bytes(self._folder(number))

    def close(self) -> None:
        """End all workers."""
        self._pool.close()
        if not self._inside:
            remove_tree(self._room)

    def _folder(self, number: int) -> str:
        return f"{self._room}/{number}"


def occupied_bytes(folder: str | Path) -> int:
    """What a folder takes on disk; enormous where it holds too much to count."""
    waiting, seen, size = [str(folder)], 0, 0
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if seen > _MANY_ENTRIES:
                        return sys.maxsize
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # a path too long, or a folder that may not be read
            return sys.maxsize
    return size
