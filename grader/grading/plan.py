"""What is to be collected of every submission, and the keys that say when it must be collected anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec

from grader.checks.needs import lab_needs
from grader.course import Course
from grader.evidence import collecting_kind, expected_kind, kinds
from grader.evidence.base import EvidenceKind
from grader.evidence.need import Need
from grader.intake.artefacts import FormatTable
from grader.records.base import Record
from grader.records.evidence import ResolvedFiles, ServedArtefact
from grader.records.lab import Artefact, Lab
from grader.records.run import DatasetRecord
from grader.records.submission import Submission
from grader.sandbox import Level, Limits

#: Raised whenever the same submission could be resolved to other files.
_RESOLUTION_VERSION = 2


@cache
def library_version(name: str) -> str:
    """The installed version of a distribution; empty where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def runtime_versions() -> dict[str, str]:
    """Versions of the grader and of all libraries that kinds of evidence depend on."""
    names = ["grader", *(name for kind in kinds().values() for name in kind.libraries)]
    return {name: library_version(name) for name in dict.fromkeys(names)}


def format_table() -> FormatTable:
    """Which files the kinds of evidence read."""
    known = kinds().values()
    return FormatTable.merged(
        formats=[kind.accepts for kind in known],
        maybe=[kind.may_accept for kind in known],
        related=[name for kind in known for name in kind.related],
        companions=[kind.find_companions for kind in known if kind.companions],
        companion_kinds=[
            dict.fromkeys([*kind.accepts.values(), *kind.may_accept.values()], kind.companion_kinds)
            for kind in known
        ],
        source_names=[
            dict.fromkeys([*kind.accepts.values(), *kind.may_accept.values()], kind.source_names)
            for kind in known
        ],
    )


@dataclass(frozen=True)
class CollectionPlan:
    """What is to be collected of every submission, and with what. It can be pickled."""

    lab: Lab
    course: Course
    datasets: tuple[DatasetRecord, ...]
    unavailable: dict[str, str]
    """Datasets that are not here, and why."""
    limits: Limits
    level: Level
    """The isolation level submitted files are read at."""

    @cached_property
    def needs(self) -> dict[str, tuple[Need[Any], ...]]:
        """Artefact id to what checks need of it."""
        return lab_needs(self.lab)

    @cached_property
    def digest(self) -> str:
        """The same for equal plans."""
        basis = (self.lab, str(self.course.root), self.datasets, self.limits, self.level)
        return hashlib.sha256(msgspec.json.encode(basis, order="sorted")).hexdigest()

    def needs_of(self, artefact: Artefact, kind: EvidenceKind | None) -> tuple[Need[Any], ...]:
        """What is collected of an artefact whose files `kind` reads: for pages, for checks, for comparing a class."""
        types = (*kind.page_needs, *kind.compared_needs) if kind else ()
        always = [need_type(artefact=artefact.id) for need_type in types]
        return tuple(dict.fromkeys([*always, *self.needs[artefact.id]]))

    def kind_of(self, artefact: Artefact, served: ServedArtefact) -> EvidenceKind | None:
        """The kind that reads the files of an artefact; where none does, the kind that would read what is asked for."""
        expected = expected_kind(artefact.formats)
        if not served.files:
            return expected
        return collecting_kind(served.files[0].kind, artefact.formats) or expected

    def resolution_key(self, submission: Submission) -> str:
        """Digest of everything on which it depends which files serve which artefact."""
        artefacts = [
            (item.id, item.patterns, item.formats, item.many) for item in self.lab.artefacts
        ]
        table = format_table()
        versions = [
            (kind.name, kind.version)
            for kind in kinds().values()
            if kind.declaration is not None or kind.companions
        ]
        basis = (
            *(_RESOLUTION_VERSION, submission.sha256, artefacts, versions),
            *(dict(table.formats), dict(table.maybe), self._surroundings),
        )
        return _digest(basis)

    def need_key(
        self,
        need: Need[Any],
        served: ServedArtefact,
        kind: EvidenceKind | None,
        declared: Record | None,
        submission: Submission,
    ) -> str:
        """Digest of everything the evidence for one need depends on.

        Only the files that serve the need count, not the rest of the submission. Where no file serves it, the message
        lists what was submitted, so that counts.
        """
        named = (kind, kinds().get(need.kind), *map(kinds().get, kind.builds_on if kind else ()))
        involved = [item for item in named if item is not None]
        libraries = sorted({name for item in involved for name in item.libraries})
        digests = {record.name: record.digest for record in self.datasets}
        basis = (
            need.id,
            [(item.name, item.version) for item in involved],
            [
                (file.path, file.sha256, file.kind)
                for file in (*served.files, *served.companions, *served.sources)
            ],
            "" if served.files else submission.sha256,
            served.failure,
            declared,
            {name: digests.get(name, "") for name in need.datasets},
            {name: library_version(name) for name in libraries},
            self._surroundings,
        )
        return _digest(basis)

    @property
    def _surroundings(self) -> tuple[float, float, int, str]:
        limits = self.limits
        return float(limits.wall_s), float(limits.opening_s), limits.memory_bytes, self.level


def declared_settings(
    resolved: ResolvedFiles, kind: EvidenceKind | None, artefact: str, served: ServedArtefact
) -> Record | None:
    """What ``submission.toml`` says about an artefact or one of its files; None where it says nothing."""
    if kind is None or kind.declaration is None:
        return None
    table = resolved.declaration.get(kind.name, {})
    paths = [file.path for file in served.files]
    for name in (artefact, *paths, *(path.rsplit("/", 1)[-1] for path in paths)):
        if name in table:
            declared: Record = msgspec.convert(table[name], kind.declaration, strict=False)
            return declared
    return None


def _digest(basis: Sequence[object]) -> str:
    return hashlib.sha256(msgspec.json.encode(basis, order="sorted")).hexdigest()
