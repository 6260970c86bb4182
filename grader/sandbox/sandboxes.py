"""All sandboxes of one run: one for each profile, started when it is first needed."""

from __future__ import annotations

import threading

from grader.sandbox.box import Box, Sandbox
from grader.sandbox.levels import Level
from grader.sandbox.outcome import Limits
from grader.sandbox.profile import SandboxProfile


class Sandboxes:
    """Opens boxes for any profile. May be used by several threads.

    Args:
        limits: What each process may use, before a profile changes it.
        level: Isolation level of every process.
    """

    def __init__(self, limits: Limits, level: Level) -> None:
        self.limits = limits
        self.level = level
        self._lock = threading.Lock()
        self._sandboxes: dict[SandboxProfile, Sandbox] = {}
        self._closed = False

    def __enter__(self) -> Sandboxes:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, profile: SandboxProfile) -> Box:
        """A box in the sandbox of `profile`; close it with its context manager.

        Raises:
            RuntimeError: The sandboxes were closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandboxes are closed")
            if profile not in self._sandboxes:
                self._sandboxes[profile] = Sandbox(profile, limits=self.limits, level=self.level)
            sandbox = self._sandboxes[profile]
        return sandbox.open()

    def close(self) -> None:
        """End every process that still runs; nothing can be opened afterwards."""
        with self._lock:
            self._closed = True
            sandboxes, self._sandboxes = list(self._sandboxes.values()), {}
        for sandbox in sandboxes:
            sandbox.close()
