from __future__ import annotations

import struct

import pytest

from grader.sandbox import landlock
from grader.sandbox.landlock import READING, WRITING, handled_access, ruleset_attributes

_EXECUTE, _MAKE_CHAR, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _IOCTL_DEV = (
    1 << bit for bit in (0, 6, 9, 10, 11, 15)
)


@pytest.mark.parametrize(
    ("version", "bits", "fields"),
    [
        (1, (1 << 13) - 1, 1),
        (2, (1 << 14) - 1, 1),
        (3, (1 << 15) - 1, 1),
        (4, (1 << 15) - 1, 2),
        (5, (1 << 16) - 1, 2),
        (6, (1 << 16) - 1, 3),
        (7, (1 << 16) - 1, 3),
        (12, (1 << 16) - 1, 3),
    ],
)
def test_a_ruleset_forbids_all_the_kernel_can(version: int, bits: int, fields: int) -> None:
    """Files in every version, TCP from the fourth, signals and abstract sockets from the sixth; no unknown bit."""
    attributes = struct.unpack(f"={fields}Q", ruleset_attributes(version))

    assert attributes == (bits, 0b11, 0b11)[:fields]
    assert handled_access(version) == bits


def test_what_is_granted_is_little() -> None:
    """Nothing may be executed; devices, sockets and named pipes may not be made or spoken to."""
    dangerous = _EXECUTE | _MAKE_CHAR | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _IOCTL_DEV

    assert WRITING & dangerous == 0
    assert READING == 0b1100


def test_without_landlock_nothing_is_restricted_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without Landlock is an error, never ignored."""
    monkeypatch.setattr(landlock, "interface_version", lambda: 0)

    with pytest.raises(OSError, match="no Landlock"):
        landlock.restrict(readable=(), writable=())


def test_the_version_is_zero_where_the_call_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off at boot, or not compiled in: both are told by the call failing."""

    def refuse(*arguments: object) -> int:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(landlock, "syscall", refuse)

    assert landlock.interface_version() == 0
