"""System calls the standard library does not wrap. Importable anywhere; useful on Linux."""

from __future__ import annotations

import ctypes
import os
import re
from functools import cache
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

_MADV_DONTNEED = 4
#: In `/proc/self/smaps`: files mapped to be read only, their addresses and what is said of them.
_READ_ONLY_FILES = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \S+ +/.*\n((?:[A-Z].*\n)+)", re.MULTILINE
)
#: Pages that are no longer as in the file, of constants the loader filled in, would be lost.
_CHANGED = re.compile(r"^(?:Anonymous|Swap): +[1-9]", re.MULTILINE)

_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES = 64


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def syscall(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call.

    Args:
        number: As this machine's architecture counts.
        arguments: Whole numbers, or buffers whose address is passed.

    Raises:
        OSError: The kernel refused.
    """
    words = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    result = int(_libc().syscall(ctypes.c_long(number), *words))
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def prctl(option: int, *arguments: int) -> None:
    """Change something about this process.

    Raises:
        OSError: The kernel refused.
    """
    words = [ctypes.c_ulong(item) for item in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc().prctl(ctypes.c_int(option), *words) == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def release_file_pages() -> int:
    """Release the pages of programs and libraries that were only read; whoever needs one reads it again.

    Importing a large library touches far more of it than running it ever does. Nothing where the system does not
    tell what is mapped.

    Returns:
        How many mappings were released.
    """
    try:
        maps = Path("/proc/self/smaps").read_text()
    except OSError:
        return 0
    released = 0
    for start, end, details in _READ_ONLY_FILES.findall(maps):
        if _CHANGED.search(details):
            continue
        address, size = int(start, 16), int(end, 16) - int(start, 16)
        advised = _libc().madvise(ctypes.c_void_p(address), ctypes.c_size_t(size), _MADV_DONTNEED)
        released += advised == 0
    return released


def die_with_parent() -> None:
    """End this process when the thread that made it ends."""
    prctl(_PR_SET_PDEATHSIG, 9)


def hide_from_others() -> None:
    """No process without privileges may look into this one, and none of its memory is ever dumped."""
    prctl(_PR_SET_DUMPABLE, 0)


def forbid_new_privileges() -> None:
    """Nothing this process executes may gain privileges; a filter of system calls asks for that."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities(capset: int) -> None:
    """Give up what sets root apart, for good.

    Args:
        capset: The number of that system call.

    Raises:
        OSError: The kernel refused.
    """
    for capability in range(_CAPABILITIES):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            break  # not root, or past the last one: none of them can be given up this way
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = _CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4)
    syscall(capset, header, bytes(24))
