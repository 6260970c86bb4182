"""Look into submitted archives: what lies in them is considered as if it had been handed in.

An archive is taken apart inside the sandbox. This side hears names and sizes, and asks for the bytes of what may
matter. Those lie in a folder of its own under numbers, and are brought into a box like any submitted file.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from grader.grading.asking import Conversation
from grader.intake import Assignment, Found, assign_artefacts
from grader.intake.artefacts import could_serve, unserved
from grader.intake.declaration import find_declaration
from grader.intake.discovery import describe
from grader.intake.naming import natural_key
from grader.intake.sniffing import HEAD_BYTES, sniff
from grader.probes.unpacking import Bounds
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.probe import Member
from grader.records.submission import FileKind, SubmittedFile
from grader.sandbox import Sandbox

_ARCHIVES: frozenset[FileKind] = frozenset({"zip", "tar", "gzip", "bzip2", "xz"})
#: What folders that were packed are sometimes taken for, by the file that comes first.
_MISTAKEN: frozenset[FileKind] = frozenset({"npz", "saved-model"})

_CHUNK = 4 << 20


@dataclass(frozen=True)
class Considered:
    """What of a submission is considered, archives looked into."""

    found: Found
    assignment: Assignment
    troubles: dict[str, Failure]
    """Why archives could not be looked into, by their names."""

    def trouble_with(self, file: SubmittedFile | None) -> Failure | None:
        """Why the archive `file` could not be looked into; any archive, where no file serves."""
        if file is None:
            return next(iter(self.troubles.values()), None)
        return self.troubles.get(file.path)


@contextmanager
def looked_into(found: Found, lab: Lab, sandbox: Sandbox) -> Iterator[Considered]:
    """Look into archives where files beside them do not serve every artefact.

    What was taken out is gone on leaving.
    """
    outside = assign_artefacts(lab, found.submission)
    open_artefacts = unserved(lab, outside)
    archives = [file for file in found.submission.files if file.kind in _ARCHIVES | _MISTAKEN]
    if not (open_artefacts and archives):
        yield Considered(found, outside, {})
        return
    with tempfile.TemporaryDirectory(prefix="grader-unpacked-") as folder:
        inside: dict[str, list[SubmittedFile]] = {}
        troubles: dict[str, Failure] = {}
        names = dict(found.names)
        for number, archive in enumerate(archives):
            place = Path(folder, str(number))
            place.mkdir()
            taken = _Taken(archive, open_artefacts, place)
            members = taken.out_of(found.path_of(archive.path), sandbox)
            if archive.kind in _MISTAKEN and not taken.serves(members):
                continue
            if isinstance(members, Failure):
                troubles[archive.path] = members
            elif members:
                inside[archive.path] = members
                names |= taken.names
        yield _considered(replace(found, names=names), lab, outside, inside, troubles)


def _considered(
    found: Found,
    lab: Lab,
    outside: Assignment,
    inside: dict[str, list[SubmittedFile]],
    troubles: dict[str, Failure],
) -> Considered:
    files = [file for file in found.submission.files if file.path not in inside]
    files += [member for members in inside.values() for member in members]
    files.sort(key=lambda file: natural_key(file.path))
    submission = msgspec.structs.replace(found.submission, files=tuple(files))
    both = assign_artefacts(lab, submission)
    still_open = {artefact.id for artefact in unserved(lab, outside)}
    served = {artefact.id for artefact in lab.artefacts} - still_open
    assignment = Assignment(
        chosen=both.chosen | {artefact: outside.chosen[artefact] for artefact in served},
        ambiguous={
            artefact: rivals
            for told, wanted in ((both, still_open), (outside, served))
            for artefact, rivals in told.ambiguous.items()
            if artefact in wanted
        },
    )
    return Considered(replace(found, submission=submission), assignment, troubles)


class _Taken:
    """What is taken out of one archive.

    Args:
        archive: The archive.
        artefacts: What files are looked for.
        folder: An empty folder of ours.
    """

    def __init__(self, archive: SubmittedFile, artefacts: list[Artefact], folder: Path) -> None:
        self._archive = archive
        self._artefacts = artefacts
        self._folder = folder
        self.names: dict[str, str] = {}

    def serves(self, members: list[SubmittedFile] | Failure) -> bool:
        """Whether a file that was taken out may serve."""
        return isinstance(members, list) and any(self._may_serve(member) for member in members)

    def out_of(self, path: Path, sandbox: Sandbox) -> list[SubmittedFile] | Failure:
        """The files in the archive at `path`; those that may matter lie in the folder afterwards."""
        with sandbox.open() as box:
            talk = Conversation(box, self._archive.path, sandbox.limits)
            members = talk.unpack(path.resolve())
            if isinstance(members, Failure):
                return members
            bounds = Bounds.of(sandbox.limits)
            sizes = [member.size for member in members]
            if (
                len(members) > bounds.files
                or min(sizes, default=0) < 0
                or sum(sizes) > bounds.total_bytes
            ):
                return self._unbelievable("sizes beyond all bounds came back")
            files: list[SubmittedFile] = []
            for number, member in enumerate(members):
                file = self._file(talk, number, member)
                if isinstance(file, Failure):
                    return file
                files.append(file)
        if len({file.path for file in files}) < len(files):
            return self._unbelievable("a name came back twice")
        return files

    def _file(self, talk: Conversation, number: int, member: Member) -> SubmittedFile | Failure:
        """One member, its bytes fetched where it may matter."""
        name = f"{self._archive.path}/{member.path}"
        head = talk.fetch(number, 0, min(member.size, HEAD_BYTES))
        if isinstance(head, Failure):
            return head
        file = SubmittedFile(path=name, size=member.size, sha256="", kind=sniff(io.BytesIO(head)))
        target = self._folder / str(number)
        self.names[name] = str(target)
        if not (self._may_serve(file) or find_declaration([file])):
            return file
        with target.open("xb") as stream:
            for start in range(0, member.size, _CHUNK):
                data = talk.fetch(number, start, min(_CHUNK, member.size - start))
                if isinstance(data, Failure):
                    return data
                stream.write(data)
        return describe(target, name, member.size)

    def _may_serve(self, file: SubmittedFile) -> bool:
        return any(could_serve(file, artefact) for artefact in self._artefacts)

    def _unbelievable(self, detail: str) -> Failure:
        return Failure(reason="crashed", args={"file": self._archive.path}, detail=detail)
