"""The failures that have to do with the sandbox and not with what runs in it."""

from __future__ import annotations

from grader.records.evidence import INTERNAL, Failure
from grader.records.message import Message, Name, Number, Value, message
from grader.sandbox.outcome import Limits

#: What libraries say when memory runs out, in small letters.
_OUT_OF_MEMORY = (
    *("bad_alloc", "bad allocation", "out of memory", "oom when allocating"),
    *("failed to allocate memory", "cannot allocate memory"),
)


#: What the system says when a disk is full or broken, in small letters.
_OUT_OF_ROOM = ("no space left on device", "disk quota exceeded", "input/output error")


def mentions_room(message: str) -> bool:
    """Whether a message says that a file could not be written because of the disk."""
    lowered = message.lower()
    return any(words in lowered for words in _OUT_OF_ROOM)


def mentions_memory(message: str) -> bool:
    """Whether a library's message says that memory ran out."""
    lowered = message.lower()
    return any(words in lowered for words in _OUT_OF_MEMORY)


def timed_out(file: str, seconds: float, detail: str = "") -> Failure:
    """More time was needed than the `seconds` there were."""
    allowed = message("unit.seconds", value=Number(value=seconds))
    return _failure("timed-out", file, allowed, detail)


def out_of_memory(file: str, limits: Limits, detail: str = "") -> Failure:
    """More memory was needed than the limits allow."""
    allowed = message("unit.gibibytes", value=Number(value=limits.memory_bytes / (1 << 30)))
    return _failure("out-of-memory", file, allowed, detail)


def crashed(file: str, detail: str = "") -> Failure:
    """The process ended, or answered with something that is no answer."""
    return Failure(reason="crashed", values={"file": Name(text=file)}, detail=detail)


def internal(file: str, detail: str = "") -> Failure:
    """The grader failed, not the submission."""
    values: dict[str, Value] = {"file": Name(text=file)}
    return Failure(reason=INTERNAL, fault="grader", values=values, detail=detail)


def _failure(reason: str, file: str, allowed: Message, detail: str) -> Failure:
    values: dict[str, Value] = {"file": Name(text=file), "expected": allowed}
    return Failure(reason=reason, values=values, detail=detail)
