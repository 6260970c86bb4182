"""Expand submitted archives: what they contain is treated as if it had been submitted itself.

An archive is unpacked inside the sandbox. This side gets names and sizes, and asks for the bytes of the files
that may serve an artefact. It writes them into a folder of its own under numbers, and hands them to a sandbox like
any submitted file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.archives.client import ArchiveClient
from grader.archives.probe.unpacking import Bounds
from grader.archives.profile import PROFILE
from grader.archives.protocol import Member
from grader.intake import Assignment, FormatTable, LocatedSubmission, assign_artefacts
from grader.intake.artefacts import could_serve, unserved
from grader.intake.declaration import find_declaration
from grader.intake.discovery import describe
from grader.intake.naming import natural_key
from grader.intake.sniffing import ARCHIVE_KINDS, HEAD_BYTES, MAYBE_ARCHIVE_KINDS, sniff
from grader.records.evidence import Failure
from grader.records.lab import Lab
from grader.records.submission import SubmittedFile
from grader.sandbox import Sandboxes
from grader.sandbox.failures import crashed
from grader.sandbox.scratch import scratch_folder
from grader.storage import storing_temporarily

T = TypeVar("T")

#: Bytes that are fetched from the sandbox at once.
_CHUNK = 4 << 20


@dataclass(frozen=True)
class ResolvedSubmission:
    """A submission with its archives expanded, and the files that serve its artefacts."""

    located: LocatedSubmission
    assignment: Assignment
    failures: dict[str, Failure]
    """Why archives could not be expanded, by their names."""

    def failure_for(self, artefact: str) -> Failure | None:
        """Why the archive that serves an artefact could not be expanded; any archive, where no file serves."""
        files = self.assignment.chosen.get(artefact, ())
        if not files:
            return next(iter(self.failures.values()), None)
        return next(
            (self.failures[file.path] for file in files if file.path in self.failures), None
        )


@contextmanager
def expand_archives(
    located: LocatedSubmission, lab: Lab, formats: FormatTable, sandboxes: Sandboxes
) -> Iterator[ResolvedSubmission]:
    """Expand archives where the files beside them do not serve every artefact.

    The extracted files are deleted on leaving.

    Raises:
        StorageError: There is no room for them.
    """
    beside = assign_artefacts(lab, located.submission, formats)
    wanted = unserved(lab, beside, formats)
    kinds = (*ARCHIVE_KINDS, *MAYBE_ARCHIVE_KINDS)
    archives = [file for file in located.submission.files if file.kind in kinds]
    if not (wanted and archives):
        yield ResolvedSubmission(located, beside, {})
        return

    def may_serve(file: SubmittedFile) -> bool:
        return any(could_serve(file, artefact, formats) for artefact in wanted)

    with scratch_folder("unpacked") as folder:
        expanded: dict[str, list[SubmittedFile]] = {}
        failures: dict[str, Failure] = {}
        names = dict(located.names)
        for number, archive in enumerate(archives):
            place = folder / str(number)
            with storing_temporarily():
                place.mkdir()
            path = located.path_of(archive.path)
            files = _extract(archive, path, place, may_serve, sandboxes)
            if archive.kind in MAYBE_ARCHIVE_KINDS and not _any_serves(files, may_serve):
                continue
            if isinstance(files, Failure):
                failures[archive.path] = files
            elif files:
                expanded[archive.path] = files
                names |= {file.path: str(place / str(index)) for index, file in enumerate(files)}
        submission = _with_members(located, expanded)
        assignment = _assign_again(lab, submission, formats, beside)
        yield ResolvedSubmission(replace(submission, names=names), assignment, failures)


def _any_serves(
    files: list[SubmittedFile] | Failure, may_serve: Callable[[SubmittedFile], bool]
) -> bool:
    return isinstance(files, list) and any(map(may_serve, files))


def _with_members(
    located: LocatedSubmission, expanded: dict[str, list[SubmittedFile]]
) -> LocatedSubmission:
    """The submission with the members of archives in place of the archives."""
    files = [file for file in located.submission.files if file.path not in expanded]
    files += [member for members in expanded.values() for member in members]
    files.sort(key=lambda file: natural_key(file.path))
    submission = msgspec.structs.replace(located.submission, files=tuple(files))
    return replace(located, submission=submission)


def _assign_again(
    lab: Lab, located: LocatedSubmission, formats: FormatTable, beside: Assignment
) -> Assignment:
    """Assign all files; an artefact that a file beside the archives serves keeps it."""
    assignment = assign_artefacts(lab, located.submission, formats)
    open_artefacts = {artefact.id for artefact in unserved(lab, beside, formats)}
    for artefact in lab.artefacts:
        if artefact.id in open_artefacts:
            continue
        assignment.chosen[artefact.id] = beside.chosen[artefact.id]
        _keep(assignment.companions, beside.companions, artefact.id)
        _keep(assignment.alternatives, beside.alternatives, artefact.id)
    return assignment


def _keep(now: dict[str, T], before: dict[str, T], key: str) -> None:
    """Put back what stood under a key, be it nothing."""
    now.pop(key, None)
    if key in before:
        now[key] = before[key]


def _extract(
    archive: SubmittedFile,
    path: Path,
    folder: Path,
    may_serve: Callable[[SubmittedFile], bool],
    sandboxes: Sandboxes,
) -> list[SubmittedFile] | Failure:
    """The members of an archive; those that may serve are written into `folder`, each under its number."""
    limits = PROFILE.limits(sandboxes.limits)
    with sandboxes.open(PROFILE) as box:
        client = ArchiveClient(box, archive.path, limits)
        members = client.unpack(path.resolve())
        if isinstance(members, Failure):
            return members
        doubt = _implausible(members, Bounds.of(limits))
        if doubt:
            return crashed(archive.path, doubt)
        files: list[SubmittedFile] = []
        for number, member in enumerate(members):
            name, target = f"{archive.path}/{member.path}", folder / str(number)
            file = _extract_member(client, number, member, name, target, may_serve)
            if isinstance(file, Failure):
                return file
            files.append(file)
    return files


def _implausible(members: Sequence[Member], bounds: Bounds) -> str:
    """Why what the sandbox says of an archive cannot be true; empty where it can."""
    sizes = [member.size for member in members]
    if len(members) > bounds.files or min(sizes, default=0) < 0 or sum(sizes) > bounds.total_bytes:
        return "sizes beyond all bounds came back"
    if len({member.path for member in members}) < len(members):
        return "a name came back twice"
    return ""


def _extract_member(
    client: ArchiveClient,
    number: int,
    member: Member,
    name: str,
    target: Path,
    may_serve: Callable[[SubmittedFile], bool],
) -> SubmittedFile | Failure:
    """Describe one member, and write its bytes to `target` where it may serve."""
    head = client.fetch(number, 0, min(member.size, HEAD_BYTES))
    if isinstance(head, Failure):
        return head
    file = SubmittedFile(path=name, size=member.size, sha256="", kind=sniff(io.BytesIO(head)))
    if not (may_serve(file) or find_declaration([file])):
        return file
    with storing_temporarily(), target.open("xb") as stream:
        for start in range(0, member.size, _CHUNK):
            data = client.fetch(number, start, min(_CHUNK, member.size - start))
            if isinstance(data, Failure):
                return data
            stream.write(data)
        stream.flush()
    return describe(target, name, member.size)
