"""What each student handed in for an artefact, ready to be compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from grader.checks.needs import lab_needs
from grader.datasets.secret_images import PREFIX
from grader.evidence.models.record import ModelNeed, ModelSummary, WeightFingerprint
from grader.evidence.predictions.record import PredictionsNeed, RankedPredictions
from grader.evidence.view import StoredEvidence
from grader.records.lab import Lab

#: Times 1 / classes. Models below this accuracy guess, or always predict the same class.
_BETTER_THAN_GUESSING = 2.5

_NO_WEIGHTS = WeightFingerprint(digest="")


@dataclass(frozen=True)
class ComparedSubmission:
    """What one student handed in for one artefact."""

    student: str
    """The id."""
    person: str
    """The same for all submissions of one person, as far as the roster knows."""
    sha256: str
    """Of the file."""
    weights: WeightFingerprint = _NO_WEIGHTS
    """Without kernels if no model with weights was handed in."""
    predictions: dict[str, RankedPredictions] = field(default_factory=dict)
    """By dataset; only those that are better than guessing."""

    @property
    def weights_key(self) -> Hashable:
        """Equal for submissions with equal weights."""
        return self.weights.digest or self.sha256


def prediction_needs(lab: Lab) -> dict[str, tuple[PredictionsNeed, ...]]:
    """The predictions a lab's checks look at: artefact id to needs, each once, in the order of the checks.

    Of images without labels nobody knows which predictions are wrong.
    """
    return {
        artefact: tuple(
            need
            for need in needs
            if isinstance(need, PredictionsNeed) and not need.dataset.startswith(PREFIX)
        )
        for artefact, needs in lab_needs(lab).items()
    }


def compared_submissions(
    artefact: str, needs: Iterable[PredictionsNeed], submissions: Sequence[StoredEvidence]
) -> list[ComparedSubmission]:
    """What was handed in for an artefact and can be compared.

    Files that did not open, untrained models and predictions no better than guessing are the same for many
    students, and are left out.

    Args:
        artefact: Its id.
        needs: The predictions that are compared.
        submissions: The evidence of the class.
    """
    needs = tuple(needs)
    found = (_compared_submission(artefact, needs, submission) for submission in submissions)
    return [item for item in found if item is not None]


def _compared_submission(
    artefact: str, needs: Iterable[PredictionsNeed], submission: StoredEvidence
) -> ComparedSubmission | None:
    served = submission.evidence.resolved.artefacts.get(artefact)
    if served is None or not served.files:
        return None
    opened = submission.get(ModelNeed(artefact=artefact))
    model = opened if isinstance(opened, ModelSummary) else None
    predictions = _predictions(needs, submission)
    if (model is not None and model.untrained) or (model is None and not predictions):
        return None
    student = submission.evidence.submission.student
    return ComparedSubmission(
        student=student.id,
        person=student.email.lower() or student.id,
        sha256=served.files[0].sha256,
        weights=(model and model.fingerprint) or _NO_WEIGHTS,
        predictions=predictions,
    )


def _predictions(
    needs: Iterable[PredictionsNeed], submission: StoredEvidence
) -> dict[str, RankedPredictions]:
    """Predictions that are better than guessing, by dataset; of several needs on a dataset, the first counts."""
    found: dict[str, RankedPredictions] = {}
    for need in needs:
        predictions = submission.get(need)
        if isinstance(predictions, RankedPredictions) and _is_better_than_guessing(predictions):
            found.setdefault(need.dataset, predictions)
    return found


def _is_better_than_guessing(predictions: RankedPredictions) -> bool:
    chance = 1 / predictions.record.classes
    return predictions.accuracy() >= min(_BETTER_THAN_GUESSING * chance, (1 + chance) / 2)
