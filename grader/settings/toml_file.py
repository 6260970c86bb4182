"""A TOML file, the lines its keys stand in, and what is wrong in words that name them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import CourseError

Keys = tuple[str, ...]

#: What a line that is no TOML looks like, or what the parser says of it, and how to write it.
_SYNTAX_HINTS = (
    (r"[\u2018-\u201f]", 'use straight quotation marks: "'),
    (r"^Cannot (overwrite|declare|mutate)", "it stands twice: keep one of them"),
    (r"\\", "in a text in quotation marks write / for \\"),
    (
        r"=\s*\d+[-./]\d+[-./]\d+",
        "write a time with its seconds, and its UTC offset unless the file has a `timezone`: 2026-12-01T23:59:00+01:00",
    ),
    (r"=\s*-?\d+,\d+", "write numbers with a point: 0.5"),
    (r"=\s*-?[\d.]+\s*%", "write a share as a number: 0.1 for 10 %"),
    (
        r"=\s*[^\W\d][^\"']*$",
        'put text into quotation marks: "text"; true and false are written small',
    ),
)


class SettingError(ValueError):
    """A setting that cannot be used.

    Args:
        keys: Where it stands, such as ``("labs", "mnist-cifar100", "deadline")``.
        message: What is wrong.
        hint: How to write it.
    """

    def __init__(self, keys: Keys, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.keys = keys
        self.hint = hint


@dataclass(frozen=True)
class TomlFile:
    """A TOML file, and where in it every key stands."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[Keys, int] = field(default_factory=dict)
    """Keys, those of tables among them, to lines counted from 1."""

    def error(self, wrong: SettingError) -> CourseError:
        """What is wrong, with the file, the line and the table."""
        keys = wrong.keys
        # What a record refuses begins with the name of the field.
        named = (*keys, str(wrong).split()[0].strip("`':"))
        line = self._line(named)
        place = f", line {line}" if line else ""
        table = f", [{dotted(keys[:2])}]" if len(keys) > 1 else ""
        seen = self._seen(named)
        here = f" (here: {seen})" if seen and seen not in str(wrong) else ""
        return CourseError(f"{self.path}{place}{table}: {wrong}{here}", hint=wrong.hint)

    def _seen(self, keys: Keys) -> str:
        """The value that some keys name; empty where there is none."""
        value: Any = self.data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return "" if value is None else str(value)

    def _line(self, keys: Keys) -> int | None:
        """The line of some keys, or of the nearest table around them."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys)


def read_toml(path: Path) -> TomlFile:
    """Read a TOML file.

    Raises:
        CourseError: It cannot be read, or is no TOML; the message names the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CourseError(
            f"{path} cannot be read: it is not UTF-8",
            hint="save it in your editor with the encoding UTF-8",
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    # A table is where it is first named.
    return TomlFile(path=path, data=data, lines=dict(reversed(list(_key_lines(text)))))


def _key_lines(text: str) -> Iterator[tuple[Keys, int]]:
    """Every key of a TOML file, and the line of the statement that names it."""
    table: Keys = ()
    statement: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        statement.append(line)
        try:
            piece = tomllib.loads("\n".join(statement))
        except tomllib.TOMLDecodeError:
            continue  # it goes on in the next line
        start = number - len(statement) + 1
        is_table = statement[0].lstrip().startswith("[")
        statement.clear()
        named = list(_paths(piece))
        yield from (((() if is_table else table) + keys, start) for keys in named)
        if is_table:
            table = max(named, key=len)


def _paths(value: Any) -> Iterator[Keys]:
    """The keys of nested tables, outer before inner; places in lists are left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (key,)
            yield from ((key, *rest) for rest in _paths(inner))
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item)


def _syntax_error(path: Path, text: str, reason: str) -> CourseError:
    lines = text.split("\n")
    found = re.search(r" \(at line (\d+), column \d+\)$", reason)
    number = int(found[1]) if found else len(text.rstrip().split("\n"))
    reason = re.sub(r" \(at .*\)$", "", reason)
    line = lines[number - 1].strip()
    hint = next(
        (
            hint
            for pattern, hint in _SYNTAX_HINTS
            if re.search(pattern, line) or re.search(pattern, reason)
        ),
        "",
    )
    return CourseError(f"{path}, line {number} cannot be read: {line} ({reason})", hint=hint)


def dotted(keys: Keys) -> str:
    """Keys as TOML joins them."""
    return ".".join(key if re.fullmatch(r"[\w-]+", key) else f'"{key}"' for key in keys)
