"""Code that takes too long is stopped."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from grader.evidence.code.probe.running import budget
from grader.evidence.code.probe.running.budget import StepTimedOut, limited, paused


def work(seconds: float) -> None:
    """Use the processor."""
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass


def test_code_that_takes_too_long_is_stopped() -> None:
    """By an exception where it is."""
    with pytest.raises(StepTimedOut), limited(0.05):
        work(5)


def test_waiting_does_not_count() -> None:
    """The time is that of the processor: a busy machine takes nothing away."""
    with limited(0.1):
        time.sleep(0.3)


def test_code_that_swallows_it_is_stopped_again() -> None:
    """A second later."""
    caught = 0
    with pytest.raises(StepTimedOut), limited(0.05):
        try:
            work(5)
        except BaseException:
            caught += 1
        work(5)

    assert caught == 1


def test_code_that_swallows_it_again_and_again_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever waits for it need not wait for the wall clock."""

    class ProcessEndedError(Exception):
        pass

    def leave(code: int) -> None:
        raise ProcessEndedError(code)

    monkeypatch.setattr(budget, "_exit", leave)
    monkeypatch.setattr(budget, "_ALARMS", 1)
    with pytest.raises(ProcessEndedError), limited(0.05):
        try:
            work(5)
        except BaseException:
            work(5)


def test_loops_are_told_before_it_is_raised() -> None:
    """So that those are left that catch it."""
    told: list[bool] = []
    with pytest.raises(StepTimedOut), limited(0.05, lambda: told.append(True)):
        work(5)

    assert told == [True]


def test_the_time_of_an_outer_context_stands_still() -> None:
    """What is limited within goes by its own time, and the outer one goes on afterwards."""
    with pytest.raises(StepTimedOut), limited(0.1):
        with limited(5):
            work(0.3)
        inner = True
        work(5)

    assert inner


def test_the_alarm_stands_still_while_something_must_not_be_left_halfway() -> None:
    """It rings afterwards, by what was left."""
    done = False
    with pytest.raises(StepTimedOut), limited(0.1):
        with paused():
            work(0.3)
            done = True
        work(5)

    assert done


def test_what_listened_to_the_alarm_before_does_so_again() -> None:
    """And nothing rings afterwards."""
    before = signal.getsignal(signal.SIGPROF)
    with limited(0.05):
        pass
    work(0.1)

    assert signal.getsignal(signal.SIGPROF) is before


def test_in_another_thread_nothing_is_stopped() -> None:
    """Only the main one is told of alarms."""
    ended = []

    def run() -> None:
        with limited(0.01):
            ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert ended == [True]


def test_more_time_is_given_as_long_as_there_is_any() -> None:
    """A step that records something new goes on; one that does not is stopped."""
    more = [0.05, 0.0]
    started = time.process_time()
    with pytest.raises(StepTimedOut), limited(0.05, more=lambda: more.pop(0)):
        work(5)

    assert more == []
    assert time.process_time() - started >= 0.1
