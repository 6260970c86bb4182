"""Spread work that holds the interpreter over the cores."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

#: Fewer items than this are done sooner than processes are started.
WORTH_IT = 64


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def over_cores(work: Callable[[Item], None], items: Sequence[Item], *, cores: int) -> None:
    """Do `work` on every item; it must leave its result on disk.

    Forks a process a core where that is possible and safe (no other thread runs) and worth it; else does all of
    it here. What a process did not finish is done again here, so that its error reaches the caller.
    """
    can_fork = hasattr(os, "fork") and threading.active_count() == 1
    if len(items) < WORTH_IT or cores < 2 or not can_fork:
        _all(work, items)
        return
    context = multiprocessing.get_context("fork")
    shares = [items[first::cores] for first in range(cores)]
    # Arguments of a forked process are not pickled.
    processes = [context.Process(target=_share, args=(work, share)) for share in shares]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    for process, share in zip(processes, shares, strict=True):
        if process.exitcode != 0:
            _all(work, share)


def _share(work: Callable[[Item], None], items: Sequence[Item]) -> None:
    """Do a forked process's share. What goes wrong is not told here: the caller meets it again."""
    try:
        _all(work, items)
    except Exception:
        sys.exit(1)


def _all(work: Callable[[Item], None], items: Sequence[Item]) -> None:
    for item in items:
        work(item)
