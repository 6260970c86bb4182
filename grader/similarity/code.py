"""Which submissions of a class have the same code, with the regions that are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.evidence.code.text_record import CodePiece, CodeText, CodeTextNeed
from grader.evidence.view import StoredEvidence
from grader.records.similarity import (
    CodeOverlap,
    ComparedSource,
    Group,
    Link,
    Origin,
    SourcePiece,
)
from grader.similarity.code_overlap import CodeOverlaps, Tokens, tokens_of
from grader.similarity.code_regions import common_regions, lines_handed_out
from grader.similarity.groups import UnionFind, connected_groups, equal_sets
from grader.similarity.starter_code import StarterScript

#: From these on, the code of two submissions is reported: tokens in common, and their share of the code of either.
#: docs/similarity.md has the measurements.
MIN_TOKENS, MIN_SHARE = 100, 0.5


@dataclass(frozen=True)
class SubmittedCode:
    """The code of one student for one artefact."""

    student: str
    """The id."""
    person: str
    """The same for all submissions of one person, as far as the roster knows."""
    files: tuple[str, ...]
    """Digests of its files, sorted."""
    pieces: tuple[CodePiece, ...]

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of all its scripts and cells."""
        return tokens_of([line for piece in self.pieces for line in piece.tokens.split("\n")])


@dataclass(frozen=True)
class ComparedCode:
    """What came of comparing the code for one artefact."""

    groups: tuple[Group, ...] = ()
    origins: tuple[Origin, ...] = ()
    """Submissions of nothing but a file that was handed out."""
    sources: tuple[ComparedSource, ...] = ()
    """Of the submissions that are linked by their code."""


def submitted_code(artefact: str, submissions: Sequence[StoredEvidence]) -> list[SubmittedCode]:
    """The code that was handed in for an artefact and could be read.

    Args:
        artefact: Its id.
        submissions: The evidence of the class.
    """
    need = CodeTextNeed(artefact=artefact)
    found = []
    for item in submissions:
        served = item.evidence.resolved.artefacts.get(artefact)
        if served is None or item.evidence.find(need.id) is None:
            continue
        text = item.get(need)
        if not isinstance(text, CodeText):
            continue
        student = item.evidence.submission.student
        found.append(
            SubmittedCode(
                student=student.id,
                person=student.email.lower() or student.id,
                files=tuple(sorted(file.sha256 for file in served.files)),
                pieces=text.pieces,
            )
        )
    return found


def compare_code(
    artefact: str, submissions: Sequence[SubmittedCode], handed_out: Sequence[StarterScript] = ()
) -> ComparedCode:
    """Compare the code that was handed in for an artefact.

    Args:
        artefact: Its id.
        submissions: What was handed in.
        handed_out: What was handed out; what stands in it counts for nothing.
    """
    students = [item.student for item in submissions]
    origins = _origins(artefact, submissions, handed_out)
    duplicates = [
        members
        for members in equal_sets(item.files for item in submissions)
        if members[0] not in origins
    ]
    links: list[tuple[Sequence[int], Link]] = [
        (members, Link(kind="exact", students=tuple(students[place] for place in members)))
        for members in duplicates
        if len({submissions[place].person for place in members}) > 1
    ]
    tokens = [item.tokens for item in submissions]
    overlaps = CodeOverlaps(tokens, [tokens_of(script.tokens) for script in handed_out])
    pairs = list(_similar_pairs(submissions, overlaps, duplicates))
    links += [([one, other], _link(overlaps, submissions, one, other)) for one, other in pairs]
    return ComparedCode(
        groups=tuple(connected_groups(artefact, students, links)),
        origins=tuple(origins.values()),
        sources=tuple(
            _source(artefact, submissions[place], overlaps, place)
            for place in sorted({place for pair in pairs for place in pair})
        ),
    )


def _origins(
    artefact: str, submissions: Sequence[SubmittedCode], handed_out: Sequence[StarterScript]
) -> dict[int, Origin]:
    """By its place, each submission of nothing but files that were handed out."""
    names = {script.sha256: script.name for script in handed_out}
    return {
        place: Origin(
            artefact=artefact,
            student=item.student,
            baseline=names[item.files[0]],
            kind="exact",
            similarity=1.0,
        )
        for place, item in enumerate(submissions)
        if item.files and names.keys() >= set(item.files)
    }


def _similar_pairs(
    submissions: Sequence[SubmittedCode],
    overlaps: CodeOverlaps,
    duplicates: Sequence[Sequence[int]],
) -> Iterator[tuple[int, int]]:
    """Pairs of different persons with much of the same code, the most similar first: as many as connect each group."""
    groups = UnionFind(len(submissions))
    for members in duplicates:
        groups.union(members)
    places = range(len(submissions))
    shares = {
        (one, other): _share(overlaps, one, other)
        for one in places
        for other in places[one + 1 :]
        if _common_tokens(overlaps, one, other) >= MIN_TOKENS
        and submissions[one].person != submissions[other].person
    }
    for one, other in sorted(shares, key=lambda pair: -shares[pair]):
        if shares[one, other] >= MIN_SHARE and groups.root(one) != groups.root(other):
            groups.union((one, other))
            yield one, other


def _common_tokens(overlaps: CodeOverlaps, one: int, other: int) -> int:
    return int(min(overlaps.shared[one, other], overlaps.shared[other, one]))


def _share(overlaps: CodeOverlaps, one: int, other: int) -> float:
    """The share of the own code of one that is also in the other, of both the larger."""
    return max(
        int(overlaps.shared[here, there]) / max(1, int(overlaps.own[here].sum()))
        for here, there in ((one, other), (other, one))
    )


def _link(
    overlaps: CodeOverlaps, submissions: Sequence[SubmittedCode], one: int, other: int
) -> Link:
    tokens = [item.tokens for item in submissions]
    return Link(
        kind="same-code",
        students=(submissions[one].student, submissions[other].student),
        similarity=round(_share(overlaps, one, other), 4),
        code=CodeOverlap(
            tokens=_common_tokens(overlaps, one, other),
            own_tokens=tuple(int(overlaps.own[place].sum()) for place in (one, other)),
            regions=common_regions(overlaps, tokens, one, other),
        ),
    )


def _source(
    artefact: str, submission: SubmittedCode, overlaps: CodeOverlaps, place: int
) -> ComparedSource:
    return ComparedSource(
        artefact=artefact,
        student=submission.student,
        pieces=tuple(
            SourcePiece(file=piece.file, cell=piece.cell, text=piece.text)
            for piece in submission.pieces
        ),
        handed_out=lines_handed_out(submission.tokens, overlaps.own[place]),
    )
