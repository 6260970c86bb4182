"""`answers.toml`: a table for each exercise, a line for each question."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from grader.evidence.answers.probe.draft import Draft
from grader.evidence.answers.probe.hints import syntax_hint
from grader.evidence.answers.probe.statements import read_statements

#: Characters of a line. The time that keys joined by dots take grows with their square.
_MOST_LINE = 4_000
#: Tables within tables.
_MOST_DEPTH = 4

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def decoded(data: bytes) -> tuple[str, bool]:
    """The text of bytes, and whether their encoding was plain; of others, what can be read."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text, plain = data.decode(encoding), True
    except UnicodeDecodeError:
        text, plain = data.decode("cp1252" if encoding == "utf-8" else encoding, "replace"), False
    return text.replace("\r\n", "\n").replace("\r", "\n"), plain


def is_toml(text: str) -> bool:
    """Whether all of a text is TOML, and in tables: a heading of Markdown is a comment of TOML."""
    found = _parsed(text)
    if not isinstance(found, dict):
        return False
    return bool(found) and all(isinstance(value, dict) for value in found.values())


def fill_from_toml(data: bytes, draft: Draft) -> None:
    """Read a file. What is wrong in it is named by line; what can be read besides is read."""
    text, plain = decoded(data)
    if not plain:
        draft.trouble(draft.file, "encoding")
    found = _parsed(text)
    if isinstance(found, dict):
        lines = _key_lines(text)
        for path, value in flat(found):
            _add(draft, path, value, lines.get(".".join(path)))
        return
    named = False
    for statement in read_statements(text, most_line=_MOST_LINE):
        if statement.error is not None:
            named = True
            hint = syntax_hint(statement.text, statement.error)
            draft.trouble(_place(draft, statement.line), "syntax", statement.text, hint)
        for path, value in flat(statement.data):
            _add(draft, path, value, statement.line)
    if not named and not draft.problems:  # each line alone is right: a table or a key stands twice
        place = _PLACE.search(str(found))
        line = int(place[1]) if place and place[1] else None
        detail = _PLACE.sub("", str(found))
        draft.trouble(_place(draft, line), "syntax", detail, "once")


def flat(
    table: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of nested tables with the keys that lead to it; a table too deep is a value."""
    for key, value in table.items():
        here = (*path, key)
        # `[[2a]]` where `[2a]` was meant is a list of tables.
        tables = value if isinstance(value, list) and value else [value]
        if len(here) < _MOST_DEPTH and all(isinstance(item, dict) for item in tables):
            for item in tables:
                yield from flat(item, here)
        else:
            yield here, value


def _add(draft: Draft, path: tuple[str, ...], value: Any, line: int | None) -> None:
    where = _place(draft, line)
    if len(path) == 1:
        draft.trouble(where, "no-exercise", path[0])
    draft.add(".".join(path[:-1]), path[-1], value, where)


def _parsed(text: str) -> dict[str, Any] | Exception:
    if any(len(line) > _MOST_LINE for line in text.split("\n")):
        return ValueError("a line is too long")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return error


def _key_lines(text: str) -> dict[str, int]:
    """Keys behind those of their table, joined by dots, to lines from 1.

    What looks like one in a text of several lines is among them.
    """
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.fullmatch(line):
            table = _bare(header[1])
        elif key := _KEY.match(line):
            name = _bare(key[1])
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def _bare(key: str) -> str:
    """A key without quotation marks and spaces around its dots."""
    return re.sub(r"\s*\.\s*", ".", re.sub(r"[\"']", "", key.strip()))


def _place(draft: Draft, line: int | None) -> str:
    return draft.file if line is None else f"{draft.file}, line {line}"
