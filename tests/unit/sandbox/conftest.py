from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from grader.sandbox import Level, Limits, Outcome, Sandbox, SandboxProfile
from grader.sandbox.process import Target
from grader.sandbox.selftest import assess
from tests.unit.sandbox.targets import Task

REQUEST = msgspec.json.encode(Task())
LIMITS = Limits(wall_s=20, memory_bytes=256 << 20, file_bytes=1 << 20)


def require(level: Level) -> Level:
    """Skip where this machine does not have a level, and say why."""
    found = assess(level)
    if found.level != level:
        pytest.skip(f"level {level}: {found.troubles[level]}")
    return level


@pytest.fixture(params=["none", "medium", "strong"])
def level(request: pytest.FixtureRequest) -> Level:
    """Every level of a warm worker."""
    return require(request.param)


@pytest.fixture(params=["medium", "strong"])
def isolated(request: pytest.FixtureRequest) -> Level:
    """Every level at which a warm worker's processes are isolated."""
    return require(request.param)


def profile_of(target: Target, *preload: str) -> SandboxProfile:
    """The profile that runs a function."""
    return SandboxProfile(target=f"{target.__module__}:{target.__qualname__}", preload=preload)


@contextmanager
def opened(target: Target, level: Level, limits: Limits = LIMITS) -> Iterator[Sandbox]:
    """A sandbox for one test."""
    sandbox = Sandbox(profile_of(target), limits=limits, level=level)
    try:
        yield sandbox
    finally:
        sandbox.close()


def ask(
    target: Target,
    level: Level,
    *,
    limits: Limits = LIMITS,
    payload: bytes = b"",
    expect: int = 0,
) -> Outcome:
    """What comes of one request to a process of its own."""
    with opened(target, level, limits) as sandbox, sandbox.open() as box:
        return box.ask(REQUEST, payload, expect=expect)


def said(outcome: Outcome) -> str:
    """What a target answered with `says`."""
    assert outcome.status == "ok", outcome
    return msgspec.json.decode(outcome.answer, type=str)
