"""TOML that is broken somewhere, read one statement after the other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: Lines of one statement: a list or a text may go on over several.
_MOST_LINES = 40

_HEADER = re.compile(r"\s*\[[^=,]*$")
_START = re.compile(r"\s*(?:\[[^=,]*$|[^\s=#\[\](){},][^=]{0,200}=)")
_NOTHING = re.compile(r"\s*(?:#.*)?")


@dataclass(frozen=True)
class Statement:
    """A line `name = value`, with the lines that it goes on in."""

    line: int
    """From 1."""
    text: str
    """Its first line."""
    data: dict[str, Any] = field(default_factory=dict)
    """What it says, in the table it stands in."""
    error: str | None = None
    """What the parser says of it, where it is broken."""


def read_statements(text: str, *, most_line: int) -> Iterator[Statement]:
    """Read every statement alone, so that one that is broken spoils no other.

    What follows the broken head of a table stands in the table that its words name.

    Args:
        text: The file.
        most_line: Characters of a line that is parsed.
    """
    lines = text.split("\n")
    head = ""
    place = 0
    while place < len(lines):
        if _NOTHING.fullmatch(lines[place]):
            place += 1
            continue
        group = _group(lines, place)
        is_head = _HEADER.match(lines[place]) is not None
        error, taken = "the line is too long", 1
        data: dict[str, Any] | None = None
        if all(len(line) <= most_line for line in group):
            data, taken, error = _shortest(group, "" if is_head else head)
        if is_head:
            head = lines[place] if data is not None else _repaired(lines[place])
        if data is None:
            yield Statement(place + 1, lines[place].strip(), error=error)
            taken = _broken_lines(group)
        elif not is_head:
            yield Statement(place + 1, lines[place].strip(), data)
        place += taken


def _repaired(head: str) -> str:
    """The head of a table as TOML wants it: ``["2a model"]`` of ``[2a model``."""
    words = re.sub(r"[^\w .:-]", " ", head[:100]).split()
    return f'["{" ".join(words) or "?"}"]'


def _group(lines: list[str], start: int) -> list[str]:
    """A line and those after it that begin no statement of their own."""
    end = start + 1
    is_alone = _START.match(lines[start]) is None
    while not is_alone and end < min(len(lines), start + _MOST_LINES):
        if _START.match(lines[end]):
            break
        end += 1
    return lines[start:end]


def _shortest(group: list[str], head: str) -> tuple[dict[str, Any] | None, int, str]:
    """What the fewest lines from the first say, how many they are, and why the first says nothing."""
    first = ""
    for count in range(1, len(group) + 1):
        try:
            return tomllib.loads("\n".join([head, *group[:count]])), count, ""
        except (ValueError, RecursionError) as error:
            first = first or str(error)
    return None, 1, first


def _broken_lines(group: list[str]) -> int:
    """How many lines are named as one: those after it that look like the rest of a list or a text."""
    for count, line in enumerate(group[1:], 1):
        if ":" in line or not line.strip():
            return count
    return len(group)
