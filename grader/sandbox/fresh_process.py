"""A fresh process for every submission; messages go through its standard streams.

Slower than a fork by the time importing takes. Used where there is no fork, and in containers, which pass on
streams and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import BinaryIO, cast

import msgspec

from grader.sandbox import containers
from grader.sandbox.channel import PipeConnection
from grader.sandbox.cleanup import remove_tree
from grader.sandbox.confinement import IsolationSettings, clean_environment, submitted_name
from grader.sandbox.levels import Level
from grader.sandbox.outcome import Limits
from grader.sandbox.process import START_S, tail
from grader.sandbox.protocol import Ended, Ready, Setup
from grader.sandbox.scratch import log_file, make_folder, require_room
from grader.sandbox.sealed_memfd import SealedMemfd

_END_S = 30
_READY_BYTES = 1 << 16
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from grader.sandbox.child_main import main; main(sys.argv[1])"
)


class FreshStarter:
    """Starts a process for each box, in a container where `level` says so.

    Args:
        target: What runs inside, as ``module:function``.
        preload: Modules imported before it runs.
        limits: What each process may use.
        level: ``container``, or ``none`` for a plain process.
    """

    def __init__(self, target: str, preload: Sequence[str], limits: Limits, level: Level) -> None:
        self._in_container = level == "container"
        self._root = containers.WORKING_FOLDER if self._in_container else make_folder("box")
        self._setup = Setup(
            target=target,
            preload=tuple(preload),
            limits=limits,
            isolation=IsolationSettings(enabled=False),
            folder=self._root,
        )

    def start(self, number: int, files: Sequence[int]) -> FreshProcess:
        """Start a process. Files that one before it left in its folder are removed first."""
        name = f"grader-{os.getpid()}-{number}"
        folder = f"{self._root}/{number}"
        if self._in_container:
            command = containers.command(name, ["-c", _BOOT, folder, "[]"], self._setup.limits)
            return FreshProcess(command, self._setup, files, stop=containers.stop_command(name))
        remove_tree(folder)
        boot = [sys.executable, "-I", "-c", _BOOT, folder, json.dumps(sys.path)]
        return FreshProcess(boot, self._setup, files, environment=clean_environment(folder))

    def submitted(self, number: int, place: int) -> str:
        """Where a submitted file lies inside."""
        return f"{self._root}/{number}/{submitted_name(place)}"

    def written_bytes(self, number: int) -> int:
        """Not watched: a container limits its disk itself, and Windows has no isolation at all."""
        return 0

    def has_own_room(self) -> bool:
        """Whether the folder is the container's; if not, there must be room in it."""
        if not self._in_container:
            require_room(self._root)
        return self._in_container

    def close(self) -> None:
        """Remove what the processes left; the boxes end them."""
        if not self._in_container:
            remove_tree(self._root)


class FreshProcess:
    """A process that messages reach through its standard streams.

    Args:
        command: How it is started.
        setup: What to run.
        files: The submitted files, opened.
        environment: All it sees; None for the grader's, if `command` does not pass it on.
        stop: A command that ends it, if killing the started program does not.
    """

    def __init__(
        self,
        command: Sequence[str],
        setup: Setup,
        files: Sequence[int],
        *,
        environment: dict[str, str] | None = None,
        stop: Sequence[str] = (),
    ) -> None:
        self._stop = stop
        self._stopped = False
        self._log = log_file()
        self._log_tail = ""
        self._process = subprocess.Popen(  # noqa: S603
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        reading = cast(BinaryIO, self._process.stdout)
        writing = cast(BinaryIO, self._process.stdin)
        self._connection = PipeConnection(reading, writing)
        with contextlib.suppress(OSError):  # died at once, which shows in `end`
            own = msgspec.structs.replace(setup, files=len(files))
            self._connection.send_bytes(msgspec.json.encode(own))
        self._files = tuple(files)

    def wait_until_ready(self) -> None:
        """Wait until everything is imported, then send it the submitted files."""
        watchdog = threading.Timer(START_S, self.interrupt)
        watchdog.start()
        try:
            ready = msgspec.json.decode(self._connection.recv_bytes(_READY_BYTES), type=Ready)
        except (OSError, EOFError, ValueError) as error:
            raise OSError(f"the process did not start: {error!r}") from error
        finally:
            watchdog.cancel()
        if ready.error:
            raise OSError(ready.error)
        with contextlib.suppress(OSError):  # died since, which shows when it is asked
            for file in self._files:
                self._connection.send_bytes(_content(file))

    def send(self, message: bytes, payload: SealedMemfd | None) -> None:
        """Send a message and what goes with it."""
        self._connection.send_bytes(message)
        if payload is not None:
            self._connection.send_bytes(payload.read())

    def receive(self, longest: int) -> bytes:
        """The next message."""
        return self._connection.recv_bytes(longest)

    def interrupt(self) -> None:
        """End it: a pipe that is waited on cannot be closed."""
        self._stopped = True
        if self._stop:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(self._stop, capture_output=True, timeout=_END_S, check=False)  # noqa: S603
        self._process.kill()

    def cpu_s(self) -> float | None:
        """Not measured: what runs in a container is no process of this one."""
        return None

    def end(self, grace_s: float) -> Ended | None:
        """End it."""
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.interrupt()
        code = self._process.wait(_END_S)
        self._connection.close()
        self._log_tail = tail(self._log)
        self._log.close()
        return Ended(
            exitcode=code if code >= 0 else None,
            exitsig=-code if code < 0 else None,
            stopped=self._stopped,
        )

    def log_tail(self) -> str:
        """The end of what it wrote to its standard error; known once it has ended."""
        return self._log_tail


def _content(file: int) -> bytes:
    with os.fdopen(os.dup(file), "rb") as source:
        source.seek(0)
        return source.read()
