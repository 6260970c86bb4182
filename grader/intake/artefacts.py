"""Decide which submitted files serve which artefact of a lab, and in which format they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.intake.naming import natural_key
from grader.intake.sniffing import ARCHIVE_KINDS
from grader.records.evidence import Failure
from grader.records.lab import Artefact, Lab
from grader.records.message import Code, Message, Name, Value
from grader.records.names import first_few
from grader.records.submission import Companions, Submission, SubmittedFile

FindCompanions = Callable[[SubmittedFile, Sequence[SubmittedFile]], Companions]
"""Given a file and all files of its submission, says what belongs to it."""

#: Kinds that explain why a file is missing, whatever is asked for; the most revealing first.
_RELATED = ("git-lfs-pointer", *ARCHIVE_KINDS)


@dataclass(frozen=True)
class FormatTable:
    """In which formats files are read. Whoever reads them says so; `grader.intake` knows none."""

    formats: Mapping[str, tuple[str, ...]]
    """What a file is by its first bytes, to the formats it may be read in."""
    maybe: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Likewise, for kinds that may turn out to be of a format when they are opened."""
    related: tuple[str, ...] = ()
    """Kinds that are not accepted and explain why a file is missing, the most revealing first."""
    companions: tuple[FindCompanions, ...] = ()
    companion_kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Format to the kinds that may belong to a file of it, and serve nothing alone."""
    source_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Format to patterns of the names of files that may build what a file of it lacks."""

    @classmethod
    def merged(
        cls,
        formats: Iterable[Mapping[str, str]],
        maybe: Iterable[Mapping[str, str]] = (),
        related: Iterable[str] = (),
        companions: Iterable[FindCompanions] = (),
        companion_kinds: Iterable[Mapping[str, tuple[str, ...]]] = (),
        source_names: Iterable[Mapping[str, tuple[str, ...]]] = (),
    ) -> FormatTable:
        """One table of several, each of which gives one format to a kind of file."""
        return cls(
            formats=_merged(formats),
            maybe=_merged(maybe),
            related=tuple(dict.fromkeys(related)),
            companions=tuple(companions),
            companion_kinds=_merged_kinds(companion_kinds),
            source_names=_merged_kinds(source_names),
        )

    def format(self, file: SubmittedFile, artefact: Artefact) -> str | None:
        """The first format of the artefact in which a file can be read."""
        found = self.formats.get(file.kind, ())
        return next((name for name in artefact.formats if name in found), None)

    def accepts(self, file: SubmittedFile, artefact: Artefact) -> bool:
        """Whether a file is of a format that the artefact accepts."""
        return self.format(file, artefact) is not None

    def belonging(self, file: SubmittedFile, submission: Submission) -> Companions:
        """What belongs to a file of a submission."""
        found = (find(file, submission.files) for find in self.companions)
        return next((item for item in found if item != Companions()), Companions())

    def belonging_to_all(
        self, files: Sequence[SubmittedFile], submission: Submission
    ) -> tuple[SubmittedFile, ...]:
        """What belongs to any of several files and is none of them."""
        found = (item for file in files for item in self.belonging(file, submission).files)
        return tuple(item for item in dict.fromkeys(found) if item not in files)


def _merged(tables: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for kind, name in table.items():
            merged[kind] = tuple(dict.fromkeys([*merged.get(kind, ()), name]))
    return merged


def _merged_kinds(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for name, kinds in table.items():
            merged[name] = tuple(dict.fromkeys([*merged.get(name, ()), *kinds]))
    return merged


@dataclass(frozen=True)
class Assignment:
    """Files by the artefact they serve."""

    chosen: dict[str, tuple[SubmittedFile, ...]] = field(default_factory=dict)
    """One file; of an artefact of many files, all of an accepted format whose names fit."""
    companions: dict[str, tuple[SubmittedFile, ...]] = field(default_factory=dict)
    """What belongs to the one file, or to any of many."""
    sources: dict[str, tuple[SubmittedFile, ...]] = field(default_factory=dict)
    """What may build what the one file lacks."""
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
            together = formats.belonging_to_all(accepted, submission)
            if together:
                result.companions[artefact.id] = together
            continue
        result.chosen[artefact.id] = (candidates[0],)
        belonging = formats.belonging(candidates[0], submission)
        if belonging.files:
            result.companions[artefact.id] = belonging.files
        if belonging.sources:
            result.sources[artefact.id] = belonging.sources
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
    """Whether a file is of an accepted format, its name fits, or it may belong to one of those or build it."""
    called = PurePosixPath(file.path).name.casefold()
    belongs = any(
        file.kind in formats.companion_kinds.get(name, ())
        or any(fnmatchcase(called, pattern) for pattern in formats.source_names.get(name, ()))
        for name in artefact.formats
    )
    return belongs or formats.accepts(file, artefact) or _rank(artefact, [file.path]) is not None


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
    possible = {*formats.formats.get(kind, ()), *formats.maybe.get(kind, ())}
    for name in accepted:
        if name in possible:
            return name
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
    """The files whose names fit, best first: accepted format, complete, earlier pattern, less deep, natural order.

    A file with its companions goes by the names of the whole, too.
    """
    fitting = []
    for file in submission.files:
        whole = formats.belonging(file, submission)
        rank = _rank(artefact, [file.path, *whole.names])
        if rank is not None:
            accepted = formats.accepts(file, artefact)
            order = (not accepted, whole.incomplete, rank, file.path.count("/"))
            fitting.append(((*order, natural_key(file.path)), file))
    return [file for _, file in sorted(fitting, key=lambda pair: pair[0])]


def _rank(artefact: Artefact, paths: Iterable[str]) -> int | None:
    """The position of the first pattern that one of the names fits."""
    names = [PurePosixPath(path).name.casefold() for path in paths]
    for position, pattern in enumerate(artefact.patterns):
        if any(fnmatchcase(name, pattern.casefold()) for name in names):
            return position
    return None


def _by_content(
    artefact: Artefact, submission: Submission, formats: FormatTable
) -> list[SubmittedFile]:
    """The files of an accepted format, those of an earlier format first; a lone file whatever it is."""
    read_in = [(file, formats.format(file, artefact)) for file in submission.files]
    accepted = [
        ((formats.belonging(file, submission).incomplete, artefact.formats.index(name)), file)
        for file, name in read_in
        if name is not None
    ]
    if accepted:
        return [file for _, file in sorted(accepted, key=lambda pair: pair[0])]
    alone = len(submission.files) == 1 and submission.files[0].path == submission.source
    return list(submission.files) if alone else []
