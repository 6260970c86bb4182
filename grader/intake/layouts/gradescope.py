"""Gradescope, "Export Submissions": ``submission_301/`` and ``submission_metadata.yml``, which says whose it is.

Everybody of a group has the group's files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from grader.errors import UsageError
from grader.intake.layouts import Attempt, Layout, Listing, Part
from grader.intake.layouts.entries import is_file, is_folder, others
from grader.intake.layouts.times import stamped_time
from grader.intake.naming import readable
from grader.records.submission import Identity, LeftOut

_METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_\w+")
#: Makes texts, lists and mappings and nothing else, so that ``00123`` stays what it is.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NOTHING = ("", "~", "null", "nil")


def recognise(entries: Sequence[Path]) -> Sequence[Path]:
    """The folders of submissions and the file that says whose they are; none without that file."""
    if not any(entry.name == _METADATA and is_file(entry) for entry in entries):
        return []
    return [entry for entry in entries if entry.name == _METADATA or _is_submission(entry)]


def read(entries: Sequence[Path]) -> Listing:
    """One attempt for everybody who handed in, alone or in a group.

    Raises:
        UsageError: The file that says whose submissions they are cannot be read.
    """
    file = next((entry for entry in entries if entry.name == _METADATA), None)
    known = _load(file) if file is not None else {}
    folders = {entry.name: entry for entry in entries if _is_submission(entry)}
    fitting = {*folders.values(), file}
    return Listing(
        attempts=tuple(
            attempt
            for name, folder in folders.items()
            for attempt in _attempts(folder, known.get(name, {}))
        ),
        left_out=(
            *others(entries, [entry for entry in fitting if entry is not None]),
            *(
                LeftOut(name=readable(name), reason="no-folder", identity=_identity(person))
                for name, entry in known.items()
                if name not in folders
                for person in _submitters(entry)
            ),
        ),
    )


def _is_submission(entry: Path) -> bool:
    return _FOLDER.fullmatch(entry.name) is not None and is_folder(entry)


def _load(file: Path) -> dict[str, dict[str, Any]]:
    try:
        found = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - see _LOADER
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(
            f"{file} cannot be read: {reason}",
            hint="unpack the export of Gradescope anew, or grade it with --layout plain",
        ) from error
    if not isinstance(found, dict):
        return {}
    return {name: entry for name, entry in found.items() if isinstance(entry, dict)}


def _attempts(folder: Path, known: dict[str, Any]) -> list[Attempt]:
    people = _submitters(known)
    history = _field(known, "history")
    return [
        Attempt(
            source=readable(folder.name)
            + (f" ({_text(person, 'name')})" if len(people) > 1 else ""),
            parts=(Part(folder),),
            identity=_identity(person),
            received_at=_time(_field(known, "created_at")),
            number=1 + (len(history) if isinstance(history, list) else 0),
        )
        for person in people
    ]


def _submitters(known: dict[str, Any]) -> list[dict[str, Any]]:
    """Everybody of a group; somebody unknown where nobody is named."""
    found = _field(known, "submitters")
    return [person for person in found or () if isinstance(person, dict)] or [{}]


def _identity(person: dict[str, Any]) -> Identity:
    return Identity(
        ids=tuple(filter(None, (_text(person, "sid"), _text(person, "email")))),
        names=tuple(filter(None, (_text(person, "name"),))),
    )


def _field(record: dict[str, Any], name: str) -> Any:
    """A field; keys are symbols of Ruby, which begin with a colon."""
    return record.get(f":{name}", record.get(name))


def _text(record: dict[str, Any], name: str) -> str:
    found = _field(record, name)
    return found.strip() if isinstance(found, str) and found.strip() not in _NOTHING else ""


def _time(found: Any) -> datetime | None:
    """A time, which Ruby may write as a mapping of the same moment in UTC and in a zone."""
    if isinstance(found, dict):
        found = found.get("utc")
    return stamped_time(found) if isinstance(found, str) else None


LAYOUT = Layout(title="Gradescope export", recognise=recognise, read=read)
