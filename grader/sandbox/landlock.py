"""Landlock: take file access away from this process, for good, without being root.

See https://docs.kernel.org/userspace-api/landlock.html. Newer kernels know more kinds of access; what this kernel
does not know is left to the filter of system calls.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Iterable

from grader.sandbox.kernel import syscall

# These numbers are the same on all architectures.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_REMOVE_DIR = 1 << 4
_REMOVE_FILE = 1 << 5
_MAKE_CHAR = 1 << 6
_MAKE_DIR = 1 << 7
_MAKE_REG = 1 << 8
_MAKE_SOCK = 1 << 9
_MAKE_FIFO = 1 << 10
_MAKE_BLOCK = 1 << 11
_MAKE_SYM = 1 << 12
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15

#: Interface version to what it added.
_FILE_ACCESS = {1: (1 << 13) - 1, 2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV}
_NETWORK_SINCE, _BIND_AND_CONNECT_TCP = 4, 0b11
_SCOPE_SINCE, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11

#: What may be done below a folder that may be read, and what below one that may be written.
READING = _READ_FILE | _READ_DIR
WRITING = (
    READING
    | (_WRITE_FILE | _TRUNCATE | _REFER)
    | (_MAKE_DIR | _MAKE_REG | _MAKE_SYM)
    | (_REMOVE_DIR | _REMOVE_FILE)
)
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


def interface_version() -> int:
    """The version of Landlock this kernel has; 0 where it has none."""
    try:
        return syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except (OSError, AttributeError, TypeError):
        return 0


def handled_access(version: int) -> int:
    """Every kind of file access that an interface version can forbid."""
    return sum(bits for since, bits in _FILE_ACCESS.items() if since <= version)


def ruleset_attributes(version: int) -> bytes:
    """What a ruleset forbids, as the kernel takes it: all it can at that version."""
    fields = [handled_access(version)]
    if version >= _NETWORK_SINCE:
        fields.append(_BIND_AND_CONNECT_TCP)
    if version >= _SCOPE_SINCE:
        fields.append(_ABSTRACT_SOCKETS_AND_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)


def restrict(*, readable: Iterable[str], writable: Iterable[str]) -> int:
    """From now on this process reads below `readable`, writes below `writable`, and opens nothing else.

    What is open already stays open. Paths that do not exist are passed over.

    Returns:
        The interface version of Landlock.

    Raises:
        OSError: This kernel has no Landlock, or refused.
    """
    version = interface_version()
    if version == 0:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    attributes = ruleset_attributes(version)
    ruleset = syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for paths, access in ((readable, READING), (writable, WRITING)):
            for path in paths:
                _allow(ruleset, path, access & handled_access(version))
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _FOR_FILES
        syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)
