"""`links.toml`: a table for each run, with its link and what the page showed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from grader.evidence.answers.names import name_key
from grader.evidence.playground.probe.claims import claim_of_table
from grader.evidence.playground.probe.draft import Draft
from grader.evidence.playground.probe.text import fill_from_text

_LINK_NAMES = frozenset({"link", "links", "lien", "liens", "url", "urls", "adresse"})

#: What ends a text, or its first line.
_END = r"[\"'\n]"

#: Tables within tables.
_MOST_DEPTH = 4


def fill_from_toml(text: str, draft: Draft) -> None:
    """Read a file. Where it is no TOML the line is named, and links are read as from running text."""
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        draft.trouble(str(error))
        fill_from_text(text, "", draft.file, draft)
        return
    places: dict[str, int] = {}
    for exercise, table in _tables(found, ""):
        for url in _urls(table):
            first = url.strip().split("\n")[0]
            place = re.compile(re.escape(first) + _END).search(text, places.get(first, 0))
            begin, places[first] = place.span() if place else (0, 0)
            where = f"{draft.file}, line {text.count(chr(10), 0, begin) + 1}"
            draft.add(exercise, where, url, claim_of_table(table))


def _tables(
    table: Mapping[str, Any], name: str, depth: int = 0
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All tables, with their names; of tables within tables the inner name counts for the run, not for the exercise."""
    yield name, table
    if depth == _MOST_DEPTH:
        return
    for key, value in table.items():
        inner = name or key
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, dict):
                yield from _tables(item, inner, depth + 1)


def _urls(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        if name_key(name) in _LINK_NAMES:
            items = value if isinstance(value, list) else [value]
            yield from (item for item in items if isinstance(item, str))
