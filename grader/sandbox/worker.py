"""A warm worker: imports what all submissions need, once, then forks a process for each.

It never looks at what was submitted. It has one thread and runs no operation of TensorFlow: neither threads nor
their locks would survive the fork.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

import msgspec

from grader.sandbox import kernel
from grader.sandbox.channel import SocketConnection
from grader.sandbox.cleanup import remove_tree
from grader.sandbox.confinement import confine
from grader.sandbox.descriptors import MAX_STARTED_WITH
from grader.sandbox.process import Target
from grader.sandbox.protocol import Command, End, Ended, Measure, Measured, Ready, Setup, Start

_POLL_S = 0.002


def main(descriptor: int) -> None:
    """Carry out the commands of the trusted side until it hangs up.

    Args:
        descriptor: The socket that commands come through.
    """
    stream = socket.socket(fileno=descriptor)
    control = SocketConnection(stream, most_descriptors=MAX_STARTED_WITH)
    setup = msgspec.json.decode(control.recv_bytes(), type=Setup)
    try:
        target = _prepare(setup)
    except Exception:
        control.send_bytes(msgspec.json.encode(Ready(error=traceback.format_exc(limit=-3))))
        return
    control.send_bytes(msgspec.json.encode(Ready()))
    WorkerLoop(control, setup, target).run()


def resolve(name: str) -> Target:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    found: Target = getattr(importlib.import_module(module), function)
    return found


def _prepare(setup: Setup) -> Target:
    for module in setup.preload:
        importlib.import_module(module)
    target = resolve(setup.target)
    threads = Path("/proc/self/task")
    if threads.exists() and len(list(threads.iterdir())) != 1:
        raise RuntimeError("a thread was started while importing; forks of this process would hang")
    gc.collect()
    gc.freeze()
    kernel.release_file_pages()
    return target


class WorkerLoop:
    """Carries out commands; at most one process runs at a time.

    Args:
        control: Where commands come from.
        setup: What all processes have in common.
        target: What runs inside them.
    """

    def __init__(self, control: SocketConnection, setup: Setup, target: Target) -> None:
        self._control = control
        self._setup = setup
        self._target = target
        self._process = 0
        self._folder = ""

    def run(self) -> None:
        """Carry out commands until the trusted side hangs up."""
        while True:
            try:
                command: Command = msgspec.json.decode(self._control.recv_bytes(), type=Command)
            except (EOFError, OSError):
                # The grader is gone, for whatever reason, and cannot clean up.
                self._end(0)
                remove_tree(self._setup.folder)
                return
            if isinstance(command, Start):
                self._start(command, self._control.take_descriptors())
            elif isinstance(command, End):
                self._control.send_bytes(msgspec.json.encode(self._end(command.grace_s)))
            elif isinstance(command, Measure):
                measured = Measured(cpu_s=_cpu_s(self._process) if self._process else None)
                self._control.send_bytes(msgspec.json.encode(measured))

    def _start(self, command: Start, descriptors: list[int]) -> None:
        self._folder = command.folder
        self._process = os.fork()
        if self._process == 0:
            self._run_child(command.folder, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    def _run_child(self, folder: str, connection: int, log: int, *files: int) -> None:
        """Run the target in the forked process; never returns."""
        code = 1
        try:
            confine(
                folder,
                log=log,
                keep=(connection,),
                files=files,
                limits=self._setup.limits,
                isolation=self._setup.isolation,
            )
            self._target(SocketConnection(socket.socket(fileno=connection)), self._setup.limits)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _end(self, grace_s: float) -> Ended:
        if not self._process:
            return Ended()
        process, self._process = self._process, 0
        ended = _wait(process, grace_s)
        return msgspec.structs.replace(ended, cleared=remove_tree(self._folder))


def _cpu_s(process: int) -> float | None:
    """Seconds of processor time a process has used, with all its threads; None where the system does not tell.

    By the clock that the system keeps for it, which needs no look into ``/proc``: ``clock_getcpuclockid(3)``, whose
    numbers `CPUCLOCK_SCHED` of Linux defines.
    """
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return None


def _wait(process: int, grace_s: float) -> Ended:
    """Wait for a process, end it when it takes too long, and return how it ended."""
    deadline = time.monotonic() + grace_s
    stopped = False
    while True:
        found, status, usage = os.wait4(process, os.WNOHANG)
        if found:
            break
        if time.monotonic() >= deadline:
            os.kill(process, signal.SIGKILL)
            stopped = True
            _, status, usage = os.wait4(process, 0)
            break
        time.sleep(_POLL_S)
    code = os.waitstatus_to_exitcode(status)
    return Ended(
        exitcode=code if code >= 0 else None,
        exitsig=-code if code < 0 else None,
        stopped=stopped,
        max_rss=usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss << 10,
    )
