"""Moodle, "Download all submissions": ``Anna Testfrau_104221_assignsubmission_file_``, a folder or a file each.

The number is that of the participant in the assignment, as in the grading worksheet. Moodle writes names without
underscores, so the first number before ``assignsubmission`` is the participant's, whatever files are called.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import left_out, others
from grader.intake.naming import readable
from grader.records.submission import Identity

_NAME = re.compile(
    r"(?P<name>.*?)_(?P<id>\d+)_assign(?P<sort>submission|feedback)_(?P<plugin>[a-z0-9]+)(_(?P<file>.+)|_)?",
    re.DOTALL,
)
#: What stands in place of the name where marking is blind; in other languages it is another word, for everybody.
_NOBODY = "Participant"


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Entries that are called as Moodle calls them."""
    return list(_matches(entries))


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each participant; a text typed into Moodle belongs to its author's files."""
    matches = _matches(entries)
    feedback = [entry for entry, match in matches.items() if match["sort"] == "feedback"]
    people: dict[str, list[Path]] = {}
    for entry, match in matches.items():
        if entry not in feedback:
            people.setdefault(match["id"], []).append(entry)
    names = {match["name"] for match in matches.values()}
    blind = len(names) == 1 < len(people) and not any(" " in name for name in names)
    return Listing(
        attempts=tuple(
            _attempt(number, {entry: matches[entry] for entry in files}, named=not blind)
            for number, files in people.items()
        ),
        left_out=(
            *others(entries, matches),
            *(left_out(entry, "feedback") for entry in feedback),
        ),
        texts=sum(match["plugin"] == "onlinetext" for match in matches.values()),
    )


def _matches(entries: Sequence[Path]) -> dict[Path, re.Match[str]]:
    found = ((entry, _NAME.fullmatch(entry.name)) for entry in entries)
    return {entry: match for entry, match in found if match is not None}


def _attempt(number: str, files: dict[Path, re.Match[str]], *, named: bool) -> Attempt:
    submitted = [entry for entry, match in files.items() if match["plugin"] != "onlinetext"]
    first = next(iter(submitted), next(iter(files)))
    name = readable(files[first]["name"])
    return Attempt(
        source=readable(first.name),
        parts=tuple(Part(entry, readable(files[entry]["file"] or "")) for entry in submitted),
        identity=Identity(
            ids=(number, f"{_NOBODY} {number}"),
            names=(name,) if named and name not in ("", _NOBODY) else (),
        ),
    )


LAYOUT = Layout(title="Moodle download", recognise=recognise, read=read)
