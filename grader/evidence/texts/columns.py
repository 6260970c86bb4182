"""Which columns of a table hold ids and predictions, by their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.evidence.texts.codings import STARS

_IDS = ("id", "review_id", "text_id", "reviewid", "review id", "ids")

#: Headings of predicted classes.
_LABELS = STARS | {
    "label", "labels", "prediction", "predictions", "predicted", "pred", "preds", "sentiment", "class", "y_pred",
    "predicted_label", "predicted_class", "predicted_sentiment", "predicted label", "polarity", "y", "classe",
    "prédiction", "étiquette",
}  # fmt: skip

#: Headings of the probability of the second of two classes.
_PROBABILITIES = frozenset(
    {"probability", "proba", "prob", "p", "score", "confidence", "probabilité", "p_positive", "prob_positive",
     "proba_positive", "positive_probability", "positive_proba", "score_positive", "positive"}
)  # fmt: skip

#: Headings of columns that are no predictions.
_OTHERS = frozenset(
    {"", "index", "text", "review", "texte", "date", "true_label", "y_true", "true", "tokens"}
)
_UNNAMED = re.compile(r"unnamed: \d+")

#: Columns of models of their own that are read of one table.
_MOST_COLUMNS = 20

#: What may stand before the name or number of a class in the heading of its scores.
_SCORE_PREFIXES = ("score_", "prob_", "proba_", "p_", "probability_", "")


@dataclass(frozen=True)
class Predicted:
    """The columns of one model."""

    heading: str
    places: tuple[int, ...]
    """One, or one for each class in the order of the labels."""
    is_alone: bool
    """Whether the table is of this model alone, whatever the heading says."""


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what."""

    id: int
    models: tuple[Predicted, ...]
    count: int


def find_columns(headings: Sequence[str], class_names: Sequence[str]) -> Columns | None:
    """Where ids and predictions stand; None where the headings name no ids, or nothing that may be predictions.

    A predicted class is taken before scores, scores for each class before the probability of one. Where no heading
    is known, every other column is of a model of its own.

    Args:
        headings: The first line.
        class_names: In the order of the labels.
    """
    names = [" ".join(heading.split()).casefold() for heading in headings]
    id_place = next((names.index(name) for name in _IDS if name in names), None)
    if id_place is None:
        return None
    labels = [place for place, name in enumerate(names) if name in _LABELS]
    scores = _class_scores(names, class_names)
    probabilities = [place for place, name in enumerate(names) if name in _PROBABILITIES]
    if len(labels) == 1:
        models = [Predicted(names[labels[0]], (labels[0],), True)]
    elif scores:
        models = [Predicted("", scores, True)]
    elif len(probabilities) == 1 and len(class_names) == 2 and not labels:
        models = [Predicted(names[probabilities[0]], (probabilities[0],), True)]
    else:
        own = [
            place
            for place, name in enumerate(names)
            if place != id_place and name not in _OTHERS and not _UNNAMED.fullmatch(name)
        ][:_MOST_COLUMNS]
        models = [Predicted(headings[place].strip(), (place,), len(own) == 1) for place in own]
    return Columns(id_place, tuple(models), len(names)) if models else None


def _class_scores(names: Sequence[str], class_names: Sequence[str]) -> tuple[int, ...]:
    """The columns of scores for each class; none where a class has none."""
    called = [[str(place), name.casefold()] for place, name in enumerate(class_names)]
    for prefix in _SCORE_PREFIXES:
        for form in (0, 1):
            wanted = [f"{prefix}{item[form]}" for item in called]
            if {*wanted} <= {*names}:
                return tuple(map(names.index, wanted))
    return ()
