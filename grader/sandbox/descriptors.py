"""File descriptors: how many are passed to a process, and how many this one may have."""

from __future__ import annotations

import contextlib

#: Submitted files that may be brought to one process. Each is a descriptor that is passed, all with one message, and
#: Linux passes at most 253 with one.
MAX_SUBMITTED = 200

#: Descriptors that come with the command to start a process: its connection, its log, and the submitted files.
MAX_STARTED_WITH = MAX_SUBMITTED + 2

#: Enough for boxes on dozens of cores, each with all the files it takes.
_WANTED = 1 << 14


def allow_descriptors() -> None:
    """Let this process have many files open, as far as the system lets it: often 1,024 are usual, and more allowed.

    Descriptors on their way to another process are counted by the same limit.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS allows fewer than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
