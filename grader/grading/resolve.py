"""Which files of a submission serve which artefact, as a record: archives expanded, ``submission.toml`` read."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.archives.expand import ResolvedSubmission
from grader.evidence import kinds
from grader.grading.plan import CollectionPlan, format_table
from grader.intake.artefacts import format_of, missing
from grader.intake.declaration import find_declaration, one_line, read_declaration
from grader.records.base import Record
from grader.records.evidence import (
    ArtefactFile,
    Failure,
    ResolvedFiles,
    ServedArtefact,
    file_failure,
)
from grader.records.lab import Artefact
from grader.records.names import first_few
from grader.records.submission import Submission, SubmittedFile

Tables = dict[str, dict[str, Any]]


def resolved_files(
    submission: ResolvedSubmission, original: Submission, plan: CollectionPlan
) -> ResolvedFiles:
    """The files that serve every artefact, and what is declared about them.

    Args:
        submission: With its archives expanded.
        original: As it was handed in.
        plan: Says which artefacts there are.
    """
    tables, error = _declaration(submission)
    return ResolvedFiles(
        key=plan.resolution_key(original),
        artefacts={item.id: _served(item, submission) for item in plan.lab.artefacts},
        declaration=tables,
        declaration_error=error or _unmatched(tables, plan, submission),
    )


def _served(artefact: Artefact, submission: ResolvedSubmission) -> ServedArtefact:
    files = submission.assignment.chosen.get(artefact.id, ())
    companions = submission.assignment.companions.get(artefact.id, ())
    sources = submission.assignment.sources.get(artefact.id, ())
    alternatives = submission.assignment.alternatives.get(artefact.id, ())
    return ServedArtefact(
        files=tuple(_file(file) for file in files),
        companions=tuple(_file(file) for file in companions),
        sources=tuple(_file(file) for file in sources),
        alternatives=alternatives,
        failure=_failure(artefact, files, submission),
    )


def _failure(
    artefact: Artefact, files: tuple[SubmittedFile, ...], submission: ResolvedSubmission
) -> Failure | None:
    """Why no file can serve an artefact; None where the files can.

    What may not be read could be what is missing, so then it is not the student who has to do something.
    """
    failure = _why_unserved(artefact, files, submission)
    unreadable = submission.located.submission.unreadable
    if failure is not None and unreadable:
        return file_failure("unreadable", first_few(unreadable), fault="grader")
    return failure


def _why_unserved(
    artefact: Artefact, files: tuple[SubmittedFile, ...], submission: ResolvedSubmission
) -> Failure | None:
    failure = submission.failure_for(artefact.id)
    if failure is not None:
        return failure
    if not files:
        return missing(artefact, submission.located.submission, format_table())
    accepted, table = artefact.formats, format_table()
    forms = (format_of(file.kind, file.path, accepted, table) for file in files)
    return next((form for form in forms if isinstance(form, Failure)), None)


def _file(file: SubmittedFile) -> ArtefactFile:
    return ArtefactFile(path=file.path, sha256=file.sha256, kind=file.kind, size=file.size)


def _declaration(submission: ResolvedSubmission) -> tuple[Tables, str]:
    """The tables of ``submission.toml`` and what is wrong with it; both empty where there is none."""
    located = submission.located
    file = find_declaration(located.submission.files)
    if file is None:
        return {}, ""
    read = read_declaration(located.path_of(file.path), known_tables())
    if read.error:
        return {}, read.error
    try:
        declared = msgspec.convert(read.tables, declaration_type(), strict=False)
    except msgspec.ValidationError as error:
        return {}, one_line(error)
    return msgspec.to_builtins(declared), ""


def known_tables() -> tuple[str, ...]:
    """Names of the tables that ``submission.toml`` may have."""
    return tuple(kind.name for kind in kinds().values() if kind.declaration is not None)


def declaration_type() -> type[msgspec.Struct]:
    """All of ``submission.toml``: a table for each kind of evidence that takes declarations."""
    fields: list[tuple[str, Any, Any]] = [
        (
            f"table_{place}",
            dict[str, kind.declaration],  # type: ignore[name-defined]
            msgspec.field(default_factory=dict, name=kind.name),
        )
        for place, kind in enumerate(kinds().values())
        if kind.declaration is not None
    ]
    return msgspec.defstruct(
        "SubmissionDeclaration", fields, bases=(Record,), frozen=True, kw_only=True
    )


def _unmatched(tables: Tables, plan: CollectionPlan, submission: ResolvedSubmission) -> str:
    """What is declared about something that was not handed in; empty where there is nothing such."""
    artefacts = [artefact.id for artefact in plan.lab.artefacts]
    paths = [file.path for file in submission.located.submission.files]
    known = {*artefacts, *paths, *(path.rsplit("/", 1)[-1] for path in paths)}
    for kind, table in tables.items():
        for name in table:
            if name not in known:
                return f"[{kind}.{name}] is no file handed in and none of {', '.join(artefacts)}"
    return ""
