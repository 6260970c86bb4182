"""Decide which submitted file serves which artefact of a lab."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.intake.naming import natural_key
from grader.records.evidence import ModelFormat
from grader.records.lab import Artefact, Lab
from grader.records.submission import FileKind, Submission, SubmittedFile

#: What a file is by its content, and the format it is opened in.
MODEL_FORMATS: dict[FileKind, ModelFormat] = {"hdf5": "hdf5", "keras-zip": "keras-zip"}
MODEL_KINDS: frozenset[FileKind] = frozenset(MODEL_FORMATS)
ARCHIVE_KINDS: frozenset[FileKind] = frozenset({"zip", "tar", "gzip", "bzip2", "xz"})


@dataclass(frozen=True)
class Assignment:
    """Files by the artefact they serve."""

    chosen: dict[str, SubmittedFile] = field(default_factory=dict)
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Further saved networks whose names fit an artefact as well."""


def assign_artefacts(lab: Lab, submission: Submission) -> Assignment:
    """Match files to artefacts by name, saved networks first.

    In a lab with one artefact, a lone submitted file and a lone saved network are taken whatever they are
    called: students of such labs send `final_v2.h5`.
    """
    result = Assignment()
    for artefact in lab.artefacts:
        candidates = _candidates(artefact, submission)
        if not candidates and len(lab.artefacts) == 1:
            candidates = _by_content(submission)
        if not candidates:
            continue
        result.chosen[artefact.id] = candidates[0]
        rivals = tuple(file.path for file in candidates[1:] if file.kind in MODEL_KINDS)
        if rivals:
            result.ambiguous[artefact.id] = rivals
    return result


def _candidates(artefact: Artefact, submission: Submission) -> list[SubmittedFile]:
    ranked = [
        ((file.kind not in MODEL_KINDS, rank, file.path.count("/"), natural_key(file.path)), file)
        for file in submission.files
        if (rank := _rank(artefact, file)) is not None
    ]
    return [file for _, file in sorted(ranked, key=lambda pair: pair[0])]


def _rank(artefact: Artefact, file: SubmittedFile) -> int | None:
    """The position of the first pattern the file's name fits."""
    name = PurePosixPath(file.path).name.casefold()
    for position, pattern in enumerate(artefact.patterns):
        if fnmatchcase(name, pattern.casefold()):
            return position
    return None


def _by_content(submission: Submission) -> list[SubmittedFile]:
    networks = [file for file in submission.files if file.kind in MODEL_KINDS]
    if networks:
        return networks
    alone = len(submission.files) == 1 and submission.files[0].path == submission.source
    return list(submission.files) if alone else []
