"""Project on sentiment: two kinds of model on reviews, compared on held-out ones, and a picture of the data."""

from __future__ import annotations

from grader.checks import (
    DataProjected,
    MacroF1AtLeast,
    MarkedByPerson,
    ModelKindsCompared,
    TextAccuracyAtLeast,
    TextModelsDiffer,
)
from grader.labs.shared_artefacts import code_artefact, report_artefact
from grader.records.lab import Artefact, Exercise, Lab

_PREDICTIONS, _CODE, _REPORT = "predictions", "code", "report"

_DATASET = "reviews"

LAB = Lab(
    slug="project-sentiment",
    title="Project: sentiment of reviews",
    version="1",
    artefacts=(
        Artefact(
            id=_PREDICTIONS,
            title="the tables of predictions, one for each model",
            patterns=("*pred*.csv", "*.csv"),
            formats=("texts",),
            many=True,
        ),
        code_artefact(_CODE),
        report_artefact(_REPORT),
    ),
    exercises=(
        Exercise(
            id="predictions",
            title="Two models on held-out reviews",
            points=60,
            artefacts=(_PREDICTIONS,),
            checks=(
                TextAccuracyAtLeast(
                    id="accuracy",
                    title="Accuracy on the held-out reviews",
                    points=25,
                    dataset=_DATASET,
                    full_at=0.85,
                    zero_at=0.65,
                ),
                MacroF1AtLeast(
                    id="macro-f1",
                    title="Macro F1 on the held-out reviews",
                    points=15,
                    dataset=_DATASET,
                    full_at=0.85,
                    zero_at=0.65,
                ),
                TextModelsDiffer(
                    id="difference",
                    title="Two models compared on the same reviews",
                    points=20,
                    dataset=_DATASET,
                ),
            ),
        ),
        Exercise(
            id="study",
            title="The data, the models and what was learnt",
            points=40,
            artefacts=(_CODE, _REPORT),
            checks=(
                DataProjected(
                    id="unsupervised",
                    title="A low-dimensional picture of the data",
                    points=15,
                ),
                ModelKindsCompared(
                    id="models",
                    title="Two different kinds of model",
                    points=15,
                    artefacts=(_CODE,),
                ),
                MarkedByPerson(
                    id="discussion",
                    title="Discussion of the errors of both models",
                    points=10,
                    notebooks=(_CODE,),
                    question="Is it explained, with examples, which reviews each model gets wrong and why, and what "
                    "their difference does not show?",
                    sections=(
                        *("discussion", "conclusion*", "error*", "comparison*", "analysis"),
                        *("erreur*", "comparaison*", "analyse", "résultat*", "result*"),
                    ),
                ),
            ),
        ),
    ),
)
