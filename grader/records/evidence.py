"""What was observed of a submission, without any judgement."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from grader.records.base import Record
from grader.records.message import Name, Value
from grader.records.submission import Submission

Fault = Literal["submission", "grader"]
"""Who has to do something about a failure: the student, or those who grade."""

#: A bug or a broken machine: such evidence is collected anew in the next run.
INTERNAL = "internal"


class Failure(Record, frozen=True, kw_only=True, tag="failure"):
    """Evidence that could not be collected, and why."""

    reason: str
    """Key of the sentences about it in the catalogues: ``failure.<reason>`` and ``advice.<reason>``."""
    fault: Fault = "submission"
    kind: str = ""
    """Name of the kind of evidence whose sentences come first: ``advice.<kind>-<reason>``."""
    why: tuple[str, ...] = ()
    """What exactly is wrong: keys of the catalogues' ``[why]``."""
    values: dict[str, Value] = {}
    """What those sentences fill in."""
    formats: tuple[str, ...] = ()
    """The formats that are accepted instead, where that is the matter."""
    detail: str = ""
    """What the library or the system said; for staff only."""


def file_failure(
    reason: str,
    file: str,
    *why: str,
    fault: Fault = "submission",
    detail: str = "",
    **values: Value,
) -> Failure:
    """A failure of one file.

    Args:
        reason: Key of its sentences.
        file: What the student calls the file.
        why: Keys of ``[why]``.
        fault: Who has to do something about it.
        detail: What a library said; for staff, and cut off after 2,000 characters.
        values: What the sentences fill in besides ``file``.
    """
    filled = {"file": Name(text=file), **values}
    return Failure(reason=reason, fault=fault, why=why, values=filled, detail=detail[:2000])


def internal_failure(detail: str) -> Failure:
    """A failure of the grader itself."""
    return Failure(reason=INTERNAL, fault="grader", detail=detail)


class ArtefactFile(Record, frozen=True, kw_only=True):
    """A submitted file that serves an artefact."""

    path: str
    """Relative to the submission; ``work.zip/folder/model.h5`` where it lies in an archive."""
    sha256: str
    kind: str
    """What its first bytes say it is."""
    size: int = 0
    """Bytes."""


class ServedArtefact(Record, frozen=True, kw_only=True):
    """Which files serve one artefact."""

    files: tuple[ArtefactFile, ...] = ()
    companions: tuple[ArtefactFile, ...] = ()
    """Files that belong to the first and are read with it: the description of a model beside its weights."""
    sources: tuple[ArtefactFile, ...] = ()
    """Files that may build what the first lacks, such as scripts; used only where it is not whole."""
    alternatives: tuple[str, ...] = ()
    """Further files that could have been meant."""
    failure: Failure | None = None
    """Why no file serves it, where none does."""


class ResolvedFiles(Record, frozen=True, kw_only=True):
    """Which files of a submission serve which artefact, and what it declares about them."""

    key: str
    """Digest of everything this depends on; while it holds, no archive is expanded again."""
    artefacts: dict[str, ServedArtefact] = {}
    """By artefact id."""
    declaration: dict[str, dict[str, Any]] = {}
    """The tables of ``submission.toml``: name of the kind of evidence to file or artefact to settings."""
    declaration_error: str = ""
    """Why ``submission.toml`` could not be used; empty where it could, or there is none."""


class Observation(Record, frozen=True, kw_only=True):
    """What was collected for one need."""

    need: str
    """Id of the need."""
    kind: str
    """Name of the kind of evidence that reads `record`."""
    key: str
    """Digest of everything it depends on; another key means it is collected anew."""
    record: msgspec.Raw = msgspec.Raw(b"null")
    """The record as JSON; null where there is a failure."""
    failure: Failure | None = None
    has_arrays: bool = False
    """Whether arrays are stored beside the record."""


class Effort(Record, frozen=True, kw_only=True):
    """What collecting took. It varies from run to run, so no check looks at it."""

    wall_s: float
    peak_memory_bytes: int


class Evidence(Record, frozen=True, kw_only=True):
    """Everything known of one submission."""

    schema: Literal["grader/evidence/v2"] = "grader/evidence/v2"
    submission: Submission
    resolved: ResolvedFiles
    observations: tuple[Observation, ...] = ()
    effort: Effort | None = None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why parts of it could not be collected, each reason once."""
        failures = [item.failure for item in self.observations if item.failure is not None]
        return tuple({failure.reason: failure for failure in reversed(failures)}.values())[::-1]

    def find(self, need_id: str) -> Observation | None:
        """What was collected for a need; None where nothing was."""
        return next((item for item in self.observations if item.need == need_id), None)
