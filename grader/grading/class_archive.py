"""Refuse a whole class that would be graded as one student: in an archive, or in a folder inside of the folder."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from grader.archives.client import ArchiveClient
from grader.archives.profile import PROFILE
from grader.errors import UsageError
from grader.grading.isolation import choose_level
from grader.intake import FormatTable, LocatedClass, LocatedSubmission, Roster, locate_class
from grader.intake.artefacts import could_serve
from grader.intake.discovery import FILE
from grader.intake.layouts import PLAIN, layout
from grader.intake.layouts.entries import is_document, is_folder, list_entries
from grader.intake.matching import match_submissions
from grader.intake.naming import stem
from grader.intake.sniffing import ARCHIVE_KINDS
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.names import counted
from grader.sandbox import Isolation, Level, Limits, Sandboxes
from grader.sandbox.scratch import scratch_folder

_MAX_NAMES = 5_000
_MAX_DEPTH = 8
_PACKED = frozenset({".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar"})


def refuse_whole_class(
    found: LocatedClass, lab: Lab, roster: Roster, limits: Limits, isolation: Isolation
) -> None:
    """Look into the one archive or folder there is of a class, unless it is called like somebody on the roster.

    Args:
        found: What would be graded.
        lab: Several folders or files that fit one of its artefacts are several students.
        roster: Who is in the class.
        limits: What looking into an archive may use.
        isolation: The level at which that is done.

    Raises:
        UsageError: It holds the submissions of several students, or the download of a platform.
        IsolationError: Submissions cannot be isolated as asked for.
    """
    (located, *more) = found.submissions
    lone = found.layout in (PLAIN, FILE) and not more
    if not lone or match_submissions(roster, [located.submission]).entries:
        return
    archive = _lone_archive(located)
    if archive is not None:
        _refuse_archive(archive, lab, limits, choose_level(isolation))
    elif located.root.name == located.submission.source:
        _refuse_folder(located.root, lab, roster)


def _lone_archive(located: LocatedSubmission) -> Path | None:
    """The archive that is all there is of a submission; None where there is more, or something else."""
    files = located.submission.files
    alone = len(files) == 1 and files[0].kind in ARCHIVE_KINDS
    return located.path_of(files[0].path) if alone else None


def _refuse_archive(archive: Path, lab: Lab, limits: Limits, level: Level) -> None:
    """Look at the names in an archive, in the sandbox."""
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
        raise _no_submission(archive, what, f"unpack it and grade the folder: {unpack}")


def _refuse_folder(folder: Path, lab: Lab, roster: Roster) -> None:
    """Look for folders with models, and for people on the roster, in a folder."""
    try:
        inner = _innermost(folder)
    except UsageError:  # nothing in it, or nothing that may be read
        return
    people = match_submissions(roster, [item.submission for item in inner.submissions]).entries
    what = _several(inner, lab, _is_students_folder)
    if len({entry.student.id for entry in people.values()}) > 1:
        what = f"{len(people)} folders or files in it are called like people on the roster"
    if what:
        command = f"grader grade {lab.slug} {shlex.quote(str(folder))}"
        raise _no_submission(folder, what, f"grade that folder: {command}")


def _no_submission(path: Path, what: str, hint: str) -> UsageError:
    return UsageError(
        f"{path} is no student's submission but a whole class: {what}",
        hint=f"{hint} (if it is of one student, say --layout plain)",
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
        return f"a {layout(found.layout).title} of {counted(count, 'student')}"
    return _several(found, lab, _serves_by_name)


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


def _several(
    found: LocatedClass, lab: Lab, serves: Callable[[LocatedSubmission, Lab, Artefact], bool]
) -> str:
    """How many could each be somebody's who handed in an artefact, in words; empty for one."""
    counts = [
        sum(serves(item, lab, artefact) for item in found.submissions) for artefact in lab.artefacts
    ]
    count = max([*counts, sum(map(_is_archive, found.submissions))])
    return f"{count} folders or files that could each be a student's" if count > 1 else ""


def _is_archive(located: LocatedSubmission) -> bool:
    """Whether it is one file that is packed, by its name."""
    (file, *more) = located.submission.files or (None,)
    return file is not None and not more and PurePosixPath(file.path).suffix.lower() in _PACKED


def _is_students_folder(located: LocatedSubmission, lab: Lab, artefact: Artefact) -> bool:
    alone = [file.path for file in located.submission.files] == [located.submission.source]
    return not alone and _serves(located, artefact)


def _serves(located: LocatedSubmission, artefact: Artefact) -> bool:
    return any(could_serve(file, artefact, FormatTable({})) for file in located.submission.files)


def _serves_by_name(located: LocatedSubmission, lab: Lab, artefact: Artefact) -> bool:
    """Whether it is somebody's; in a lab of one artefact files in folders are taken whatever they are called."""
    files = located.submission.files
    if _serves(located, artefact):
        return True
    in_folder = [file.path for file in files if file.path != located.submission.source]
    return len(lab.artefacts) == 1 and any(
        not is_document(Path(PurePosixPath(path).name)) for path in in_folder
    )
