"""The kinds of check, one a module: what evidence a kind needs and how it judges it. Pure; no TensorFlow."""

from __future__ import annotations

from grader.checks.accuracy import AccuracyAtLeast, Demand
from grader.checks.architecture import ArchitectureMatches, LayerDemand
from grader.checks.base import Case, CheckKind, ClassStanding, EvidenceView, RankedPredictions
from grader.checks.relative import RelativeAccuracy

#: Every kind of check, by the tag it has in JSON and `course.toml`.
KINDS: dict[str, type[CheckKind]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (AccuracyAtLeast, ArchitectureMatches, RelativeAccuracy)
}

__all__ = [
    "KINDS",
    "AccuracyAtLeast",
    "ArchitectureMatches",
    "Case",
    "CheckKind",
    "ClassStanding",
    "Demand",
    "EvidenceView",
    "LayerDemand",
    "RankedPredictions",
    "RelativeAccuracy",
]
