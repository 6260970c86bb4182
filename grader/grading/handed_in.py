"""What each student handed in for an artefact, ready to be compared with what others did."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from grader.checks import RankedPredictions
from grader.grading.judging import StoredEvidence
from grader.records.evidence import ModelSummary, WeightFingerprint
from grader.records.submission import Submission

#: Times 1 / classes: who is right less often answers at random, or always the same.
_BETTER_THAN_GUESSING = 2.5

_NO_WEIGHTS = WeightFingerprint(digest="")


@dataclass(frozen=True)
class Entry:
    """What one student handed in for one artefact."""

    student: str
    """The id."""
    person: str
    """The same for all submissions of one person, as far as the roster knows."""
    sha256: str
    """Of the file."""
    weights: WeightFingerprint = _NO_WEIGHTS
    """Without kernels where no network with weights was handed in."""
    answers: dict[str, RankedPredictions] = field(default_factory=dict)
    """By dataset; only those of a network that does better than guessing."""

    @property
    def same_weights(self) -> Hashable:
        """Equal for entries with equal weights."""
        return self.weights.digest or self.sha256


def entries_of(artefact: str, submissions: Sequence[StoredEvidence]) -> list[Entry]:
    """What was handed in for an artefact and can be compared.

    What did not open, was never trained and cannot answer better than guessing is the same for many, and left out.
    """
    entries = (_entry(artefact, submission) for submission in submissions)
    return [entry for entry in entries if entry is not None]


def _entry(artefact: str, submission: StoredEvidence) -> Entry | None:
    evidence = submission.evidence
    network = submission.model(artefact)
    answers = {
        item.record.dataset: item
        for observation in evidence.observations
        if observation.artefact == artefact and observation.dataset is not None
        if isinstance(
            item := submission.predictions(artefact, observation.dataset), RankedPredictions
        )
        if _is_better_than_guessing(item)
    }
    summary = network if isinstance(network, ModelSummary) else None
    if (summary is not None and summary.untrained) or (summary is None and not answers):
        return None
    student = evidence.submission.student
    return Entry(
        student=student.id,
        person=student.email.lower() or student.id,
        sha256=_digest(evidence.submission, evidence.chosen.get(artefact, "")),
        weights=(summary and summary.fingerprint) or _NO_WEIGHTS,
        answers=answers,
    )


def _digest(submission: Submission, path: str) -> str:
    """Equal for equal files; for a file in an archive, where it lies in an equal archive."""
    for file in submission.files:
        if path == file.path or path.startswith(f"{file.path}/"):
            return file.sha256 + path.removeprefix(file.path)
    return f"{submission.student.id}/{path}"


def _is_better_than_guessing(answers: RankedPredictions) -> bool:
    chance = 1 / answers.record.classes
    return answers.accuracy() >= min(_BETTER_THAN_GUESSING * chance, (1 + chance) / 2)
