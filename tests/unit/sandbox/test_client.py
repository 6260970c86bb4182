"""Every way a request can end becomes an answer, or a failure that says whose fault it was."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from grader.errors import StorageError
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.message import Message, Number, message
from grader.sandbox import Box, Limits, Outcome, SandboxClient

LIMITS = Limits(wall_s=20, memory_bytes=1 << 30)
SECONDS = message("unit.seconds", value=Number(value=20))
GIBIBYTES = message("unit.gibibytes", value=Number(value=1))


class Question(Record, frozen=True, kw_only=True, tag="question"):
    text: str


class Reply(Record, frozen=True, kw_only=True, tag="reply"):
    number: int


class FakeBox:
    """Answers with outcomes that were made up, in order."""

    def __init__(self, *outcomes: Outcome, own_room: bool | StorageError = False) -> None:
        self._outcomes = list(outcomes)
        self._own_room = own_room
        self.asked: list[tuple[Any, ...]] = []

    time_to_open = 7.0

    def ask(
        self,
        request: bytes,
        payload: bytes = b"",
        *,
        expect: int = 0,
        replay: bool = False,
        timeout_s: float | None = None,
    ) -> Outcome:
        self.asked.append((request, payload, expect, replay, timeout_s))
        return self._outcomes.pop(0)

    def has_own_room(self) -> bool:
        if isinstance(self._own_room, StorageError):
            raise self._own_room
        return self._own_room


def client(*outcomes: Outcome) -> tuple[SandboxClient, FakeBox]:
    box = FakeBox(*outcomes)
    return SandboxClient(cast(Box, box), "m.h5", LIMITS), box


def answered(answer: object, payload: bytes = b"") -> Outcome:
    return Outcome(status="ok", answer=msgspec.json.encode(answer), payload=payload)


def test_records_go_in_and_come_back() -> None:
    """The request is JSON, and the answer a record with its bytes."""
    talk, box = client(answered(Reply(number=7), b"abcd"))

    got = talk.ask(Question(text="?"), Reply, b"payload", expect=4)

    assert got == (Reply(number=7), b"abcd")
    assert box.asked == [(b'{"type":"question","text":"?"}', b"payload", 4, False, LIMITS.wall_s)]


def test_opening_has_a_limit_of_its_own_and_is_replayed() -> None:
    """The time the box allows for its files; what others build on is repeated when a worker died."""
    talk, box = client(answered(Reply(number=7)))

    assert talk.ask_to_open(Question(text="?"), Reply) == Reply(number=7)
    assert box.asked == [(b'{"type":"question","text":"?"}', b"", 0, True, 7.0)]


def test_the_limit_that_ended_it_is_named() -> None:
    """That of the request, whatever others may take."""
    talk, _ = client(Outcome(status="TO", time_limit=7))
    failure = talk.ask_to_open(Question(text="?"), Reply)

    assert isinstance(failure, Failure)
    assert failure.reason == "timed-out"
    assert failure.values["expected"] == message("unit.seconds", value=Number(value=7))


def test_a_failure_from_inside_is_passed_on() -> None:
    """What the process itself reports is not an ending: it can be asked again."""
    failure = Failure(reason="refused", detail="a Lambda layer")
    talk, _ = client(answered(failure), answered(Reply(number=1)))

    assert talk.ask(Question(text="?"), Reply, expect=4) == failure
    assert talk.ask(Question(text="?"), Reply) == (Reply(number=1), b"")


@pytest.mark.parametrize(
    ("outcome", "reason", "expected"),
    [
        (Outcome(status="TO", time_limit=20), "timed-out", SECONDS),
        (Outcome(status="RE", message="std::bad_alloc"), "out-of-memory", GIBIBYTES),
        (Outcome(status="SG", exitsig=11), "crashed", None),
        (Outcome(status="RE", exitcode=1), "crashed", None),
        (Outcome(status="XX", message="the worker died"), "internal", None),
    ],
)
def test_endings_say_whose_fault_they_were(
    outcome: Outcome, reason: str, expected: Message | None
) -> None:
    """A limit, a crash, or the grader itself."""
    talk, _ = client(outcome)
    failure = talk.ask(Question(text="?"), Reply)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.values.get("expected")) == (reason, expected)
    assert outcome.message in failure.detail


@pytest.mark.parametrize(
    "outcome",
    [
        answered({"type": "marks", "points": 40}),
        answered({"type": "reply"}),
        answered("nonsense"),
        Outcome(status="ok", answer=b'{"a":' + b"[" * 1_000_000),
        answered(Reply(number=1)),
    ],
    ids=["another record", "a field too few", "no record", "far too deep", "no bytes"],
)
def test_answers_that_are_none_are_a_crash_for_good(outcome: Outcome) -> None:
    """A process that answers nonsense is not asked again."""
    talk, box = client(outcome, answered(Reply(number=1), b"abcd"))
    failure = talk.ask(Question(text="?"), Reply, expect=4)

    assert isinstance(failure, Failure)
    assert failure.reason == "crashed"
    assert talk.ask(Question(text="?"), Reply, expect=4) == failure
    assert len(box.asked) == 1


FULL = Failure(
    reason="corrupt", detail="OSError: [Errno 28] No space left on device: 'unpacked-x/3'"
)


@pytest.mark.parametrize(
    ("own_room", "reason", "fault"),
    [(True, "out-of-memory", "submission"), (False, "internal", "grader")],
)
def test_a_full_disk_is_never_the_submission_s_fault(
    own_room: bool, reason: str, fault: str
) -> None:
    """A process with limited room of its own used more than it may have; else the disk is ours to look after."""
    box = FakeBox(answered(FULL), own_room=own_room)
    failure = SandboxClient(cast(Box, box), "work.zip", LIMITS).ask(Question(text="?"), Reply)

    assert isinstance(failure, Failure)
    assert (failure.reason, failure.fault, failure.detail) == (reason, fault, FULL.detail)


def test_a_disk_that_is_still_full_is_an_error_of_its_own() -> None:
    """It would fail every student, so nobody is judged."""
    box = FakeBox(answered(FULL), own_room=StorageError("full"))

    with pytest.raises(StorageError):
        SandboxClient(cast(Box, box), "work.zip", LIMITS).ask(Question(text="?"), Reply)


def test_a_process_that_died_of_a_full_disk_is_ours() -> None:
    """What it last said tells why."""
    message = "OSError: [Errno 28] No space left on device"
    talk, _ = client(Outcome(status="RE", exitcode=1, message=message))
    failure = talk.ask(Question(text="?"), Reply)

    assert isinstance(failure, Failure)
    assert failure.reason == "internal"
    assert message in failure.detail


@pytest.mark.parametrize("status", ["ok", "TO", "RE", "SG", "XX"])
def test_how_a_request_ended_is_known(status: Any) -> None:
    """What the process said itself is told from what became of it."""
    asking, _ = client(Outcome(status=status, answer=b'{"type": "reply", "number": 1}'))
    asking.ask(Question(text="?"), Reply)

    assert asking.status == status
