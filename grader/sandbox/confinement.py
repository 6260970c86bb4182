"""The first thing that happens in a process for untrusted work: leave its surroundings, then isolate itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.records.base import Record
from grader.sandbox import kernel, landlock, seccomp
from grader.sandbox.outcome import Limits

#: What of the environment a process for untrusted work may see.
KEPT_VARIABLES = frozenset({"LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT"})

#: What describes the processor, and sources of randomness; libraries of arithmetic look there.
HARMLESS_FILES = (
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)

#: TensorFlow asks for the name of the program it runs in.
_OWN_COMMAND_LINE = "/proc/self/cmdline"

_MAX_OPEN_FILES = 64
_MORE_THREADS = 1024
_SIGNAL_S = 5


class IsolationSettings(Record, frozen=True, kw_only=True):
    """How a process isolates itself from the machine before it does untrusted work."""

    enabled: bool
    """Whether to use Landlock, a filter of system calls, and no capabilities; if not, there are only limits."""
    readable: tuple[str, ...] = ()
    """Files and folders it may read besides its own."""


def clean_environment(folder: str) -> dict[str, str]:
    """The environment of a process for untrusted work, whose home is `folder`.

    Libraries of arithmetic must not start threads before the process forks.
    """
    kept = {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES}
    return {
        "PATH": os.environ.get("PATH", "") if os.name == "nt" else "/usr/bin:/bin",
        **kept,
        **home_variables(folder),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def confine(
    folder: str,
    *,
    log: int,
    keep: Sequence[int],
    files: Sequence[int],
    limits: Limits,
    isolation: IsolationSettings,
) -> None:
    """Confine this process for good. Nothing of the submission is looked at before this returns.

    Args:
        folder: Made here, its own, and the only place it may write to.
        log: File descriptor its output and errors go to.
        keep: Further file descriptors that stay open.
        files: The submitted files, opened; their bytes are copied into `folder`, under `submitted_name`.
        limits: What it may use.
        isolation: How to isolate it.

    Raises:
        OSError: It cannot be isolated.
    """
    _redirect_streams(log)
    Path(folder).mkdir(mode=0o700)
    os.environ.update(home_variables(folder))
    tempfile.tempdir = folder
    os.chdir(folder)
    _leave_terminal_and_parent()
    for place, file in enumerate(files):
        _copy_submitted(file, Path(folder, submitted_name(place)))
    _close_others(keep)
    limit_resources(limits)
    if isolation.enabled:
        _isolate(folder, isolation)


def submitted_name(place: int) -> str:
    """What the copy of a submitted file is called, by its place among those brought."""
    return f"submitted-{place}"


def home_variables(folder: str) -> Mapping[str, str]:
    """The environment variables that name a process's own folder."""
    return {"HOME": folder, "TMPDIR": folder}


def _redirect_streams(log: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(null)


def _leave_terminal_and_parent() -> None:
    """Ctrl-C is for the grader, which then ends this process; so does the end of the process that made it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        kernel.die_with_parent()
        # The first to go where memory runs out on the machine.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")


def _copy_submitted(file: int, target: Path) -> None:
    with os.fdopen(os.dup(file), "rb") as source, target.open("xb") as copy:
        # The file position is shared with the trusted side, which may start another process.
        source.seek(0)
        shutil.copyfileobj(source, copy, 1 << 20)


def _close_others(keep: Sequence[int]) -> None:
    for descriptor in {int(name) for name in os.listdir("/dev/fd")} - {0, 1, 2, *keep}:  # noqa: PTH208
        with contextlib.suppress(OSError):  # the one that listed them is closed already
            os.close(descriptor)


def _isolate(folder: str, isolation: IsolationSettings) -> None:
    architecture = seccomp.architecture()
    if architecture is not None:
        kernel.hide_from_others()
        kernel.forbid_new_privileges()
        kernel.drop_capabilities(architecture.numbers["capset"])
    # Open for good: what the kernel forgets of a process and finds anew is another file to Landlock.
    os.open(_OWN_COMMAND_LINE, os.O_PATH | os.O_CLOEXEC)
    readable = (*isolation.readable, *HARMLESS_FILES, _OWN_COMMAND_LINE)
    landlock.restrict(readable=readable, writable=(folder,))
    seccomp.install()


def limit_resources(limits: Limits) -> None:
    """Set limits that cannot be raised again, as far as the system has them."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the wall clock still holds.
        return
    wanted = {
        "RLIMIT_CPU": int(limits.wall_s * limits.threads * 2) + 10,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NPROC": _tasks() + _MORE_THREADS,
        "RLIMIT_NOFILE": _MAX_OPEN_FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    now = _virtual_size()
    if now:  # else a limit would be a guess
        wanted["RLIMIT_AS"] = now + limits.memory_bytes
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:  # not on this system
            continue
        hard = resource.getrlimit(kind)[1]
        # At the soft limit of processor time the signal tells why; at the hard one it does not.
        later = value + _SIGNAL_S if name == "RLIMIT_CPU" else value
        unlimited = hard == resource.RLIM_INFINITY
        soft, hard = (limit if unlimited else min(limit, hard) for limit in (value, later))
        resource.setrlimit(kind, (soft, hard))


def _virtual_size() -> int:
    """The address space this process has, in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _tasks() -> int:
    """Processes and threads on the machine, an upper bound of those of this user, which the limit counts."""
    try:
        return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    except OSError:
        return 1 << 16
