"""Watch one request: its time, and what is written to disk meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

#: How often disk use is measured.
_INTERVAL_S = 0.5

Breach = Literal["time", "disk"]


class Watch(threading.Thread):
    """Calls `interrupt` once when a limit is exceeded; a context manager around the request.

    Args:
        wall_s: Seconds the request may take.
        disk_bytes: The largest disk use.
        occupied: Measures the disk use.
        interrupt: Ends the request.
    """

    def __init__(
        self,
        *,
        wall_s: float,
        disk_bytes: int,
        occupied: Callable[[], int],
        interrupt: Callable[[], None],
    ) -> None:
        super().__init__(name="grader-watch", daemon=True)
        self.breach: Breach | None = None
        self._deadline = time.monotonic() + wall_s
        self._disk_bytes = disk_bytes
        self._occupied = occupied
        self._interrupt = interrupt
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Check regularly until the request is over or a limit is exceeded."""
        while not self._over.wait(min(_INTERVAL_S, max(0.0, self._deadline - time.monotonic()))):
            if time.monotonic() >= self._deadline:
                self.breach = "time"
            elif self._occupied() > self._disk_bytes:
                self.breach = "disk"
            if self.breach is not None:
                self._interrupt()
                return
