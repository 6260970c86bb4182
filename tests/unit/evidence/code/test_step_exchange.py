"""While a step runs, the process may ask for trainings that are kept, and give others."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from grader.evidence.code import step_exchange
from grader.evidence.code.kept_protocol import TrainingBegins, TrainingEnds, TrainingGiven
from grader.evidence.code.kept_trainings import KeptTrainings, ResumeFolder
from grader.evidence.code.run_protocol import RunStep, StepDone
from grader.evidence.code.run_record import StepRun
from grader.evidence.code.step_exchange import ask_step
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.sandbox import Box, Limits, Outcome, SandboxClient

DONE = StepDone(step=StepRun(where="lab.py:1"))
KEY = "0" * 64


class FakeProcess:
    """Says one thing after the other, with bytes where it is to."""

    def __init__(self, *said: Record | tuple[Record, bytes]) -> None:
        self._said = list(said)
        self.told: list[tuple[str, bytes]] = []

    def ask(self, request: bytes, payload: bytes = b"", **options: Any) -> Outcome:
        self.told.append((msgspec.json.decode(request)["type"], payload))
        said = self._said.pop(0)
        answer, body = said if isinstance(said, tuple) else (said, b"")
        return Outcome(status="ok", answer=msgspec.json.encode(answer), payload=body)

    def step(self, kept: KeptTrainings | None) -> StepDone | Failure:
        client = SandboxClient(cast(Box, self), "lab.py", Limits())
        return ask_step(client, RunStep(number=0, seconds=5, at_most=5), 20, kept)


@pytest.fixture
def kept(tmp_path: Path) -> KeptTrainings:
    return ResumeFolder(tmp_path / "kept").trainings({}, {}, [])


def test_a_training_is_kept_and_given_back(kept: KeptTrainings) -> None:
    """Between the beginning of the step and its end, as often as there are trainings."""
    first = FakeProcess(
        TrainingBegins(key=KEY), TrainingEnds(key=KEY, size=4), (TrainingGiven(), b"left"), DONE
    )
    second = FakeProcess(TrainingBegins(key=KEY), TrainingBegins(key="1" * 64), DONE)

    assert first.step(kept) == second.step(kept) == DONE
    assert [name for name, _ in first.told] == ["run-step", "proceed", "give-training", "proceed"]
    assert second.told == [("run-step", b""), ("use-kept", b"left"), ("proceed", b"")]


def test_what_is_too_large_is_not_asked_for(kept: KeptTrainings) -> None:
    """Nor what has no bytes, or fewer."""
    process = FakeProcess(
        *(TrainingEnds(key=KEY, size=size) for size in (1 << 40, 0, -1)),
        TrainingEnds(key="../x", size=1),
        DONE,
    )

    assert process.step(kept) == DONE
    assert [name for name, _ in process.told] == ["run-step", *["proceed"] * 4]


@pytest.mark.parametrize("body", [b"", b"le", b"left over"])
def test_bytes_that_do_not_come_as_announced_end_the_process(
    kept: KeptTrainings, body: bytes
) -> None:
    """And none of them is kept."""
    process = FakeProcess(TrainingEnds(key=KEY, size=4), (TrainingGiven(), body))

    failure = process.step(kept)
    assert isinstance(failure, Failure)
    assert (failure.reason, kept.find(KEY)) == ("crashed", None)


def test_a_process_that_asks_where_nothing_is_kept_breaks_the_rules() -> None:
    """It was not told to."""
    failure = FakeProcess(TrainingBegins(key=KEY)).step(None)

    assert isinstance(failure, Failure)
    assert failure.reason == "crashed"


def test_all_that_is_asked_takes_from_the_time_of_the_step(
    kept: KeptTrainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that asks for ever is ended when the step's time is over."""
    now = iter(range(0, 1_000, 9))
    monkeypatch.setattr(step_exchange.time, "monotonic", lambda: float(next(now)))
    seconds: list[float] = []

    class AsksForEver(FakeProcess):
        def ask(self, request: bytes, payload: bytes = b"", **options: Any) -> Outcome:
            seconds.append(options["timeout_s"])
            if options["timeout_s"] < 1:
                return Outcome(status="TO", time_limit=options["timeout_s"])
            self._said.append(TrainingBegins(key=KEY))
            return super().ask(request, payload)

    failure = AsksForEver().step(kept)

    assert isinstance(failure, Failure)
    assert failure.reason == "timed-out"
    assert seconds == [11, 2, 0.01]
