"""Time a command and the memory of it and everything it starts."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

#: Reading the memory of large processes takes time that is not to be measured: at most a fiftieth is spent on it.
_SAMPLE_EVERY_S = 0.05
_REST = 50


@dataclass(frozen=True)
class Measurement:
    """One run of a command."""

    seconds: float
    peak_mib: float
    """Largest sum of proportional set sizes (pages shared by n processes count 1/n each)."""
    output: str
    helpers: tuple[float, ...] = ()
    """MiB of all programs it started, at every sample at which there were some."""


def measure(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> Measurement:
    """Run `command` to its end.

    Raises:
        subprocess.CalledProcessError: It failed; its standard error is shown.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(env) if env else None, stdout=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid)
    peak.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    peak.stop()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    helpers = tuple(sample / (1 << 20) for sample in peak.helpers)
    return Measurement(seconds, peak.bytes / (1 << 20), output, helpers)


def python(*arguments: str) -> list[str]:
    """A command line for this interpreter."""
    return [sys.executable, *arguments]


class _Peak(threading.Thread):
    """Samples the memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self.helpers: list[int] = []
        self._root = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        rest = _SAMPLE_EVERY_S
        while not self._ended.wait(rest):
            before = time.perf_counter()
            own, started = self._now()
            rest = max(_SAMPLE_EVERY_S, _REST * (time.perf_counter() - before))
            self.bytes = max(self.bytes, own + started)
            if started:
                self.helpers.append(started)

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _now(self) -> tuple[int, int]:
        """Bytes of the process with its forks, and of the other programs below it."""
        own = started = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
            command = self._root.cmdline()
        except psutil.Error:
            return 0, 0
        for process in family:
            try:
                memory = process.memory_full_info()
                forked = process.cmdline() == command
            except psutil.Error:
                continue
            size = getattr(memory, "pss", 0) or memory.rss
            own, started = (own + size, started) if forked else (own, started + size)
        return own, started
