"""Decide which submitted file serves which artefact of a lab, and in which format it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TypeVar

from grader.intake.naming import first_few, natural_key
from grader.records.evidence import Failure, ModelFormat
from grader.records.lab import Artefact, ArtefactFormat, Lab
from grader.records.submission import FileKind, Submission, SubmittedFile

#: What a file is by its content, and the format networks are opened in.
MODEL_FORMATS: dict[FileKind, ModelFormat] = {
    "hdf5": "hdf5",
    "keras-zip": "keras-zip",
    "onnx": "onnx",
}
_FORMATS: dict[FileKind, ArtefactFormat] = {**MODEL_FORMATS, "predictions": "predictions"}

FormatT = TypeVar("FormatT", bound=ArtefactFormat)

#: Kinds that tell what went wrong where no file of a fitting name was handed in, most telling first.
_TELLING: tuple[FileKind, ...] = (
    "saved-model", "pytorch", "onnx", "tflite", "safetensors", "joblib", "git-lfs-pointer",
    "zip", "tar", "gzip", "bzip2", "xz",
)  # fmt: skip


@dataclass(frozen=True)
class Assignment:
    """Files by the artefact they serve."""

    chosen: dict[str, SubmittedFile] = field(default_factory=dict)
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Further files of a format that is taken whose names fit an artefact as well."""


def assign_artefacts(lab: Lab, submission: Submission) -> Assignment:
    """Match files to artefacts by name, those of a format that is taken first.

    In a lab with one artefact, a lone submitted file and a lone saved network are taken whatever they are
    called: students of such labs send `final_v2.h5`.
    """
    result = Assignment()
    for artefact in lab.artefacts:
        candidates = _candidates(artefact, submission)
        if not candidates and len(lab.artefacts) == 1:
            candidates = _by_content(artefact, submission)
        if not candidates:
            continue
        result.chosen[artefact.id] = candidates[0]
        rivals = tuple(file.path for file in candidates[1:] if _is_taken(file, artefact))
        if rivals:
            result.ambiguous[artefact.id] = rivals
    return result


def unserved(lab: Lab, assignment: Assignment) -> list[Artefact]:
    """The artefacts no file of a format that is taken serves."""
    return [
        artefact
        for artefact in lab.artefacts
        if artefact.id not in assignment.chosen
        or not _is_taken(assignment.chosen[artefact.id], artefact)
    ]


def could_serve(file: SubmittedFile, artefact: Artefact) -> bool:
    """Whether a file is of a format that is taken, or its name fits."""
    return _is_taken(file, artefact) or _rank(artefact, file) is not None


def format_of(kind: FileKind, file: str, accepted: tuple[FormatT, ...]) -> FormatT | Failure:
    """The format a file is read in; a `Failure` says what it is instead of what is asked for.

    Args:
        kind: What it is by its content. What a zip holds, a `.keras` file in an unusual order among others, is
            for the sandbox to find out.
        file: What the student calls it.
        accepted: The formats that are taken.
    """
    wanted = "keras-zip" if kind == "zip" else _FORMATS.get(kind)
    for form in accepted:
        if form == wanted:
            return form
    failure = Failure(reason="not-a-model", args={"file": file, "why": f"kind-{kind}"})
    return naming_formats(failure, accepted)


def naming_formats(failure: Failure, accepted: tuple[ArtefactFormat, ...]) -> Failure:
    """The failure, with what is taken instead where the file is something else."""
    if failure.reason not in ("not-a-model", "missing"):
        return failure
    args = failure.args | {"formats": " ".join(accepted)}
    return Failure(reason=failure.reason, args=args, detail=failure.detail)


def missing(artefact: Artefact, submission: Submission) -> Failure:
    """Why nothing serves an artefact: no name fits, and perhaps a file that tells more."""
    listed = first_few([file.path for file in submission.files])
    args = {"expected": ", ".join(artefact.patterns), "files": listed}
    untaken = [file for file in submission.files if not _is_taken(file, artefact)]
    for kind in _TELLING:
        instead = next((file.path for file in untaken if file.kind == kind), None)
        if instead is not None:
            args |= {"instead": instead, "why": f"kind-{kind}"}
            break
    else:
        if submission.skipped:
            args |= {"instead": first_few(submission.skipped), "why": "left-aside"}
    return naming_formats(Failure(reason="missing", args=args), artefact.formats)


def _is_taken(file: SubmittedFile, artefact: Artefact) -> bool:
    return _FORMATS.get(file.kind) in artefact.formats


def _candidates(artefact: Artefact, submission: Submission) -> list[SubmittedFile]:
    ranked = [
        (
            (not _is_taken(file, artefact), rank, file.path.count("/"), natural_key(file.path)),
            file,
        )
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


def _by_content(artefact: Artefact, submission: Submission) -> list[SubmittedFile]:
    taken = [file for file in submission.files if _is_taken(file, artefact)]
    if taken:
        return sorted(taken, key=lambda file: file.kind == "predictions")
    alone = len(submission.files) == 1 and submission.files[0].path == submission.source
    return list(submission.files) if alone else []
