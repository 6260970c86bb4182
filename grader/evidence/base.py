"""What the grader knows of a kind of evidence, and nothing else of it.

A kind is a folder of `grader.evidence`, or a package of its own that registers under the entry point group
``grader.evidence``; its ``KIND`` is an `EvidenceKind`. docs/add-a-kind-of-evidence.md shows how to write one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader.evidence.fixtures import EvidenceFixture
from grader.evidence.need import Need
from grader.records.base import Record
from grader.records.evidence import ArtefactFile, Failure, file_failure
from grader.records.lab import Artefact
from grader.records.section import Section
from grader.records.submission import Companions, SubmittedFile
from grader.sandbox.profile import SandboxProfile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.datasets.pool import DatasetPool
    from grader.sandbox import Box, Limits

    Arrays = dict[str, NDArray[Any]]


OnStep = Callable[[int, int, str], None]


def ignore_step(number: int, total: int, where: str) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class CollectTask:
    """What is to be collected about one artefact of one submission."""

    artefact: Artefact
    files: tuple[tuple[ArtefactFile, Path], ...]
    """The files that serve it and where they lie; several only where the artefact may be many files."""
    needs: tuple[Need[Any], ...]
    declared: Record | None
    """What ``submission.toml`` says about it, as `EvidenceKind.declaration`; None where it says nothing."""
    keys: Mapping[Need[Any], str]
    """The key of each need: nothing a submission could know."""
    companions: tuple[tuple[ArtefactFile, Path], ...] = ()
    """The files that belong to them, as `EvidenceKind.companions` says."""
    sources: tuple[tuple[ArtefactFile, Path], ...] = ()
    """Files that may build what they lack, as `EvidenceKind.companions` says."""

    @property
    def file(self) -> ArtefactFile:
        """The first file."""
        return self.files[0][0]

    @property
    def path(self) -> Path:
        """Where the first file lies."""
        return self.files[0][1]


@dataclass(frozen=True)
class CollectContext:
    """What a collector works with."""

    open_box: Callable[[], Box]
    """An isolated process with the kind's profile; close it with its context manager."""
    open_with: Callable[[SandboxProfile], Box]
    """Likewise with another profile, for a kind that works in several ways."""
    limits: Limits
    datasets: DatasetPool
    on_step: OnStep = ignore_step
    """Told what long work is at: the number of a step from 1, how many there are, and where it stands."""
    work_folder: Path | None = None
    """Where parts of long work are kept, in a folder for each key of a need, so that a run that is stopped goes on
    with them; None where nothing is. A kind removes what it no longer needs."""


@dataclass
class Collected:
    """What came of a task."""

    records: dict[Need[Any], Record | Failure] = field(default_factory=dict)
    arrays: dict[Need[Any], Arrays] = field(default_factory=dict)
    """Stored beside the record of the need."""
    peak_memory_bytes: int = 0

    @classmethod
    def nothing(cls, needs: Sequence[Need[Any]], failure: Failure) -> Collected:
        """The same failure for every need."""
        return cls(records=dict.fromkeys(needs, failure))

    @classmethod
    def one_record(
        cls, task: CollectTask, need_type: type[Need[Any]], record: Record | Failure
    ) -> Collected:
        """The same record for every need of one type; to needs of others, the file is of the wrong format."""
        other = file_failure("wrong-format", task.file.path, f"kind-{task.file.kind}")
        found = {
            need: record if isinstance(need, need_type) or isinstance(record, Failure) else other
            for need in task.needs
        }
        formats = task.artefact.formats
        return cls(
            records={
                need: msgspec.structs.replace(item, formats=formats)
                if isinstance(item, Failure) and item.reason == "wrong-format"
                else item
                for need, item in found.items()
            }
        )


@dataclass(frozen=True)
class StoredRecord:
    """A record as it was stored, with what lies beside it."""

    raw: msgspec.Raw
    """The record as JSON."""
    arrays: Callable[[], Arrays]
    """Its arrays; read from disk when they are first asked for."""
    labels: Mapping[str, NDArray[Any]]
    """Dataset name to the labels of its test images."""


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of evidence.

    Functions are named as ``module:function`` and imported when they are first called: what runs inside the sandbox
    imports the kind's package, and must not import its trusted side.
    """

    name: str
    """Its name in ``Need.kind``, in ``submission.toml`` and in reports."""
    version: int
    """Raised whenever the same files could give other evidence, so that stored evidence is not reused."""
    needs: tuple[type[Need[Any]], ...]
    """The needs it defines."""
    accepts: Mapping[str, str]
    """Kind of file, by its first bytes, to the format it collects from: ``{"hdf5": "hdf5"}``."""
    decode: str
    """``module:function`` of (Need, StoredRecord) to what checks see, or a Failure."""
    collect: str = ""
    """``module:function`` of (CollectTask, CollectContext) to Collected; whatever goes wrong becomes a Failure. Empty
    where it accepts no file: then other kinds answer its needs."""
    sections: str = ""
    """``module:function`` of what `decode` gives to a tuple of page sections; empty for none."""
    profile: SandboxProfile | None = None
    """How its isolated processes are started; None where it needs none."""
    libraries: tuple[str, ...] = ()
    """Distributions whose versions its evidence depends on."""
    extra: str = ""
    """The extra of the grader that brings its libraries; empty where all of them are dependencies."""
    builds_on: tuple[str, ...] = ()
    """Names of other kinds whose collecting it uses: their versions count for its evidence, too."""
    may_accept: Mapping[str, str] = field(default_factory=dict)
    """Kinds of file that may turn out to be of a format once they are looked into: ``{"zip": "keras-zip"}``."""
    companions: str = ""
    """``module:function`` of (SubmittedFile, all files of the submission) to the `Companions` of that file."""
    companion_kinds: tuple[str, ...] = ()
    """Kinds of file that may belong to one it reads, and are nothing it reads alone."""
    source_names: tuple[str, ...] = ()
    """Patterns of the names of files that may build what one it reads lacks: ``*.py``."""
    related: tuple[str, ...] = ()
    """Kinds of file it does not read that explain why one it reads is missing, the most revealing first."""
    many: bool = False
    """Whether it collects from several files at once."""
    declaration: type[Record] | None = None
    """What ``[<name>.<artefact or file>]`` of ``submission.toml`` may say."""
    page_needs: tuple[type[Need[Any]], ...] = ()
    """Needs that are collected whether or not a check asks for them, since pages show them."""
    compared_needs: tuple[type[Need[Any]], ...] = ()
    """Likewise, since the submissions of a class are compared by them. No page shows them unless a check asks."""
    fixtures: tuple[EvidenceFixture, ...] = ()
    """What hidden tests may look at of its evidence."""

    def collect_evidence(self, task: CollectTask, context: CollectContext) -> Collected:
        """Collect evidence for a task."""
        collected: Collected = _load(self.collect)(task, context)
        return collected

    def find_companions(self, file: SubmittedFile, files: Sequence[SubmittedFile]) -> Companions:
        """What belongs to a file."""
        if not self.companions:
            return Companions()
        found: Companions = _load(self.companions)(file, files)
        return found

    def decode_record(self, need: Need[Any], stored: StoredRecord) -> Any:
        """What checks see of a stored record, or a Failure where it cannot be read."""
        return _load(self.decode)(need, stored)

    def page_sections(self, record: Any) -> tuple[Section, ...]:
        """What pages show of what `decode_record` gave."""
        if not self.sections:
            return ()
        sections: tuple[Section, ...] = _load(self.sections)(record)
        return sections


def _load(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return loaded
