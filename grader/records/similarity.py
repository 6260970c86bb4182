"""Which submissions of a class are similar. For staff; no check looks at it."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record

#: In the run folder, the `SimilarCode` of a class.
SIMILAR_CODE_FILE = "similar_code.json"

SimilarityKind = Literal["exact", "re-saved", "fine-tuned", "same-code", "same-errors"]
"""The same file, the same weights, nearly the same weights, much of the same code, nearly the same errors."""


class Agreement(Record, frozen=True, kw_only=True):
    """Wrong predictions that two submissions have in common."""

    dataset: str
    common: int
    """Images with the same wrong prediction by both."""
    either: int
    """Images that at least one of both gets wrong."""
    expected: float | None = None
    """How many two such submissions are expected to have in common; None in a class that is too small."""
    unusual: float | None = None
    """By how many standard deviations of the class the log odds of `share` exceed what is expected."""

    @property
    def share(self) -> float:
        """Of the images that either gets wrong, the share with the same wrong prediction by both."""
        return self.common / self.either if self.either else 0.0


class LineRange(Record, frozen=True, kw_only=True):
    """Lines of a submission's code, all its scripts and cells counted as one text."""

    start: int
    """The first, from 0."""
    stop: int
    """The first that no longer belongs to it."""


class CodeRegion(Record, frozen=True, kw_only=True):
    """The same code in two submissions."""

    first: LineRange
    """In the submission of the link's first student."""
    second: LineRange


class CodeOverlap(Record, frozen=True, kw_only=True):
    """The code that two submissions have in common, without what was handed out and what is common to the class."""

    tokens: int
    """In common; where the two count differently, since one repeats itself, the smaller number."""
    own_tokens: tuple[int, ...]
    """Of each of both."""
    regions: tuple[CodeRegion, ...]


class Link(Record, frozen=True, kw_only=True):
    """What some submissions have in common."""

    kind: SimilarityKind
    students: tuple[str, ...]
    """Ids, in the order of the run: two, or all that share a file or weights."""
    similarity: float | None = None
    """0 to 1: the share of the change by training that is the same in both; of code, the share of either that is in the
    other, where that is larger. None if weights cannot be compared."""
    agreements: tuple[Agreement, ...] = ()
    """Between two submissions with different weights, on each dataset both have predictions on."""
    code: CodeOverlap | None = None
    """Between two submissions with different code."""


class Group(Record, frozen=True, kw_only=True):
    """Submissions of one artefact that are linked, directly or through others."""

    artefact: str
    students: tuple[str, ...]
    links: tuple[Link, ...]
    """As many as connect all of them, the strongest first."""


class Origin(Record, frozen=True, kw_only=True):
    """A submission that is a baseline, or was made from one."""

    artefact: str
    student: str
    baseline: str
    """Name of the baseline: ``reference/<exercise>``, or the starter's path as `course.toml` gives it."""
    kind: SimilarityKind
    similarity: float


class Spread(Record, frozen=True, kw_only=True):
    """How the pairs of a class agree in their wrong predictions, submissions with equal weights counted once."""

    artefact: str
    dataset: str
    pairs: int
    bins: tuple[int, ...]
    """How many pairs have a share of wrong predictions in common from 0 to 1, in steps of equal width."""


class Similarities(Record, frozen=True, kw_only=True):
    """``RUN/similar.json``."""

    schema: Literal["grader/similar/v3"] = "grader/similar/v3"
    basis: str = ""
    """Digest of what was compared; while it holds, nothing is compared again."""
    groups: tuple[Group, ...] = ()
    origins: tuple[Origin, ...] = ()
    spreads: tuple[Spread, ...] = ()
    unread: tuple[str, ...] = ()
    """Names of the starters that do not open; only copies of the file itself are recognised."""

    @property
    def students(self) -> frozenset[str]:
        """Ids of all students in a group."""
        return frozenset(student for group in self.groups for student in group.students)

    @property
    def names_code(self) -> bool:
        """Whether some are similar by their code, which `SimilarCode` holds."""
        return any(link.code is not None for group in self.groups for link in group.links)


class SourcePiece(Record, frozen=True, kw_only=True):
    """A script, or a code cell of a notebook."""

    file: str
    cell: int | None = None
    """Place among all cells of the notebook, from 1; None of a script."""
    text: str


class ComparedSource(Record, frozen=True, kw_only=True):
    """The code of a submission that is similar to another's, as it was compared."""

    artefact: str
    student: str
    pieces: tuple[SourcePiece, ...]
    """Their lines, one after the other, are those of `LineRange`."""
    handed_out: tuple[LineRange, ...] = ()
    """What was handed out, or is common to the class."""


class SimilarCode(Record, frozen=True, kw_only=True):
    """``RUN/similar_code.json``: the code that ``RUN/similar.json`` speaks of."""

    schema: Literal["grader/similar-code/v1"] = "grader/similar-code/v1"
    basis: str = ""
    """That of ``similar.json``."""
    sources: tuple[ComparedSource, ...] = ()
