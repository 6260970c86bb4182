"""The base of every record, and how records become bytes and come back."""

from __future__ import annotations

from typing import TypeVar

import msgspec


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An immutable, validated value.

    Records hold values and other records, never each other in a circle, so the garbage collector need not look at
    them: a report of a class holds hundreds of thousands.
    """


RecordT = TypeVar("RecordT")


def to_json(record: object) -> bytes:
    """Encode `record` as indented UTF-8 JSON with a final newline; the same value gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def from_json(data: bytes, kind: type[RecordT]) -> RecordT:
    """Decode and validate JSON as a record of `kind`.

    Raises:
        msgspec.DecodeError: Not JSON, or not a record of that kind (`msgspec.ValidationError`).
    """
    return msgspec.json.decode(data, type=kind)
