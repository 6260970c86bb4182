"""Expand submitted archives: what they contain is treated as if it had been submitted itself.

An archive is unpacked inside the sandbox, and so is an archive in it, within what the outermost one may hold. This
side gets names and sizes, and asks for the bytes of the files that may serve an artefact. It writes them into a folder
of its own under numbers, and hands them to a sandbox like any submitted file.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.archives.client import ArchiveClient
from grader.archives.probe.bounds import Bounds
from grader.archives.profile import PROFILE
from grader.archives.protocol import Allowance, Member, Unpacked
from grader.intake import Assignment, FormatTable, LocatedSubmission, assign_artefacts
from grader.intake.artefacts import could_serve, unserved
from grader.intake.declaration import find_declaration
from grader.intake.discovery import describe
from grader.intake.naming import natural_key
from grader.intake.sniffing import ARCHIVE_KINDS, HEAD_BYTES, MAYBE_ARCHIVE_KINDS, sniff
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.submission import SubmittedFile
from grader.sandbox import Sandboxes
from grader.sandbox.failures import crashed
from grader.sandbox.scratch import scratch_folder
from grader.storage import storing_temporarily

T = TypeVar("T")

#: Bytes that are fetched from the sandbox at once.
_CHUNK = 4 << 20

#: How deep archives may lie in one another and be taken apart.
MAX_DEPTH = 3


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


@dataclass(frozen=True)
class ExpandedSubmission:
    """A submission with every archive expanded."""

    located: LocatedSubmission
    failures: Mapping[str, Failure]
    """Why archives could not be expanded, by their names."""


@contextmanager
def expand_archives(
    located: LocatedSubmission, lab: Lab, formats: FormatTable, sandboxes: Sandboxes
) -> Iterator[ResolvedSubmission]:
    """Expand archives where the files beside them do not serve every artefact, and likewise the archives in them.

    The extracted files are deleted on leaving.

    Raises:
        StorageError: There is no room for them.
    """
    resolved = ResolvedSubmission(located, assign_artefacts(lab, located.submission, formats), {})
    with contextlib.ExitStack() as stack:
        expander: _Expander | None = None
        for _ in range(MAX_DEPTH):
            wanted = unserved(lab, resolved.assignment, formats)
            if not (wanted and _archives(resolved.located, resolved.failures)):
                break
            if expander is None:
                folder = stack.enter_context(scratch_folder("unpacked"))
                expander = _Expander(folder, sandboxes)

            def may_serve(file: SubmittedFile, wanted: Sequence[Artefact] = wanted) -> bool:
                return any(could_serve(file, artefact, formats) for artefact in wanted)

            inner = expander.expand(resolved.located, may_serve)
            assignment = _assign_again(lab, inner, formats, resolved.assignment)
            resolved = ResolvedSubmission(inner, assignment, expander.failures)
        yield resolved


@contextmanager
def expand_all_archives(
    located: LocatedSubmission, wanted: Callable[[SubmittedFile], bool], sandboxes: Sandboxes
) -> Iterator[ExpandedSubmission]:
    """Expand every archive of a submission, and likewise the archives in them.

    The extracted files are deleted on leaving.

    Args:
        located: The submission.
        wanted: Which of the files in archives are extracted; of others there is the name and the size alone.
        sandboxes: Start the processes that take archives apart.

    Raises:
        StorageError: There is no room for the files.
    """
    with scratch_folder("unpacked") as folder:
        expander = _Expander(folder, sandboxes)
        for _ in range(MAX_DEPTH):
            if not _archives(located, expander.failures):
                break
            located = expander.expand(located, wanted)
        yield ExpandedSubmission(located, expander.failures)


def _archives(located: LocatedSubmission, failed: Mapping[str, Failure]) -> list[SubmittedFile]:
    """The archives of a submission that were not taken apart, those that could not be left out."""
    kinds = (*ARCHIVE_KINDS, *MAYBE_ARCHIVE_KINDS)
    return [
        file for file in located.submission.files if file.kind in kinds and file.path not in failed
    ]


class _Expander:
    """Takes the archives of one submission apart, level by level.

    Args:
        folder: Where what they hold is written.
        sandboxes: Start the processes that take them apart.
    """

    def __init__(self, folder: Path, sandboxes: Sandboxes) -> None:
        self.failures: dict[str, Failure] = {}
        self._folder = folder
        self._sandboxes = sandboxes
        self._limits = PROFILE.limits(sandboxes.limits)
        self._bounds = Bounds.of(self._limits)
        self._allowances: dict[str, Allowance] = {}
        """What may still come out of an archive that was handed in, by its name."""
        self._outermost: dict[str, str] = {}
        """The name of the archive that was handed in, by the names of those in it."""
        self._looked_at: set[str] = set()
        self._numbers = itertools.count()

    def expand(
        self, located: LocatedSubmission, may_serve: Callable[[SubmittedFile], bool]
    ) -> LocatedSubmission:
        """Take the archives of one level apart; what lies in them replaces them."""
        expanded: dict[str, list[SubmittedFile]] = {}
        names = dict(located.names)
        for archive in _archives(located, self.failures):
            if archive.path in self._looked_at:
                continue
            self._looked_at.add(archive.path)
            place = self._folder / str(next(self._numbers))
            with storing_temporarily():
                place.mkdir()
            files = self._extract(archive, located.path_of(archive.path), place, may_serve)
            if archive.kind in MAYBE_ARCHIVE_KINDS and not _any_serves(files, may_serve):
                continue
            if isinstance(files, Failure):
                self.failures[archive.path] = files
            elif files:
                expanded[archive.path] = files
                outermost = self._outermost.get(archive.path, archive.path)
                self._outermost |= {file.path: outermost for file in files}
                names |= {file.path: str(place / str(index)) for index, file in enumerate(files)}
        return replace(_with_members(located, expanded), names=names)

    def _extract(
        self,
        archive: SubmittedFile,
        path: Path,
        folder: Path,
        may_serve: Callable[[SubmittedFile], bool],
    ) -> list[SubmittedFile] | Failure:
        """The members of an archive; those that may serve are written into `folder`, each under its number."""
        outermost = self._outermost.get(archive.path, archive.path)
        allowance = self._allowances.get(outermost) or self._bounds.allowance(archive.size)
        with self._sandboxes.open(PROFILE) as box:
            client = ArchiveClient(box, archive.path, self._limits)
            started = time.monotonic()
            unpacked = client.unpack(path.resolve(), allowance)
            spent = _spent(unpacked, archive, time.monotonic() - started)
            self._allowances[outermost] = allowance.less(spent)
            if isinstance(unpacked, Failure):
                return unpacked
            doubt = _implausible(unpacked.members, allowance)
            if doubt:
                return crashed(archive.path, doubt)
            files: list[SubmittedFile] = []
            for number, member in enumerate(unpacked.members):
                name, target = f"{archive.path}/{member.path}", folder / str(number)
                file = _extract_member(client, number, member, name, target, may_serve)
                if isinstance(file, Failure):
                    return file
                files.append(file)
        return files


def _spent(unpacked: Unpacked | Failure, archive: SubmittedFile, seconds: float) -> Allowance:
    """What was spent, at least what is seen to have come out: the sandbox's own account is not believed."""
    if isinstance(unpacked, Failure):
        return Allowance(bytes=archive.size, files=1, entries=1, seconds=seconds)
    members = unpacked.members
    return Allowance(
        bytes=max(unpacked.spent.bytes, sum(member.size for member in members)),
        files=len(members),
        entries=max(unpacked.spent.entries, len(members)),
        seconds=seconds,
    )


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
        _keep(assignment.sources, beside.sources, artefact.id)
        _keep(assignment.alternatives, beside.alternatives, artefact.id)
    return assignment


def _keep(now: dict[str, T], before: dict[str, T], key: str) -> None:
    """Put back what stood under a key, be it nothing."""
    now.pop(key, None)
    if key in before:
        now[key] = before[key]


def _implausible(members: Sequence[Member], allowance: Allowance) -> str:
    """Why what the sandbox says of an archive cannot be true; empty where it can."""
    sizes = [member.size for member in members]
    if len(members) > allowance.files or min(sizes, default=0) < 0 or sum(sizes) > allowance.bytes:
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
    packed = file.kind in (*ARCHIVE_KINDS, *MAYBE_ARCHIVE_KINDS)
    if not (packed or may_serve(file) or find_declaration([file])):
        return file
    with storing_temporarily(), target.open("xb") as stream:
        for start in range(0, member.size, _CHUNK):
            data = client.fetch(number, start, min(_CHUNK, member.size - start))
            if isinstance(data, Failure):
                return data
            stream.write(data)
        stream.flush()
    return describe(target, name, member.size)
