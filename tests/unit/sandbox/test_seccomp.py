"""The filter of system calls, run by an interpreter of the kernel's small language."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from grader.sandbox.seccomp import (
    ALLOW,
    ANY_BIT,
    AT_LEAST,
    DENY,
    EQUAL,
    KILL,
    LOAD,
    MASK,
    NO_SUCH_CALL,
    RETURN,
    Instruction,
    filter_program,
)
from grader.sandbox.syscalls import (
    ARCHITECTURES,
    CONDITIONAL,
    FIRST_UNCHARTED,
    UNKNOWN,
    Architecture,
)

ME = 4321
X86, ARM = ARCHITECTURES["x86_64"], ARCHITECTURES["aarch64"]
both = pytest.mark.parametrize("arch", ARCHITECTURES.values(), ids=ARCHITECTURES)


def run(program: list[Instruction], number: int, arguments: tuple[int, ...], *, audit: int) -> int:
    """What the kernel would decide on one call."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    words = {0: number, 4: audit}
    for place, value in enumerate(padded):
        words[16 + 8 * place] = value & 0xFFFFFFFF
        words[20 + 8 * place] = (value >> 32) & 0xFFFFFFFF
    accumulator = place = 0
    while True:
        operation, if_true, if_false, operand = program[place]
        place += 1
        if operation == LOAD:
            accumulator = words[operand]
        elif operation == MASK:
            accumulator &= operand
        elif operation == RETURN:
            return operand
        else:
            holds = {
                EQUAL: accumulator == operand,
                AT_LEAST: accumulator >= operand,
                ANY_BIT: bool(accumulator & operand),
            }[operation]
            place += if_true if holds else if_false


def decide(arch: Architecture, call: str | int, *arguments: int) -> int:
    number = arch.numbers[call] if isinstance(call, str) else call
    return run(filter_program(arch, ME), number, arguments, audit=arch.audit)


@both
def test_the_program_is_one_the_kernel_takes(arch: Architecture) -> None:
    """It is short enough, every jump stays inside, and it ends in a verdict."""
    program = filter_program(arch, ME)

    assert len(program) < 4096
    assert program[-1].operation == RETURN
    for place, step in enumerate(program):
        assert place + 1 + max(step.if_true, step.if_false) < len(program) or step[0] == RETURN
        assert max(step.if_true, step.if_false) < 256
        assert len(step.encode()) == 8


@both
@pytest.mark.parametrize(
    "call",
    [
        *("execve", "execveat", "ptrace", "process_vm_readv", "pidfd_open", "pidfd_send_signal"),
        *("socket", "socketpair", "connect", "bind", "accept4", "sendmsg", "unshare", "setns"),
        *("mount", "chroot", "bpf", "io_uring_setup", "userfaultfd", "perf_event_open", "keyctl"),
        *("tkill", "setsid", "setuid", "capset", "memfd_create", "inotify_init1", "fchmodat"),
        *("truncate", "shmget", "mq_open", "name_to_handle_at", "seccomp", "finit_module"),
    ],
)
def test_what_leads_outside_is_denied(arch: Architecture, call: str) -> None:
    """Other programs, processes, networks, identities and the kernel's own doors fail with EPERM."""
    assert decide(arch, call) == DENY
    assert DENY & 0xFFFF == errno.EPERM


@both
@pytest.mark.parametrize("call", sorted(UNKNOWN))
def test_calls_with_an_older_form_seem_unknown(arch: Architecture, call: str) -> None:
    """The C library falls back to the form whose arguments can be judged, so threads still start."""
    assert decide(arch, call) == NO_SUCH_CALL
    assert NO_SUCH_CALL & 0xFFFF == errno.ENOSYS


@both
def test_calls_newer_than_the_table_seem_unknown(arch: Architecture) -> None:
    """What a later kernel adds is not open until somebody looked at it."""
    assert decide(arch, FIRST_UNCHARTED - 1) == ALLOW
    assert decide(arch, FIRST_UNCHARTED) == NO_SUCH_CALL
    assert decide(arch, 0x3FFFFFFF) == NO_SUCH_CALL


@both
def test_ordinary_work_is_allowed(arch: Architecture) -> None:
    """Reading, writing, memory and waiting are not in the way of a network."""
    named = {
        "x86_64": {
            "read": 0,
            "write": 1,
            "mmap": 9,
            "futex": 202,
            "exit_group": 231,
            "recvmsg": 47,
        },
        "aarch64": {
            "read": 63,
            "write": 64,
            "mmap": 222,
            "futex": 98,
            "exit_group": 94,
            "recvmsg": 212,
        },
    }[arch.name]
    assert {name: decide(arch, number) for name, number in named.items()} == dict.fromkeys(
        named, ALLOW
    )


@both
def test_threads_start_and_processes_do_not(arch: Architecture) -> None:
    """What the C library asks for a thread passes; a fork, and a thread in new namespaces, do not."""
    thread = 0x003D0F00
    assert decide(arch, "clone", thread) == ALLOW
    assert decide(arch, "clone", 0x01200011) == DENY
    assert decide(arch, "clone", 17) == DENY
    assert decide(arch, "clone", thread | 0x10000000) == DENY


@both
def test_only_the_process_itself_can_be_signalled_or_limited(arch: Architecture) -> None:
    """Signals, limits and priorities reach no other process; a signal to 0 would reach the whole group."""
    assert decide(arch, "kill", ME, 6) == ALLOW
    assert decide(arch, "tgkill", ME, ME + 1, 6) == ALLOW
    for other in (0, 1, ME - 1, -1 & (2**64 - 1), -ME & (2**64 - 1)):
        assert decide(arch, "kill", other, 9) == DENY
        assert decide(arch, "tgkill", other, 1, 9) == DENY
    for call in ("prlimit64", "sched_setaffinity", "sched_setscheduler"):
        assert (decide(arch, call, 0), decide(arch, call, ME)) == (ALLOW, ALLOW)
        assert decide(arch, call, 1) == DENY


@both
def test_arguments_decide_over_the_rest(arch: Architecture) -> None:
    """Sending needs no address, files are not emptied while read, and nobody is made to get signals."""
    assert decide(arch, "sendto", 3, 0x7FFF0000, 10, 0, 0) == ALLOW
    assert decide(arch, "sendto", 3, 0x7FFF0000, 10, 0, 0x7FFF1000) == DENY
    assert decide(arch, "sendto", 3, 0x7FFF0000, 10, 0, 0x100000000) == DENY
    assert decide(arch, "openat", 0, 0, 0o2000000) == ALLOW
    assert decide(arch, "openat", 0, 0, 0o1000 | 0o1) == ALLOW
    assert decide(arch, "openat", 0, 0, 0o1000) == DENY
    assert decide(arch, "fcntl", 3, 1) == ALLOW
    assert [decide(arch, "fcntl", 3, command) for command in (8, 10, 15)] == [DENY] * 3
    assert (decide(arch, "ioctl", 0, 0x5401), decide(arch, "ioctl", 0, 0x5412)) == (ALLOW, DENY)
    assert decide(arch, "ioctl", 3, 0x40806685) == DENY
    assert (decide(arch, "prctl", 15), decide(arch, "prctl", 1)) == (ALLOW, DENY)


def test_programs_for_another_processor_are_killed() -> None:
    """The numbers mean other calls there, so nothing of the table would hold."""
    for arch in (X86, ARM):
        program = filter_program(arch, ME)
        assert run(program, 63, (), audit=0x40000003) == KILL
    assert decide(X86, 0x40000000) == KILL
    assert decide(X86, 0x40000000 + 59) == KILL


@both
def test_every_condition_is_about_a_call_of_the_table(arch: Architecture) -> None:
    """No name is misspelt: what is judged by its arguments or seems unknown is in the table."""
    assert X86.numbers.keys() >= CONDITIONAL | UNKNOWN
    assert (CONDITIONAL | UNKNOWN) - arch.numbers.keys() <= {"open"}
    assert len(set(arch.numbers.values())) == len(arch.numbers)


@pytest.mark.parametrize(
    ("arch", "header"),
    [
        (X86, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (ARM, "/usr/include/asm-generic/unistd.h"),
    ],
    ids=["x86_64", "aarch64"],
)
def test_numbers_are_those_of_the_kernel(arch: Architecture, header: str) -> None:
    """The tables agree with the kernel's own headers, where those are installed."""
    file = Path(header)
    if not file.exists():
        pytest.skip(f"{header} is not installed")
    pairs = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", file.read_text())
    known = {name: int(number) for name, number in pairs}
    shared = arch.numbers.keys() & known.keys()

    assert len(shared) > 100
    assert {name: arch.numbers[name] for name in shared} == {name: known[name] for name in shared}
