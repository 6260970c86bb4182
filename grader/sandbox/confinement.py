"""The first thing that runs inside a sandboxed process: leave the surroundings, take on the limits."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from grader.sandbox.outcome import Limits

LOG_NAME = "stderr.txt"

#: What of the environment untrusted work may see.
KEPT_VARIABLES = frozenset(
    {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT", "TMPDIR"}
)


@contextmanager
def only_kept_variables() -> Iterator[None]:
    """Take every other variable out of the environment for a while, so that what is started now never sees it."""
    everything = dict(os.environ)
    os.environ.clear()
    os.environ.update(_kept(everything))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(everything)


def confined(
    connection: Connection,
    target: Callable[[Connection, Limits], None],
    limits: Limits,
    folder: str,
) -> None:
    """Run `target` with its standard streams, environment, folder and resources confined."""
    _redirect_streams(Path(folder) / LOG_NAME)
    _clean_environment(folder)
    os.chdir(folder)
    _set_limits(limits)
    # Ctrl-C is for the grader, which then ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    target(connection, limits)


def _redirect_streams(log: Path) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(null, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(null)
    os.close(out)


def _clean_environment(folder: str) -> None:
    kept = _kept(os.environ)
    os.environ.clear()
    os.environ.update(kept, HOME=folder, TMPDIR=folder, KERAS_HOME=folder)


def _kept(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name in KEPT_VARIABLES}


def _set_limits(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the wall clock still holds.
        return
    cpu = int(limits.wall_s * limits.threads * 2) + 10
    for kind, value in (
        (resource.RLIMIT_AS, _virtual_size() + limits.memory_bytes),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (soft, soft))


def _virtual_size() -> int:
    """The address space this process has, in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
