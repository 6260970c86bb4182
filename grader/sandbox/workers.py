"""Warm workers on the trusted side: start them, have them start processes, replace them after a while."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from grader.sandbox import bubblewrap, cgroups
from grader.sandbox.channel import SocketConnection
from grader.sandbox.confinement import IsolationSettings, clean_environment
from grader.sandbox.levels import Level
from grader.sandbox.outcome import Limits
from grader.sandbox.process import START_S, tail
from grader.sandbox.protocol import End, Ended, Measure, Measured, Ready, Setup, Start
from grader.sandbox.readable_paths import readable_paths
from grader.sandbox.scratch import log_file

#: A worker is replaced after so many processes.
JOBS_PER_WORKER = 200

_END_S = 30
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from grader.sandbox.worker import main; main(int(sys.argv[1]))"
)


@dataclass(frozen=True)
class WorkerConfig:
    """How workers are started."""

    target: str
    preload: tuple[str, ...]
    limits: Limits
    level: Level
    folder: str
    """The folder whose subfolders their processes work in, as they see it."""

    def setup(self) -> Setup:
        """The first message to a worker."""
        return Setup(
            target=self.target,
            preload=self.preload,
            limits=self.limits,
            isolation=IsolationSettings(enabled=self.level != "none", readable=self.readable),
            folder=self.folder,
        )

    @property
    def readable(self) -> tuple[str, ...]:
        """What they may read of this machine."""
        return readable_paths(["grader", self.target, *self.preload])

    def command(self, descriptor: int) -> list[str]:
        """The command line of a worker that takes commands through a file descriptor."""
        python = [sys.executable, "-I", "-c", _BOOT, str(descriptor), json.dumps(sys.path)]
        environment = clean_environment(self.folder)
        if self.level == "strong":
            isolated = bubblewrap.wrap(
                python,
                readable=self.readable,
                environment=environment,
                folder_bytes=self.limits.memory_bytes // 2 + self.limits.file_bytes,
            )
        else:
            assignments = [f"{name}={value}" for name, value in environment.items()]
            isolated = ["/usr/bin/env", "-i", *assignments, *python]
        return [*cgroups.prefix(self.limits), *isolated]


class Worker:
    """One warm worker. Used by one thread at a time, but for `kill`.

    Args:
        config: How it is started.
    """

    def __init__(self, config: WorkerConfig) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(START_S)
        self.jobs = 0
        self._log = log_file()
        self._control = SocketConnection(ours)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                config.command(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                env=cgroups.environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                start_new_session=True,
            )
        with contextlib.suppress(OSError):  # died at once; `wait_until_ready` says why
            self._control.send_bytes(msgspec.json.encode(config.setup()))

    def wait_until_ready(self) -> None:
        """Wait until everything is imported.

        Raises:
            OSError: It cannot work; the message is for staff.
        """
        if self.jobs:
            return
        try:
            ready = msgspec.json.decode(self._control.recv_bytes(), type=Ready)
        except (OSError, EOFError) as error:
            self._process.kill()
            self._process.wait(_END_S)
            raise OSError(tail(self._log) or f"the worker did not start: {error!r}") from error
        if ready.error:
            raise OSError(ready.error)
        self._control.settimeout(_END_S)

    def start(self, folder: str, descriptors: Sequence[int]) -> None:
        """Start a process in a folder that is made for it.

        Args:
            folder: As the worker sees it.
            descriptors: Its connection, its log, and the submitted files.

        Raises:
            OSError: The worker is dead.
        """
        self.jobs += 1
        self._control.send_bytes(msgspec.json.encode(Start(folder=folder)), descriptors)

    def end(self, grace_s: float) -> Ended | None:
        """End the process; None if the worker is dead or does not answer."""
        try:
            self._control.send_bytes(msgspec.json.encode(End(grace_s=grace_s)))
            return msgspec.json.decode(self._control.recv_bytes(), type=Ended)
        except (OSError, EOFError, ValueError):
            self.kill()
            return None

    def cpu_s(self) -> float | None:
        """Seconds of processor time the process has used; None if nobody tells."""
        try:
            self._control.send_bytes(msgspec.json.encode(Measure()))
            return msgspec.json.decode(self._control.recv_bytes(), type=Measured).cpu_s
        except (OSError, EOFError, ValueError):
            self.kill()
            return None

    def kill(self) -> None:
        """End it, and its process with it. May be called from any thread."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def close(self) -> None:
        """End it and close its files."""
        self.kill()
        self._process.wait(_END_S)
        self._control.close()
        self._log.close()


class WorkerPool:
    """Workers, as many as there are processes at once.

    Args:
        config: How they are started.
    """

    def __init__(self, config: WorkerConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._starting: list[Future[Worker]] = []
        self._closed = False
        # bwrap dies with the thread that started it, so one thread that lives as long as the pool starts them.
        self._launcher = ThreadPoolExecutor(1, thread_name_prefix="grader-launcher")

    def prepare(self) -> None:
        """Start a worker in advance."""
        with self._lock:
            self._starting.append(self._launch())

    def acquire(self) -> Worker:
        """A ready worker that nobody else uses.

        Raises:
            OSError: None can be started.
            RuntimeError: The pool was closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            if self._idle:
                return self._idle.pop()
            starting = self._starting.pop() if self._starting else self._launch()
        try:
            worker = starting.result()
        except CancelledError:
            raise RuntimeError("the sandbox was closed") from None
        try:
            worker.wait_until_ready()
        except (OSError, ValueError) as error:
            # ValueError: no valid answer, or the log of a worker that `close` ended.
            self._retire(worker)
            if self._closed:
                raise RuntimeError("the sandbox was closed") from None
            raise OSError(f"the worker did not start: {error}") from error
        return worker

    def release(self, worker: Worker, ended: Ended | None) -> None:
        """Let others use a worker again, unless it is worn out or its process ended in an unusual way."""
        died_on_a_signal = ended is not None and ended.exitsig is not None and not ended.stopped
        worn = worker.jobs >= JOBS_PER_WORKER or died_on_a_signal
        with self._lock:
            keep = ended is not None and ended.cleared and not worn and not self._closed
            if keep:
                self._idle.append(worker)
        if not keep:
            self._retire(worker)

    def close(self) -> None:
        """End all workers and their processes."""
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.kill()
        self._launcher.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            left, self._all = self._all, set()
        for worker in left:
            worker.close()

    def _launch(self) -> Future[Worker]:
        return self._launcher.submit(self._make)

    def _make(self) -> Worker:
        worker = Worker(self._config)
        with self._lock:
            self._all.add(worker)
            if self._closed:
                worker.kill()
        return worker

    def _retire(self, worker: Worker) -> None:
        with self._lock:
            ours = worker in self._all
            self._all.discard(worker)
        if ours:
            worker.close()
