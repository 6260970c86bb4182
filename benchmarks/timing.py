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


@dataclass(frozen=True)
class Measurement:
    """One run of a command."""

    seconds: float
    peak_mib: float
    """Largest sum of proportional set sizes (pages shared by n processes count 1/n each)."""
    output: str


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
    return Measurement(seconds, peak.bytes / (1 << 20), output)


def python(*arguments: str) -> list[str]:
    """A command line for this interpreter."""
    return [sys.executable, *arguments]


class _Peak(threading.Thread):
    """Samples the memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_EVERY_S):
            self.bytes = max(self.bytes, self._now())

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _now(self) -> int:
        total = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return 0
        for process in family:
            try:
                memory = process.memory_full_info()
            except psutil.Error:
                continue
            total += getattr(memory, "pss", 0) or memory.rss
        return total
