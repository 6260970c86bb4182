"""Exercise 2 D of ds-assignment7: a larger model, and a study of weight decay."""

from __future__ import annotations

from typing import Any

from grader.checks import (
    CheckKind,
    ComparedWith,
    MarkedByPerson,
    ModelTrained,
    PlottedAgainst,
    Replicated,
    RequiredLayer,
    ValuesTried,
)
from grader.labs.ds_assignment7_handout import HANDOUT
from grader.labs.ds_assignment7_model import CODE, REGULARISED, REPORT, trained_for, trainings

_LOWEST, _HIGHEST = 1e-6, 1e-3
#: Who tries one factor less loses points for that alone, and not for its replicates and the plot again.
_ENOUGH_FACTORS = 4

#: What the checks on the factors have in common.
_FACTORS: dict[str, Any] = {"models": REGULARISED, "field": "regularizer_factor"}

STUDY: tuple[CheckKind, ...] = (
    ModelTrained(
        id="model",
        title="Hidden layers of 500 and 300 units",
        points=5,
        artefacts=(CODE,),
        models=REGULARISED,
        layers=(
            RequiredLayer(type="Dense", settings={"units": 500}),
            RequiredLayer(type="Dense", settings={"units": 300}),
            RequiredLayer(type="Dense", settings={"units": 10}),
        ),
        parameters=545_810,
    ),
    trained_for(40, 3, REGULARISED),
    trainings(
        "kernel-l2",
        "L2 regularization of the kernels",
        5,
        REGULARISED,
        "regularizer",
        accepted=("kernel l2",),
        hint="Weight decay is kernel_regularizer: activity_regularizer penalizes what the layers put out.",
    ),
    ValuesTried(
        id="factors",
        title="Five regularization factors from 0.000001 to 0.001",
        points=5,
        artefacts=(CODE,),
        **_FACTORS,
        at_least=5,
        low=_LOWEST,
        high=_HIGHEST,
    ),
    Replicated(
        id="replicates",
        title="Three replicates for each factor",
        points=5,
        artefacts=(CODE,),
        **_FACTORS,
        values=_ENOUGH_FACTORS,
        times=3,
    ),
    PlottedAgainst(
        id="plotted",
        title="Validation accuracy with its deviation against the factor",
        points=5,
        artefacts=(CODE, REPORT),
        **_FACTORS,
        values=_ENOUGH_FACTORS,
        low=_LOWEST,
        high=_HIGHEST,
    ),
    ComparedWith(
        id="compared",
        title="Compared with 0.9847",
        points=3,
        value=0.9847,
        names=("Hinton", "Geoff"),
        handout=HANDOUT,
    ),
    MarkedByPerson(
        id="why",
        title="What may make the difference",
        points=4,
        artefacts=(CODE, REPORT),
        notebooks=(CODE,),
        question="Are reasons given for the difference from 0.9847, such as the split or the preprocessing?",
        sections=("hinton*", "weight decay", "regulari*"),
    ),
)
