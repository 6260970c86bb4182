"""Processes that warm workers fork, one for each box."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.sandbox import bubblewrap
from grader.sandbox.channel import SocketConnection
from grader.sandbox.cleanup import remove_tree
from grader.sandbox.confinement import submitted_name
from grader.sandbox.levels import Level
from grader.sandbox.outcome import Limits
from grader.sandbox.process import tail
from grader.sandbox.protocol import Ended
from grader.sandbox.scratch import log_file, make_folder, require_room
from grader.sandbox.sealed_memfd import SealedMemfd
from grader.sandbox.workers import WorkerConfig, WorkerPool

#: More entries than any submission needs.
_MANY_ENTRIES = 2_000


class ForkedProcess:
    """A process that a warm worker forks.

    Args:
        pool: Where the worker comes from.
        folder: Made for it, as the worker sees it.
        files: The submitted files, opened.
    """

    def __init__(self, pool: WorkerPool, folder: str, files: Sequence[int]) -> None:
        self._pool = pool
        self._log = log_file()
        try:
            self._worker = pool.acquire()
        except BaseException:
            self._log.close()
            raise
        self._log_tail = ""
        ours, theirs = socket.socketpair()
        self._connection = SocketConnection(ours)
        with theirs, contextlib.suppress(OSError):  # a dead worker shows in `end`
            descriptors = [theirs.fileno(), self._log.fileno()]
            self._worker.start(folder, [*descriptors, *files])

    def wait_until_ready(self) -> None:
        """The worker it is forked from has imported everything, and passes it the files."""

    def send(self, message: bytes, payload: SealedMemfd | None) -> None:
        """Send a message and what goes with it."""
        self._connection.send_bytes(message, [] if payload is None else [payload.fileno()])

    def receive(self, longest: int) -> bytes:
        """The next message."""
        return self._connection.recv_bytes(longest)

    def interrupt(self) -> None:
        """Hang up."""
        self._connection.shut()

    def cpu_s(self) -> float | None:
        """Seconds of processor time it has used, as the worker measures them."""
        return self._worker.cpu_s()

    def end(self, grace_s: float) -> Ended | None:
        """End it and release its worker."""
        self._connection.close()
        ended = self._worker.end(grace_s)
        self._log_tail = tail(self._log)
        self._log.close()
        self._pool.release(self._worker, ended)
        return ended

    def log_tail(self) -> str:
        """The end of what it wrote to its standard error; known once it has ended."""
        return self._log_tail


class WarmStarter:
    """Starts processes by forking warm workers.

    Args:
        target: What runs inside, as ``module:function``.
        preload: Modules imported once.
        limits: What each process may use.
        level: The isolation level.
    """

    def __init__(self, target: str, preload: Sequence[str], limits: Limits, level: Level) -> None:
        self._in_bubblewrap = level == "strong"
        self._root = bubblewrap.WORKING_FOLDER if self._in_bubblewrap else make_folder("box")
        self._pool = WorkerPool(WorkerConfig(target, tuple(preload), limits, level, self._root))
        self._pool.prepare()

    def start(self, number: int, files: Sequence[int]) -> ForkedProcess:
        """Fork a process. Files that a dead worker left in its folder are removed first."""
        if not self._in_bubblewrap:
            remove_tree(self._folder(number))
        return ForkedProcess(self._pool, self._folder(number), files)

    def submitted(self, number: int, place: int) -> str:
        """Where a submitted file lies inside."""
        return f"{self._folder(number)}/{submitted_name(place)}"

    def written_bytes(self, number: int) -> int:
        """What lies in its folder; inside bubblewrap the folder itself is limited."""
        return 0 if self._in_bubblewrap else occupied_bytes(self._folder(number))

    def has_own_room(self) -> bool:
        """Whether the folder is bubblewrap's; if not, there must be room in it."""
        if not self._in_bubblewrap:
            require_room(self._root)
        return self._in_bubblewrap

    def close(self) -> None:
        """End all workers."""
        self._pool.close()
        if not self._in_bubblewrap:
            remove_tree(self._root)

    def _folder(self, number: int) -> str:
        return f"{self._root}/{number}"


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
