"""What is odd about answers themselves, and what may be behind answers no better than guessing."""

from __future__ import annotations

from grader.checks.base import Case, RankedPredictions
from grader.records.contract import ScoreForm
from grader.records.evidence import ModelSummary
from grader.records.result import Flag
from grader.scoring import wilson_interval

#: Times 1 / classes: an accuracy below this is hardly better than guessing. Real networks for other images of the
#: same shape reached 0.8 to 1.8 times.
_HARDLY_BETTER = 2.5

#: Mean score of the best class from which a network counts as sure of its answers, by what its scores are.
#: Measured on MNIST, ten classes: real networks for other images 0.36 to 0.45 (softmax) and 0.92 (sigmoid),
#: untrained ones 0.11 to 0.20 (softmax).
_SURE: dict[ScoreForm, float] = {"softmax": 0.27, "sigmoid": 0.75}


def is_chance_level(predictions: RankedPredictions) -> bool:
    """Whether guessing would reach this accuracy: its interval holds 1 / classes, or lies below."""
    interval = wilson_interval(predictions.hits(1), len(predictions.labels))
    return interval.low <= 1 / predictions.record.classes


def answer_flags(predictions: RankedPredictions) -> list[Flag]:
    """What is odd about the answers themselves, whatever they are compared with."""
    flags: list[Flag] = []
    if is_chance_level(predictions):
        flags.append("chance-level")
    if predictions.record.ties:
        flags.append("ties")
    if predictions.record.contract.source == "given":
        flags.append("predictions-given")
    return flags


def low_accuracy_advice(predictions: RankedPredictions, case: Case) -> str:
    """What to advise where an accuracy is too low: a key of the catalogue's ``[advice]``."""
    if predictions.accuracy() >= _HARDLY_BETTER / predictions.record.classes:
        return "accuracy"
    network = case.evidence.model(case.exercise.artefact)
    if isinstance(network, ModelSummary) and network.untrained:
        return "untrained"
    sure = _SURE.get(predictions.record.contract.output.form)
    if sure is not None and float(predictions.best_score.mean()) >= sure:
        return "other-data"
    return "chance-level" if is_chance_level(predictions) else "accuracy"
