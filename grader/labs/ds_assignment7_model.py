"""The models of ds-assignment7, and what its checks on them have in common."""

from __future__ import annotations

from typing import Any

from grader.checks import (
    DescribedModel,
    DescriptionAgrees,
    ModelDescribed,
    ModelFilter,
    TrainingsHave,
)
from grader.labs.ds_assignment7_handout import HANDOUT

CODE, REPORT, ANSWERS, ARCHIVE = "code", "report", "answers", "archive"
SAID = (CODE, REPORT, ANSWERS)
"""Where answers are looked for."""

HANDED_OUT = DescribedModel(
    units=(64, 64, 10),
    activations=("relu", "relu", "softmax"),
    parameters=55_050,
    image=(28, 28),
    loss="categorical_crossentropy",
)
REGULARISED = ModelFilter(hidden_units=(500, 300))
FIRST = ModelFilter(outputs=10, hidden_units=(64, 64), changed_into=REGULARISED)

#: What the checks on what is said of the model have in common.
ABOUT: dict[str, Any] = {"model": HANDED_OUT, "apart": (REGULARISED,), "handout": HANDOUT}


def asked(check_id: str, title: str, aspect: Any, points: float = 3) -> ModelDescribed:
    """A question about the model that is handed out."""
    return ModelDescribed(id=check_id, title=title, points=points, aspect=aspect, **ABOUT)


def agrees(points: float, *aspects: Any) -> DescriptionAgrees:
    """Whether what is said is true of the model that the code builds."""
    title = "The answers are true of the model that the code builds"
    return DescriptionAgrees(id="agrees", title=title, points=points, aspects=aspects, **ABOUT)


def trainings(
    check_id: str, title: str, points: float, models: ModelFilter, field: Any, **more: Any
) -> TrainingsHave:
    """How models of a kind are trained."""
    about: dict[str, Any] = {
        "id": check_id,
        "title": title,
        "points": points,
        "artefacts": (CODE,),
    }
    return TrainingsHave(models=(models,), field=field, **about, **more)


def trained_for(epochs: int, points: float, models: ModelFilter) -> TrainingsHave:
    """For how many epochs at least models of a kind are trained."""
    title = f"Trained for {epochs} epochs"
    return trainings("epochs", title, points, models, "epochs", at_least=epochs)
