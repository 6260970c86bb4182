"""Time a command and the memory of it and everything it starts."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

_SAMPLE_EVERY_S = 0.05
#: Reading the memory of large processes takes time that is not to be measured: this share of it at most.
_SAMPLING = 0.02


@dataclass(frozen=True)
class Measurement:
    """One run of a command."""

    seconds: float
    peak_mib: float
    """Largest sum of proportional set sizes (pages shared by n processes count 1/n each)."""
    output: str
    worker_mib: tuple[float, ...] = ()
    """MiB of the sandboxes it started, a warm worker, at every sample at which one had a process at work."""


def measure(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, sampling: float = _SAMPLING
) -> Measurement:
    """Run `command` to its end.

    Args:
        command: And its arguments.
        env: Its environment; None for this one.
        sampling: The share of the time that may go into looking at memory.

    Raises:
        subprocess.CalledProcessError: It failed; its standard error is shown.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(env) if env else None, stdout=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid, sampling)
    peak.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    peak.stop()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    worker_mib = tuple(sample / (1 << 20) for sample in peak.worker_mib)
    return Measurement(seconds, peak.bytes / (1 << 20), output, worker_mib)


def python(*arguments: str) -> list[str]:
    """A command line for this interpreter."""
    return [sys.executable, *arguments]


class _Peak(threading.Thread):
    """Samples the memory of a process and its descendants."""

    def __init__(self, pid: int, sampling: float) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._sampling = sampling
        self.worker_mib: list[float] = []
        self._root = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        rest = _SAMPLE_EVERY_S
        while not self._ended.wait(rest):
            before = time.perf_counter()
            self._sample()
            rest = max(_SAMPLE_EVERY_S, (time.perf_counter() - before) / self._sampling)

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _sample(self) -> None:
        sizes: dict[int, int] = {}
        interpreters: dict[int, int] = {}
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in family:
            try:
                memory = process.memory_full_info()
                if process.cmdline()[:2] == [sys.executable, "-I"]:
                    interpreters[process.pid] = process.ppid()
            except psutil.Error:
                continue
            sizes[process.pid] = getattr(memory, "pss", 0) or memory.rss
        self.bytes = max(self.bytes, sum(sizes.values()))
        workers = [pid for pid, parent in interpreters.items() if parent not in interpreters]
        if len(workers) < len(interpreters):  # one of them forked
            sandboxes = sum(sizes.values()) - sizes.get(self._root.pid, 0)
            self.worker_mib.append(sandboxes / len(workers))
