"""A filter of system calls, written in the kernel's own small language and put on this process for good.

See https://docs.kernel.org/userspace-api/seccomp_filter.html. Denied calls fail with EPERM, so that libraries that
merely tried go on; a program for another architecture is killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Callable, Iterable
from typing import NamedTuple

from grader.sandbox.kernel import prctl, syscall
from grader.sandbox.syscalls import (
    ARCHITECTURES,
    CONDITIONAL,
    FIRST_UNCHARTED,
    UNKNOWN,
    Architecture,
)

# Operations: load a word of the call, compare it, or end.
LOAD, EQUAL, AT_LEAST, ANY_BIT, MASK, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06

ALLOW = 0x7FFF0000
KILL = 0x80000000
DENY = 0x00050000 | errno.EPERM
NO_SUCH_CALL = 0x00050000 | errno.ENOSYS

_NUMBER, _ARCHITECTURE = 0, 4

_CLONE_THREAD = 0x00010000
_CLONE_NEW_NAMESPACE = 0x7E020080
_O_ACCMODE, _O_TRUNC = 0b11, 0o1000
_SELF = 0
#: Naming a thread or a region of memory, and asking; never the death signal, dumps or another filter.
_PRCTL_ALLOWED = (3, 15, 16, 21, 30, 39, 0x53564D41)
#: Who gets signals for a file, which signals, leases, and reports on a folder.
_FCNTL_DENIED = (8, 10, 15, 0x400, 0x402)
#: Whether it is a terminal, how wide, how much can be read, whether to wait, and what programs inherit. Others
#: change files that are open for reading only.
_IOCTL_ALLOWED = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)

_SET_MODE_FILTER = 1
#: Without it some kernels slow a filtered process down for the sake of a fault of processors.
_ALLOW_SPECULATION = 1 << 2
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


class Instruction(NamedTuple):
    """One step: what to do, how many steps to skip if true or false, and with which number."""

    operation: int
    if_true: int
    if_false: int
    number: int

    def encode(self) -> bytes:
        """As the kernel takes it."""
        return struct.pack("=HBBI", *self)


def architecture() -> Architecture | None:
    """This machine's; None where no filter can be written for it."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return None
    return ARCHITECTURES.get(os.uname().machine)


def install() -> None:
    """Filter the system calls of this process from now on. Privileges must have been given up before.

    Raises:
        OSError: There is no filter for this architecture, or the kernel refused.
    """
    here = architecture()
    if here is None:
        raise OSError(errno.ENOSYS, "no filter of system calls for this architecture")
    program = filter_program(here, os.getpid())
    code = b"".join(instruction.encode() for instruction in program)
    steps = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("=H6xQ", len(program), ctypes.addressof(steps))
    try:
        syscall(here.numbers["seccomp"], _SET_MODE_FILTER, _ALLOW_SPECULATION, head)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS):
            raise
        buffer = ctypes.create_string_buffer(head, len(head))
        prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(buffer))


def filter_program(arch: Architecture, process: int) -> list[Instruction]:
    """The filter for one architecture and one process, whose id is the only one it may name."""
    program = [
        Instruction(LOAD, 0, 0, _ARCHITECTURE),
        *_unless_equal(arch.audit, KILL),
        Instruction(LOAD, 0, 0, _NUMBER),
    ]
    if arch.foreign_from is not None:
        program += _if(AT_LEAST, arch.foreign_from, KILL)
    program += _if(AT_LEAST, FIRST_UNCHARTED, NO_SUCH_CALL)
    for name, number in arch.numbers.items():
        if name in CONDITIONAL:
            block = _CONDITIONS[name](process)
            program += [Instruction(EQUAL, 0, len(block), number), *block]
        else:
            program += _if(EQUAL, number, NO_SUCH_CALL if name in UNKNOWN else DENY)
    return [*program, Instruction(RETURN, 0, 0, ALLOW)]


def _if(comparison: int, number: int, verdict: int) -> list[Instruction]:
    return [Instruction(comparison, 0, 1, number), Instruction(RETURN, 0, 0, verdict)]


def _unless_equal(number: int, verdict: int) -> list[Instruction]:
    return [Instruction(EQUAL, 1, 0, number), Instruction(RETURN, 0, 0, verdict)]


def _argument(place: int, *, upper: bool = False) -> Instruction:
    """Load half of an argument. The lower one is all the kernel looks at, but in addresses."""
    return Instruction(LOAD, 0, 0, 16 + 8 * place + 4 * upper)


def _only(place: int, allowed: Iterable[int]) -> list[Instruction]:
    """Allow these values of an argument."""
    steps = [step for value in allowed for step in _if(EQUAL, value, ALLOW)]
    return [_argument(place), *steps, Instruction(RETURN, 0, 0, DENY)]


def _all_but(place: int, denied: Iterable[int]) -> list[Instruction]:
    """Allow all values of an argument but these."""
    steps = [step for value in denied for step in _if(EQUAL, value, DENY)]
    return [_argument(place), *steps, Instruction(RETURN, 0, 0, ALLOW)]


def _threads() -> list[Instruction]:
    """Allow new threads; no processes, no namespaces."""
    return [
        _argument(0),
        *_if(ANY_BIT, _CLONE_NEW_NAMESPACE, DENY),
        *_if(ANY_BIT, _CLONE_THREAD, ALLOW),
        Instruction(RETURN, 0, 0, DENY),
    ]


def _no_hidden_truncation(place: int) -> list[Instruction]:
    """Deny opening for reading and emptying at once: older versions of Landlock take that for reading."""
    return [
        _argument(place),
        Instruction(ANY_BIT, 1, 0, _O_TRUNC),
        Instruction(RETURN, 0, 0, ALLOW),
        Instruction(MASK, 0, 0, _O_ACCMODE),
        *_if(EQUAL, os.O_RDONLY, DENY),
        Instruction(RETURN, 0, 0, ALLOW),
    ]


def _no_address(place: int) -> list[Instruction]:
    """Deny naming anybody: a socket that is connected sends to where it is connected."""
    return [
        *(_argument(place), *_unless_equal(0, DENY)),
        *(_argument(place, upper=True), *_unless_equal(0, DENY)),
        Instruction(RETURN, 0, 0, ALLOW),
    ]


_Condition = Callable[[int], list[Instruction]]


def _own_process(process: int) -> list[Instruction]:
    return _only(0, (_SELF, process))


_CONDITIONS: dict[str, _Condition] = {
    "clone": lambda process: _threads(),
    # To process 0 a signal would go to the whole group.
    "kill": lambda process: _only(0, (process,)),
    "tgkill": lambda process: _only(0, (process,)),
    "prctl": lambda process: _only(0, _PRCTL_ALLOWED),
    "fcntl": lambda process: _all_but(1, _FCNTL_DENIED),
    "ioctl": lambda process: _only(1, _IOCTL_ALLOWED),
    "open": lambda process: _no_hidden_truncation(1),
    "openat": lambda process: _no_hidden_truncation(2),
    "sendto": lambda process: _no_address(4),
    "prlimit64": _own_process,
    "sched_setscheduler": _own_process,
    "sched_setparam": _own_process,
    "sched_setattr": _own_process,
    "sched_setaffinity": _own_process,
}
