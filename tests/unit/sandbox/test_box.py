"""The sandbox's promise: whatever happens inside, `ask` comes back and says what became of it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from grader.records.evidence import Failure
from grader.records.probe import OpenModel, Predicted
from grader.sandbox import Limits, Outcome, Sandbox
from tests.unit.sandbox import targets

REQUEST = OpenModel(path="/nowhere", file="model.h5", format="hdf5")
LIMITS = Limits(wall_s=20, memory_bytes=256 << 20, file_bytes=1 << 20)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits and signals are POSIX")


def ask(
    target: object, *, limits: Limits = LIMITS, payload: bytes = b"", expect: int = 0
) -> Outcome:
    with Sandbox(target, limits=limits).open() as box:
        return box.ask(REQUEST, payload, expect=expect)


def test_payload_and_answer_come_back() -> None:
    """A well-behaved process gets its bytes and its answer is returned with as many bytes as expected."""
    outcome = ask(targets.echoes_bytes, payload=b"abcdefgh", expect=8)

    assert outcome.status == "ok"
    assert outcome.answer == Predicted()
    assert outcome.payload == b"abcdefgh"


def test_surroundings_are_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process works in an empty folder of its own and does not see the grader's environment."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    outcome = ask(targets.reports_surroundings)

    assert isinstance(outcome.answer, Failure)
    folder, *variables = outcome.answer.detail.splitlines()
    assert "grader-box-" in folder
    assert "GITHUB_TOKEN" not in variables
    assert not os.path.exists(folder)  # noqa: PTH110  (gone with the box)


@pytest.mark.parametrize("target", [targets.sends_too_little, targets.sends_too_much])
def test_wrong_number_of_bytes_is_an_error(target: object) -> None:
    """Predictions of any other length than asked for never count."""
    outcome = ask(target, expect=40)

    assert outcome.status == "RE"
    assert outcome.answer is None
    assert outcome.payload == b""


@pytest.mark.parametrize("target", [targets.sends_nonsense, targets.floods_the_head])
def test_malformed_answers_are_an_error(target: object) -> None:
    """An answer that is no record of ours, or is far too long, is refused."""
    outcome = ask(target)

    assert outcome.status == "RE"
    assert outcome.answer is None


@POSIX
@pytest.mark.parametrize("target", [targets.sleeps, targets.spins, targets.sends_half_a_message])
def test_time_limit_ends_the_wait(target: object) -> None:
    """A process that sleeps, spins or stops in the middle of a message is ended at the limit."""
    outcome = ask(target, limits=Limits(wall_s=0.5))

    assert outcome.status == "TO"
    assert outcome.answer is None


@POSIX
def test_exit_code_and_last_words_are_kept() -> None:
    """A process that exits with an error leaves its code and what it said last."""
    outcome = ask(targets.exits)

    assert (outcome.status, outcome.exitcode, outcome.exitsig) == ("RE", 3, None)
    assert outcome.message == "the reason why"


def test_exit_without_an_answer_is_an_error() -> None:
    """Exiting with code 0 before answering is not success."""
    outcome = ask(targets.exits_as_if_well)

    assert outcome.status == "RE"


@POSIX
def test_signal_is_named() -> None:
    """A process that dies on a signal is reported with that signal."""
    outcome = ask(targets.dies_of_a_signal)

    assert (outcome.status, outcome.exitsig) == ("SG", signal.SIGSEGV)


@POSIX
@pytest.mark.parametrize("target", [targets.takes_memory, targets.fills_the_disk])
def test_memory_and_file_size_are_limited(target: object) -> None:
    """More memory or larger files than allowed are refused inside the process."""
    outcome = ask(target)

    assert isinstance(outcome.answer, Failure)
    assert outcome.answer.detail == "refused"


def test_a_dead_process_can_be_asked_again_without_harm() -> None:
    """After a crash every further request comes back as an error instead of hanging or raising."""
    with Sandbox(targets.exits, limits=LIMITS).open() as box:
        first, second = box.ask(REQUEST), box.ask(REQUEST)

    assert first.status == "RE"
    assert second.status in ("RE", "SG")


@POSIX
def test_closing_the_sandbox_ends_what_runs() -> None:
    """Closing ends a request under way at once, and nothing can be opened afterwards."""
    sandbox = Sandbox(targets.sleeps, limits=LIMITS)
    outcomes: list[Outcome] = []
    box = sandbox.open()
    asking = threading.Thread(target=lambda: outcomes.append(box.ask(REQUEST)))
    asking.start()
    time.sleep(0.2)
    sandbox.close()
    asking.join(10)
    box.close()

    assert [outcome.status for outcome in outcomes] == ["SG"]
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.open()
