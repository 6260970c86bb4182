"""Refuse an archive of a whole class that was given in place of submissions: it would be graded as one student."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.archives.client import ArchiveClient
from grader.archives.profile import PROFILE
from grader.errors import UsageError
from grader.intake import FormatTable, LocatedClass, LocatedSubmission, locate_class
from grader.intake.artefacts import could_serve
from grader.intake.layouts import PLAIN, layout
from grader.intake.layouts.entries import is_document, is_folder, list_entries
from grader.intake.naming import stem
from grader.intake.sniffing import ARCHIVE_KINDS
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.sandbox import Level, Limits, Sandboxes
from grader.sandbox.scratch import scratch_folder

_MAX_NAMES = 5_000
_MAX_DEPTH = 8


def lone_archive(found: LocatedClass) -> Path | None:
    """The archive that is all there is of a class; None where there is more, or something else."""
    if len(found.submissions) != 1:
        return None
    located = found.submissions[0]
    files = located.submission.files
    alone = len(files) == 1 and files[0].kind in ARCHIVE_KINDS
    return located.path_of(files[0].path) if alone else None


def refuse_class_archive(archive: Path, lab: Lab, limits: Limits, level: Level) -> None:
    """Look at the names in an archive, in the sandbox.

    Raises:
        UsageError: It holds the submissions of several students.
    """
    with Sandboxes(limits, level) as sandboxes, sandboxes.open(PROFILE) as box:
        client = ArchiveClient(box, archive.name, PROFILE.limits(limits))
        names = client.names(archive.resolve())
    what = "" if isinstance(names, Failure) else class_in(names, stem(archive.name), lab)
    if what:
        target = shlex.quote(stem(archive.name))
        source = shlex.quote(str(archive))
        unpack = (
            f"python -m zipfile -e {source} {target}"
            if archive.suffix.lower() == ".zip"
            else f"mkdir {target} && tar -xf {source} -C {target}"
        )
        raise UsageError(
            f"{archive} is no student's submission but a whole class: {what}",
            hint=f"unpack it and grade the folder: {unpack}"
            " (if it is of one student, say --layout plain)",
        )


def class_in(names: Sequence[str], title: str, lab: Lab) -> str:
    """What class an archive holds, in words; empty where it may be one student's.

    Args:
        names: Of the files in it; untrusted.
        title: Its own name, without ending.
        lab: Several folders or files that fit one of its artefacts are several students.
    """
    with scratch_folder("names") as room:
        folder = room / title
        folder.mkdir()
        for name in names[:_MAX_NAMES]:
            _place(folder, name)
        try:
            found = _innermost(folder)
        except UsageError:  # no submissions, or several assignments
            return ""
    if found.layout != PLAIN:
        count = len({item.submission.source for item in found.submissions})
        return f"a {layout(found.layout).title} of {count} students" if count > 1 else ""
    count = max((_fitting(found, lab, artefact) for artefact in lab.artefacts), default=0)
    return f"{count} folders or files that could each be a student's" if count > 1 else ""


def _place(folder: Path, name: str) -> None:
    """Make an empty file of that name below the folder, where the name allows it."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or len(parts) > _MAX_DEPTH or ".." in parts or "\0" in name:
        return
    try:
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    except (OSError, ValueError):  # too long, or a file where a folder should be
        return


def _innermost(folder: Path) -> LocatedClass:
    """The class in a folder, or in the lone folder in it."""
    found = locate_class(folder)
    entries = [entry for entry in list_entries(folder).usable if not is_document(entry)]
    if found.layout == PLAIN and len(entries) == 1 and is_folder(entries[0]):
        return _innermost(entries[0])
    return found


def _fitting(found: LocatedClass, lab: Lab, artefact: Artefact) -> int:
    """How many could each be somebody's who handed in an artefact."""
    return sum(_serves(item, lab, artefact) for item in found.submissions)


def _serves(located: LocatedSubmission, lab: Lab, artefact: Artefact) -> bool:
    files = located.submission.files
    if any(could_serve(file, artefact, FormatTable({})) for file in files):
        return True
    in_folder = [file.path for file in files if file.path != located.submission.source]
    return len(lab.artefacts) == 1 and any(
        not is_document(Path(PurePosixPath(path).name)) for path in in_folder
    )
