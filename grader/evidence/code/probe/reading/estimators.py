"""Estimators of scikit-learn and of libraries with its interface, which code fits besides the models of Keras."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.evidence.code.probe.reading.training import Training
from grader.evidence.code.probe.reading.values import Made, Value
from grader.evidence.code.probe.reading.work import spend
from grader.evidence.code.record import EstimatorFit

#: Libraries whose classes are fitted as those of scikit-learn are.
_LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost", "umap", "openTSNE", "imblearn")

#: Methods that fit.
FITTING = frozenset({"fit", "fit_transform", "fit_predict"})

#: How deep estimators may lie in each other: a search over a pipeline of unions of pipelines.
_DEEPEST = 6

#: Fits of one program that are noted.
_MOST = 500


@dataclass
class Estimators(Training):
    """Follows a program and notes every estimator that is fitted."""

    estimators: dict[tuple[str, str], EstimatorFit] = field(default_factory=dict)
    """By place and class; one that is fitted at one place again and again is noted once."""

    def note_estimators(self, fitted: Value) -> None:
        """Note what a call fits: an estimator, or those that a pipeline or a search is made of.

        Args:
            fitted: What `fit` is called on.
        """
        for made in estimators_in(fitted):
            key = (self.where(), made.path)
            before = self.estimators.get(key)
            if len(self.estimators) < _MOST and (before is None or not before.executed):
                self.estimators[key] = EstimatorFit(
                    where=self.where(),
                    name=made.name,
                    library=made.path.partition(".")[0],
                    executed=self.executed,
                )


def estimators_in(value: Value, depth: int = 0) -> Iterator[Made]:
    """The estimators in a value, outermost first."""
    spend(1)
    if depth > _DEEPEST:
        return
    if isinstance(value, Made):
        if value.path.partition(".")[0] not in _LIBRARIES:
            return
        yield value
        value = dict(value.arguments)
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from estimators_in(item, depth + 1)
