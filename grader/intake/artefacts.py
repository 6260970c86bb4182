"""Decide which submitted files serve which artefact of a lab, and in which format they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.intake.naming import natural_key
from grader.intake.sniffing import ARCHIVE_KINDS
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.message import Code, Message, Name, Value
from grader.records.names import first_few
from grader.records.submission import Submission, SubmittedFile

#: Kinds that explain why a file is missing, whatever is asked for; the most revealing first.
_RELATED = ("git-lfs-pointer", *ARCHIVE_KINDS)


@dataclass(frozen=True)
class FormatTable:
    """In which formats files are read. Whoever reads them says so; `grader.intake` knows none."""

    formats: Mapping[str, str]
    """What a file is by its first bytes, to the format it is read in."""
    maybe: Mapping[str, str] = field(default_factory=dict)
    """Likewise, for kinds that may turn out to be of a format when they are opened."""
    related: tuple[str, ...] = ()
    """Kinds that are not accepted and explain why a file is missing, the most revealing first."""

    def accepts(self, file: SubmittedFile, artefact: Artefact) -> bool:
        """Whether a file is of a format that the artefact accepts."""
        return self.formats.get(file.kind) in artefact.formats


@dataclass(frozen=True)
class Assignment:
    """Files by the artefact they serve."""

    chosen: dict[str, tuple[SubmittedFile, ...]] = field(default_factory=dict)
    """One file; of an artefact of many files, all of an accepted format whose names fit."""
    alternatives: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Further files of an accepted format whose names fit an artefact of one file."""


def assign_artefacts(lab: Lab, submission: Submission, formats: FormatTable) -> Assignment:
    """Match files to artefacts by name, those of an accepted format first.

    In a lab with one artefact, files of an accepted format and a lone submitted file are taken whatever they are
    called: students of such labs submit `final_v2.h5`.
    """
    result = Assignment()
    for artefact in lab.artefacts:
        candidates = _by_name(artefact, submission, formats)
        if not candidates and len(lab.artefacts) == 1:
            candidates = _by_content(artefact, submission, formats)
        if not candidates:
            continue
        accepted = [file for file in candidates if formats.accepts(file, artefact)]
        if artefact.many and accepted:
            result.chosen[artefact.id] = tuple(accepted)
            continue
        result.chosen[artefact.id] = (candidates[0],)
        if len(accepted) > 1:
            result.alternatives[artefact.id] = tuple(file.path for file in accepted[1:])
    return result


def unserved(lab: Lab, assignment: Assignment, formats: FormatTable) -> list[Artefact]:
    """The artefacts that no file of an accepted format serves."""
    return [
        artefact
        for artefact in lab.artefacts
        if not any(
            formats.accepts(file, artefact) for file in assignment.chosen.get(artefact.id, ())
        )
    ]


def could_serve(file: SubmittedFile, artefact: Artefact, formats: FormatTable) -> bool:
    """Whether a file is of an accepted format, or its name fits."""
    return formats.accepts(file, artefact) or _rank(artefact, file) is not None


def format_of(
    kind: str, file: str, accepted: tuple[str, ...], formats: FormatTable
) -> str | Failure:
    """The format a file is read in; a `Failure` says what it is instead of what is asked for.

    Args:
        kind: What it is by its first bytes.
        file: What the student calls it.
        accepted: The formats that are accepted.
        formats: The formats of kinds.
    """
    found = formats.formats.get(kind) or formats.maybe.get(kind)
    if found in accepted:
        return found
    return Failure(
        reason="wrong-format",
        why=(f"kind-{kind}",),
        values={"file": Name(text=file)},
        formats=accepted,
    )


def missing(artefact: Artefact, submission: Submission, formats: FormatTable) -> Failure:
    """Why no file serves an artefact: no name fits, and perhaps a file that explains it."""
    files = first_few([file.path for file in submission.files])
    values: dict[str, Value] = {
        "expected": Code(text=", ".join(artefact.patterns)),
        "files": Name(text=files) if files else Message(key="why.no-files"),
    }
    why: tuple[str, ...] = ()
    others = [file for file in submission.files if not formats.accepts(file, artefact)]
    for kind in (*formats.related, *_RELATED):
        instead = next((file.path for file in others if file.kind == kind), None)
        if instead is not None:
            values["instead"], why = Name(text=instead), (f"kind-{kind}",)
            break
    else:
        if submission.skipped:
            values["instead"], why = Name(text=first_few(submission.skipped)), ("left-aside",)
    return Failure(reason="missing", why=why, values=values, formats=artefact.formats)


def _by_name(
    artefact: Artefact, submission: Submission, formats: FormatTable
) -> list[SubmittedFile]:
    """The files whose names fit, best first: accepted format, earlier pattern, less deep, natural order."""
    fitting = [
        (
            (
                not formats.accepts(file, artefact),
                rank,
                file.path.count("/"),
                natural_key(file.path),
            ),
            file,
        )
        for file in submission.files
        if (rank := _rank(artefact, file)) is not None
    ]
    return [file for _, file in sorted(fitting, key=lambda pair: pair[0])]


def _rank(artefact: Artefact, file: SubmittedFile) -> int | None:
    """The position of the first pattern the file's name fits."""
    name = PurePosixPath(file.path).name.casefold()
    for position, pattern in enumerate(artefact.patterns):
        if fnmatchcase(name, pattern.casefold()):
            return position
    return None


def _by_content(
    artefact: Artefact, submission: Submission, formats: FormatTable
) -> list[SubmittedFile]:
    """The files of an accepted format, those of an earlier format first; a lone file whatever it is."""
    accepted = [file for file in submission.files if formats.accepts(file, artefact)]
    if accepted:
        return sorted(accepted, key=lambda file: artefact.formats.index(formats.formats[file.kind]))
    alone = len(submission.files) == 1 and submission.files[0].path == submission.source
    return list(submission.files) if alone else []
