"""Which networks of a class look alike. For staff; no judgement looks at it."""

from __future__ import annotations

from typing import Literal

from grader.records.base import Record
from grader.records.evidence import WeightFingerprint

Likeness = Literal["exact", "re-saved", "fine-tuned", "same-errors"]
"""The same file; the same weights; nearly the same weights; nearly the same wrong answers."""


class Agreement(Record, frozen=True, kw_only=True):
    """Wrong answers that two networks have in common."""

    dataset: str
    common: int
    """Images to which both give the same wrong answer."""
    either: int
    """Images that at least one of both gets wrong."""
    expected: float | None = None
    """How many two such networks usually have in common here; None in a class too small to say."""
    unusual: float | None = None
    """By how many standard deviations of the class the log odds of `share` exceed what is expected."""

    @property
    def share(self) -> float:
        """Of the images that either gets wrong, the share to which both give the same wrong answer."""
        return self.common / self.either if self.either else 0.0


class Link(Record, frozen=True, kw_only=True):
    """What some submissions have in common."""

    kind: Likeness
    students: tuple[str, ...]
    """Ids, in the order of the run: two, or all that share a file or weights."""
    similarity: float | None = None
    """How much of what training did to both is the same, 0 to 1; None where weights cannot be compared."""
    agreements: tuple[Agreement, ...] = ()
    """Of two networks with different weights, on each dataset both answered."""


class Group(Record, frozen=True, kw_only=True):
    """Submissions of one artefact that are linked with each other."""

    artefact: str
    students: tuple[str, ...]
    links: tuple[Link, ...]
    """So many that all of them hang together, the strongest first."""


class Origin(Record, frozen=True, kw_only=True):
    """A submission that is a network handed out to the class, or the reference solution, or made from one."""

    artefact: str
    student: str
    known: str
    """Of which: ``reference/<exercise>``, or the starter's path as `course.toml` names it."""
    kind: Likeness
    similarity: float


class Spread(Record, frozen=True, kw_only=True):
    """How the pairs of a class agree in their wrong answers, each set of equal weights counted once."""

    artefact: str
    dataset: str
    pairs: int
    bins: tuple[int, ...]
    """How many pairs have a share of wrong answers in common from 0 to 1, in steps of equal width."""


class Similarities(Record, frozen=True, kw_only=True):
    """``RUN/similar.json``."""

    schema: Literal["grader/similar/v1"] = "grader/similar/v1"
    basis: str = ""
    """Digest of what was compared; while it holds, nothing is compared again."""
    groups: tuple[Group, ...] = ()
    origins: tuple[Origin, ...] = ()
    spreads: tuple[Spread, ...] = ()
    unread: tuple[str, ...] = ()
    """Starters that are no networks; only copies of the file itself are recognised."""

    @property
    def students(self) -> frozenset[str]:
        """Ids of all students in a group."""
        return frozenset(student for group in self.groups for student in group.students)


class KnownNetwork(Record, frozen=True, kw_only=True):
    """A network that was handed out, or solves the lab for reference."""

    name: str
    sha256: str = ""
    """Of its file; empty where that is not known."""
    fingerprint: WeightFingerprint | None = None
    """None where the file holds no network that opens."""


class Starters(Record, frozen=True, kw_only=True):
    """``RUN/starters.json``: what the course's starters are."""

    schema: Literal["grader/starters/v1"] = "grader/starters/v1"
    versions: dict[str, str]
    networks: tuple[KnownNetwork, ...]
