"""Opening what was submitted has a time limit of its own: what hangs a library holds nobody else up."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec
import pytest

from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.message import Number, message
from grader.sandbox import Level, Limits, SandboxClient
from grader.sandbox.box import Box
from grader.sandbox.fresh_process import FreshStarter
from tests.unit.sandbox import targets
from tests.unit.sandbox.conftest import REQUEST, opened, profile_of, said
from tests.unit.sandbox.targets import Task

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers fork")


class OpenFile(Record, frozen=True, kw_only=True):
    path: str
    file: str = "model.h5"


class Opened(Record, frozen=True, kw_only=True, tag="opened"):
    pass


def open_in_box(box: Box, path: Path, limits: Limits) -> Opened | Failure:
    client = SandboxClient(box, path.name, limits)
    return client.ask_to_open(OpenFile(path=box.bring(path)), Opened)


@pytest.mark.parametrize(
    ("limits", "size", "seconds"),
    [
        (Limits(), 0, 30),
        (Limits(), 3 << 20, 30),
        (Limits(), 500 << 20, 80),
        (Limits(), 50 << 30, 300),
        (Limits(wall_s=10), 0, 10),
        (Limits(wall_s=10_000), 0, 30),
        (Limits(opening_s=2), 100 << 20, 12),
    ],
)
def test_the_time_depends_on_the_size(limits: Limits, size: int, seconds: float) -> None:
    """A second more for every 10 MiB, and never more than any request may take."""
    assert limits.time_to_open(size) == seconds


def test_all_files_that_are_brought_count(level: Level, tmp_path: Path) -> None:
    """A description and weights are opened together."""
    for name in ("weights.h5", "model.json"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(15 << 20)
    with opened(targets.sleeps, level) as sandbox, sandbox.open() as box:
        assert box.time_to_open == 20  # the limit of every request there

    with opened(targets.sleeps, level, Limits()) as sandbox, sandbox.open() as box:
        assert box.time_to_open == 30
        for name in ("weights.h5", "model.json"):
            box.bring(tmp_path / name)
        assert box.time_to_open == 33


@pytest.mark.slow
def test_what_hangs_while_it_is_opened_holds_nobody_up(isolated: Level, tmp_path: Path) -> None:
    """It ends at the limit for opening, which the failure names, and what comes next is opened."""
    limits = Limits(wall_s=60, opening_s=0.5, memory_bytes=256 << 20)
    started = time.monotonic()
    with opened(targets.hangs_over_some_files, isolated, limits) as sandbox:
        for content in ("hang", "hang", "fine", "hang", "fine"):
            path = tmp_path / "model.h5"
            path.write_text(content)
            with sandbox.open() as box:
                found = open_in_box(box, path, limits)
            if content == "fine":
                assert found == Opened()
            else:
                assert isinstance(found, Failure)
                assert (found.reason, found.fault) == ("timed-out", "submission")
                assert found.values["expected"] == message("unit.seconds", value=Number(value=0.5))

    assert time.monotonic() - started < 30


def test_a_longer_time_than_any_request_may_take_is_not_given(level: Level) -> None:
    """Who sets a smaller limit gets it for everything."""
    limits = Limits(wall_s=0.5)
    with opened(targets.sleeps, level, limits) as sandbox, sandbox.open() as box:
        outcome = box.ask(REQUEST, timeout_s=60)

    assert (outcome.status, outcome.time_limit) == ("TO", 0.5)


@pytest.mark.slow
def test_requests_after_opening_have_the_longer_time(level: Level, tmp_path: Path) -> None:
    """Predictions may take what was asked for; the limit for opening is over once it is open."""
    path = tmp_path / "model.h5"
    path.write_text("fine")
    limits = Limits(wall_s=1.5, opening_s=0.5)
    with (
        opened(targets.hangs_over_some_files, level, limits) as sandbox,
        sandbox.open() as box,
    ):
        assert open_in_box(box, path, limits) == Opened()
        outcome = box.ask(REQUEST)

    assert (outcome.status, outcome.time_limit) == ("TO", 1.5)


@pytest.mark.slow
def test_importing_is_not_the_submission_s_time(tmp_path: Path) -> None:
    """A fresh process imports after it was started, as one in a container does."""
    path = tmp_path / "model.h5"
    path.write_text("the network")
    target = profile_of(targets.reads_the_submitted_file).target
    limits = Limits(wall_s=1, memory_bytes=256 << 20, file_bytes=1 << 20)
    starter = FreshStarter(target, ("tests.unit.sandbox.slow_import",), limits, "none")
    try:
        with Box(starter, 1, limits) as box:
            request = msgspec.json.encode(Task(box.bring(path)))
            assert said(box.ask(request, timeout_s=box.time_to_open)) == "the network"
    finally:
        starter.close()


def test_a_fresh_process_that_cannot_start_is_no_fault_of_the_submission() -> None:
    """It ended before it got anything that was submitted."""
    limits = Limits(wall_s=20, memory_bytes=256 << 20)
    starter = FreshStarter("tests.unit.sandbox.absent:target", (), limits, "none")
    try:
        with Box(starter, 1, limits) as box:
            outcome = box.ask(REQUEST)
    finally:
        starter.close()

    assert outcome.status == "XX"
    assert "No module named 'tests.unit.sandbox.absent'" in outcome.message
