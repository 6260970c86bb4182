"""What the reference solutions reach: the line every feedback is compared with."""

from __future__ import annotations

import msgspec

from grader import resources
from grader.errors import GraderError
from grader.records.base import Record


class ReferenceScore(Record, frozen=True, kw_only=True):
    """What a reference model reaches on one dataset."""

    accuracy: float
    top5: float
    images: int
    """How many images, or texts."""
    macro_f1: float | None = None
    """Of texts."""


class ReferenceFinding(Record, frozen=True, kw_only=True):
    """What one model, or a group of models, of a study came to."""

    name: str
    """What was varied: ``ReLU 20``."""
    accuracy: float


class ReferenceReturn(Record, frozen=True, kw_only=True):
    """What a reference model reaches in the episodes it is graded on."""

    mean: float
    """Steps."""
    shortest_tenth: float
    """The mean of the shortest tenth."""
    episodes: int


class ReferenceResults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``results.json`` of a lab's reference solution."""

    scores: dict[str, dict[str, ReferenceScore]]
    """Exercise id to dataset to scores."""
    returns: dict[str, dict[str, ReferenceReturn]] = {}
    """Exercise id to environment to what models that play reach."""
    training_seconds: dict[str, int]
    parameters: dict[str, int]
    fingerprints: dict[str, msgspec.Raw] = {}
    """Exercise id to what identifies the weights of its model, as JSON; the kind of evidence reads it."""
    findings: dict[str, tuple[ReferenceFinding, ...]] = {}
    """``exercise/check`` to what the study of the reference showed."""


def reference_results(lab: str) -> ReferenceResults | None:
    """What the reference of a lab scores; None where there is none.

    Raises:
        GraderError: `results.json` is damaged.
    """
    file = resources.reference_solution(lab) / "results.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=ReferenceResults)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise GraderError(
            f"{file} cannot be read: {error}", hint="reference_solutions/measure.py writes it anew"
        ) from error


def reference_accuracies(lab: str) -> dict[tuple[str, int], float]:
    """(dataset, top) to the accuracy of the lab's reference on it."""
    results = reference_results(lab)
    if results is None:
        return {}
    return {
        (dataset, top): accuracy
        for scores in results.scores.values()
        for dataset, score in scores.items()
        for top, accuracy in ((1, score.accuracy), (5, score.top5))
    }


def reference_findings(lab: str) -> dict[str, tuple[ReferenceFinding, ...]]:
    """``exercise/check`` to what the study of the lab's reference showed."""
    results = reference_results(lab)
    return {} if results is None else results.findings
