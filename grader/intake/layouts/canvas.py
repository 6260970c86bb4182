"""Canvas, "Download Submissions": ``testfrauanna_LATE_5512_98001_mnist-1.h5``, several files a person.

After the name, in lower case and without blanks, come the person's number and the file's. Canvas itself takes the
first two numbers between underscores for them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import is_folder, others
from grader.intake.naming import readable
from grader.records.submission import Identity

_NAME = re.compile(
    r"((?P<name>(?!LATE_)\S*?)_)?((?P<late>LATE)_)?(?P<id>\d+|anon_[A-Za-z0-9]+)_"
    r"(?P<number>\d{3,})_(?P<file>.+)"
    r"|((?P<text_name>(?!LATE_)\S*?)_)?((?P<text_late>LATE)_)?(?P<text_id>\d+|anon_[A-Za-z0-9]+)_(text|link)\.html",
    re.DOTALL,
)
#: What Canvas adds to the name of a file that was handed in again.
_AGAIN = re.compile(r"(?P<stem>.+)-\d{1,3}(?P<ending>(\.tar)?\.\w+|)", re.DOTALL)

Match = re.Match[str]


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Files that are called as Canvas calls them; none where numbers are not those of one person and one file."""
    matches = _matches(entries)
    owners: dict[str, set[str]] = {}
    for match in matches.values():
        owners.setdefault(_id(match), set()).add(_name(match))
    numbers = Counter(match["number"] for match in matches.values() if match["number"])
    unlike = max(map(len, owners.values()), default=1) > 1 or max(numbers.values(), default=1) > 1
    return [] if unlike else list(matches)


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each person, with all their files; two where some were late and others were not."""
    matches = _matches(entries)
    people: dict[str, dict[Path, Match]] = {}
    for entry, match in matches.items():
        people.setdefault(_id(match), {})[entry] = match
    return Listing(
        attempts=tuple(
            attempt for person, files in people.items() for attempt in _attempts(person, files)
        ),
        left_out=others(entries, matches),
        texts=sum(match["number"] is None for match in matches.values()),
    )


def _matches(entries: Sequence[Path]) -> dict[Path, Match]:
    found = ((entry, _NAME.fullmatch(entry.name)) for entry in entries if not is_folder(entry))
    return {
        entry: match
        for entry, match in found
        if match is not None and not any(map(str.isupper, _name(match)))
    }


def _id(match: Match) -> str:
    return match["id"] or match["text_id"]


def _name(match: Match) -> str:
    return match["name"] or match["text_name"] or ""


def _attempts(person: str, files: dict[Path, Match]) -> list[Attempt]:
    """What was late beside what was not was handed in again, and two downloads were unpacked into one folder."""
    late = {entry: match for entry, match in files.items() if match["late"] or match["text_late"]}
    in_time = {entry: match for entry, match in files.items() if entry not in late}
    if late and in_time:
        return [_attempt(person, in_time, number=1), _attempt(person, late, number=2)]
    return [_attempt(person, files, number=None)]


def _attempt(person: str, files: dict[Path, Match], *, number: int | None) -> Attempt:
    first = next(iter(files))
    name = readable(_name(files[first]))
    submitted = {entry: match["file"] for entry, match in files.items() if match["file"]}
    shown = _without_suffixes(submitted)
    return Attempt(
        source=readable(first.name),
        parts=tuple(Part(entry, readable(shown[entry])) for entry in submitted),
        identity=Identity(ids=(person,), names=(name,) if name else ()),
        marked_late=any(match["late"] or match["text_late"] for match in files.values()),
        number=number,
    )


def _without_suffixes(files: dict[Path, str]) -> dict[Path, str]:
    """What the files were called when they were handed in, where that is clear."""
    short = {}
    for entry, name in files.items():
        again = _AGAIN.fullmatch(name)
        short[entry] = again["stem"] + again["ending"] if again else name
    counts = Counter(name.casefold() for name in short.values())
    return {
        entry: short[entry] if counts[short[entry].casefold()] == 1 else name
        for entry, name in files.items()
    }


LAYOUT = Layout(title="Canvas download", recognise=recognise, read=read)
