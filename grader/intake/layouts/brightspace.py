"""Brightspace, "Download": ``123-456 - Anna Testfrau - Nov 1, 2026 800 PM/``, a folder each time somebody hands in.

Times are those of the site, whose zone is not stated. An ``index.html`` beside the folders lists them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import is_folder, others
from grader.intake.layouts.times import written_time
from grader.intake.naming import readable
from grader.records.submission import Identity

_NAME = re.compile(
    r"(?P<id>\d+)-\d+ - (?P<name>.+) - (?P<time>(?=.*\d{4})[^-]+)",
    re.DOTALL,
)

Match = re.Match[str]


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Entries that are called as Brightspace calls them."""
    return list(_matches(entries))


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each folder; those of one person are counted by their times."""
    matches = _matches(entries)
    names: dict[str, set[str]] = {}
    for match in matches.values():
        names.setdefault(match["id"], set()).add(match["name"])
    counts: Counter[tuple[str, str]] = Counter()
    attempts = []
    for entry, match in sorted(matches.items(), key=_order):
        person = (match["id"], match["name"])
        counts[person] += 1
        attempts.append(
            Attempt(
                source=readable(entry.name),
                parts=(Part(entry, "" if is_folder(entry) else readable(entry.name)),),
                identity=Identity(
                    ids=(match["id"],) if len(names[match["id"]]) == 1 else (),
                    names=(readable(match["name"]),),
                ),
                received_at=written_time(match["time"]),
                number=counts[person],
            )
        )
    return Listing(attempts=tuple(attempts), left_out=others(entries, matches))


def _order(item: tuple[Path, Match]) -> str:
    time = written_time(item[1]["time"])
    return time.isoformat() if time else ""


def _matches(entries: Sequence[Path]) -> dict[Path, Match]:
    found = ((entry, _NAME.fullmatch(entry.name)) for entry in entries)
    return {entry: match for entry, match in found if match is not None}


LAYOUT = Layout(title="Brightspace download", recognise=recognise, read=read)
