"""Blackboard, "Assignment File Download": ``Lab 3_s123_attempt_2026-11-01-12-30-00_mnist.h5`` and a description.

The description, ``..._attempt_2026-11-01-12-30-00.txt``, names the student and may hold a text. Times are those of the
server, whose zone is not stated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import common_start, is_folder, others
from grader.intake.naming import readable
from grader.records.submission import Identity

_NAME = re.compile(
    r"(?P<owner>.+?)_attempt_(?P<time>\d{4}(-\d\d){5})(_(?P<file>.+)|\.txt)", re.DOTALL
)
_PERSON = re.compile(r"Name:\s*(?P<name>.*?)\s*\((?P<login>[^()]+)\)\s*", re.IGNORECASE)
_TEXT = re.compile(r"^Submission Field:\s*\n(?!There is no student submission text)\s*\S", re.M)
#: Bytes of a description that are read.
_DESCRIPTION_BYTES = 1 << 16

Match = re.Match[str]


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """Files that are called as Blackboard calls them."""
    return list(_matches(entries))


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for each time somebody handed in."""
    matches = _matches(entries)
    found: dict[tuple[str, str], dict[Path, Match]] = {}
    for entry, match in matches.items():
        found.setdefault((match["owner"], match["time"]), {})[entry] = match
    texts = {key: _description(files) for key, files in found.items()}
    people = {key[0]: person for key, text in texts.items() if (person := _PERSON.match(text))}
    assignment = _assignment([owner for owner, _ in found], people)
    counts: Counter[str] = Counter()
    attempts = []
    for owner, time in sorted(found):
        counts[owner] += 1
        person = people.get(owner)
        login = person["login"] if person else owner.removeprefix(assignment)
        files = found[owner, time]
        attempts.append(
            Attempt(
                source=readable(next(iter(files)).name),
                parts=tuple(
                    Part(entry, readable(match["file"]))
                    for entry, match in files.items()
                    if match["file"]
                ),
                identity=Identity(
                    ids=(readable(login),), names=(person["name"],) if person else ()
                ),
                received_at=_time(time),
                number=counts[owner],
            )
        )
    return Listing(
        attempts=tuple(attempts),
        left_out=others(entries, matches),
        texts=sum(_TEXT.search(text) is not None for text in texts.values()),
    )


def _assignment(owners: Sequence[str], people: dict[str, Match]) -> str:
    """What stands before the logins: as a description shows, else what all names begin with."""
    for owner, person in people.items():
        if owner.endswith("_" + person["login"]):
            return owner.removesuffix(person["login"])
    return common_start(owners, "_")


def _matches(entries: Sequence[Path]) -> dict[Path, Match]:
    found = ((entry, _NAME.fullmatch(entry.name)) for entry in entries if not is_folder(entry))
    return {entry: match for entry, match in found if match is not None}


def _description(files: dict[Path, Match]) -> str:
    """What Blackboard says of an attempt; empty where it cannot be read."""
    path = next((entry for entry, match in files.items() if match["file"] is None), None)
    if path is None:
        return ""
    try:
        with path.open("rb") as stream:
            return stream.read(_DESCRIPTION_BYTES).decode("utf-8-sig", "replace").replace("\r", "")
    except OSError:
        return ""


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")  # noqa: DTZ007 - there is no zone
    except ValueError:
        return None


LAYOUT = Layout(title="Blackboard download", recognise=recognise, read=read)
