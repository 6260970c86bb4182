"""The kinds of check, one a module: which evidence a kind needs and how it judges it. Pure; no TensorFlow."""

from __future__ import annotations

from grader.checks.accuracy import AccuracyAtLeast, Threshold
from grader.checks.architecture import ArchitectureMatches, RequiredLayer
from grader.checks.base import CheckContext, CheckKind, ClassScores, EvidenceView
from grader.checks.relative import RelativeAccuracy

__all__ = [
    "AccuracyAtLeast",
    "ArchitectureMatches",
    "CheckContext",
    "CheckKind",
    "ClassScores",
    "EvidenceView",
    "RelativeAccuracy",
    "RequiredLayer",
    "Threshold",
]
