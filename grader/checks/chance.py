"""What is unusual about predictions, and what may explain predictions no better than guessing."""

from __future__ import annotations

from grader.checks.base import CheckContext
from grader.evidence.models.record import ModelNeed
from grader.evidence.predictions.interface import ScoreForm
from grader.evidence.predictions.record import RankedPredictions
from grader.records.evidence import Failure
from grader.scoring import wilson_interval

#: Times 1 / classes: an accuracy below this is hardly better than guessing. Real models for other images of the
#: same shape reached 0.8 to 1.8 times.
_HARDLY_BETTER = 2.5

#: Mean score of the best class from which a model counts as certain, by what its scores are.
#: Measured on MNIST, ten classes: real models for other images 0.36 to 0.45 (softmax) and 0.92 (sigmoid),
#: untrained ones 0.11 to 0.20 (softmax).
_CERTAIN: dict[ScoreForm, float] = {"softmax": 0.27, "sigmoid": 0.75}


def is_chance_level(predictions: RankedPredictions) -> bool:
    """Whether guessing would reach this accuracy: its interval holds 1 / classes, or lies below."""
    interval = wilson_interval(predictions.hits(1), len(predictions.labels))
    return interval.low <= 1 / predictions.record.classes


def prediction_flags(predictions: RankedPredictions) -> tuple[str, ...]:
    """What is unusual about the predictions, whatever they are compared with."""
    flags = []
    if is_chance_level(predictions):
        flags.append("chance-level")
    if predictions.record.ties:
        flags.append("ties")
    if predictions.record.interface.source == "given":
        flags.append("predictions-given")
    return tuple(flags)


def low_accuracy_advice(
    artefact: str, predictions: RankedPredictions, context: CheckContext
) -> str:
    """What to advise where an accuracy is too low: a key of the catalogue's ``[advice]``."""
    if predictions.accuracy() >= _HARDLY_BETTER / predictions.record.classes:
        return "accuracy"
    model = context.evidence.get(ModelNeed(artefact=artefact))
    if not isinstance(model, Failure) and model.untrained:
        return "untrained"
    certain = _CERTAIN.get(predictions.record.interface.output.form)
    if certain is not None and float(predictions.best_score.mean()) >= certain:
        return "other-data"
    return "chance-level" if is_chance_level(predictions) else "accuracy"
