"""Digits with fully connected models: a model described, its curves, and a study of weight decay; pass or fail."""

from __future__ import annotations

from typing import Any

from grader.checks import (
    CheckKind,
    CodeCommented,
    ComparedWith,
    CurvesDrawn,
    DescribedModel,
    DescriptionAgrees,
    FiguresIncluded,
    FormulaIs,
    FormulaStated,
    FrontPageComplete,
    MarkedByPerson,
    ModelDescribed,
    ModelFilter,
    ModelTrained,
    PdfBeside,
    PlottedAgainst,
    Replicated,
    RequiredLayer,
    TrainingsHave,
    ValuesTried,
)
from grader.records.lab import Artefact, Exercise, Lab

_CODE, _REPORT, _ANSWERS, _ARCHIVE = "code", "report", "answers", "archive"
_SAID = (_CODE, _REPORT, _ANSWERS)

_HANDED_OUT = DescribedModel(
    units=(64, 64, 10),
    activations=("relu", "relu", "softmax"),
    parameters=55_050,
    image=(28, 28),
    loss="categorical_crossentropy",
)
_REGULARISED = ModelFilter(hidden_units=(500, 300))
_FIRST = ModelFilter(outputs=10, hidden_units=(64, 64), changed_into=_REGULARISED)
_LOWEST, _HIGHEST = 1e-6, 1e-3
#: Who tries one factor less loses points for that alone, and not for its replicates and the plot again.
_ENOUGH_FACTORS = 4

#: What notebooks and reports repeat of the lab's own text.
_HANDOUT = (
    "if you have problems with keras and tensorflow on your local installation",
    "train the network for 10 epochs and plot",
    "to implement a three-layer neural network",
    "a co-pioneer of deep learning",
    "and train and select 5 regularization factors",
    "replicate networks for each regularization factor",
    "(computed from the replicates) as a function of",
    "information is not given by Hinton",
    "it should be possible reach to 99% accuracy",
)


#: What the checks on what is said of the model have in common.
_ABOUT: dict[str, Any] = {"model": _HANDED_OUT, "apart": (_REGULARISED,), "handout": _HANDOUT}


def _asked(check_id: str, title: str, aspect: Any, points: float = 3) -> ModelDescribed:
    return ModelDescribed(id=check_id, title=title, points=points, aspect=aspect, **_ABOUT)


def _agrees(points: float, *aspects: Any) -> DescriptionAgrees:
    title = "The answers are true of the model that the code builds"
    return DescriptionAgrees(id="agrees", title=title, points=points, aspects=aspects, **_ABOUT)


def _trainings(
    check_id: str, title: str, points: float, models: ModelFilter, field: Any, **more: Any
) -> TrainingsHave:
    about: dict[str, Any] = {
        "id": check_id,
        "title": title,
        "points": points,
        "artefacts": (_CODE,),
    }
    return TrainingsHave(models=(models,), field=field, **about, **more)


def _epochs(points: float, models: ModelFilter, epochs: int) -> TrainingsHave:
    title = f"Trained for {epochs} epochs"
    return _trainings("epochs", title, points, models, "epochs", at_least=epochs)


#: What the checks on the factors have in common.
_FACTORS: dict[str, Any] = {"models": _REGULARISED, "field": "regularizer_factor"}

_STUDY: tuple[CheckKind, ...] = (
    ModelTrained(
        id="model",
        title="Hidden layers of 500 and 300 units",
        points=5,
        artefacts=(_CODE,),
        models=_REGULARISED,
        layers=(
            RequiredLayer(type="Dense", settings={"units": 500}),
            RequiredLayer(type="Dense", settings={"units": 300}),
            RequiredLayer(type="Dense", settings={"units": 10}),
        ),
        parameters=545_810,
    ),
    _epochs(3, _REGULARISED, 40),
    _trainings(
        "kernel-l2",
        "L2 regularization of the kernels",
        5,
        _REGULARISED,
        "regularizer",
        accepted=("kernel l2",),
        hint="Weight decay is kernel_regularizer: activity_regularizer penalizes what the layers put out.",
    ),
    ValuesTried(
        id="factors",
        title="Five regularization factors from 0.000001 to 0.001",
        points=5,
        artefacts=(_CODE,),
        **_FACTORS,
        at_least=5,
        low=_LOWEST,
        high=_HIGHEST,
    ),
    Replicated(
        id="replicates",
        title="Three replicates for each factor",
        points=5,
        artefacts=(_CODE,),
        **_FACTORS,
        values=_ENOUGH_FACTORS,
        times=3,
    ),
    PlottedAgainst(
        id="plotted",
        title="Validation accuracy with its deviation against the factor",
        points=5,
        artefacts=(_CODE, _REPORT),
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
        handout=_HANDOUT,
    ),
    MarkedByPerson(
        id="why",
        title="What may make the difference",
        points=4,
        artefacts=(_CODE, _REPORT),
        notebooks=(_CODE,),
        question="Are reasons given for the difference from 0.9847, such as the split or the preprocessing?",
        sections=("hinton*", "weight decay", "regulari*"),
    ),
)
_CROSS_ENTROPY = FormulaIs(expressions=("-sum(y * log(p))", "-log(p)"), up_to_factor=True)

LAB = Lab(
    slug="ds-assignment7",
    title="Assignment 7: neural networks with Keras and TensorFlow",
    version="1",
    pass_mark=0.7,
    artefacts=(
        Artefact(
            id=_CODE,
            title="the notebook or the programs",
            patterns=("*.ipynb", "*.py"),
            formats=("notebook", "python"),
            many=True,
        ),
        Artefact(
            id=_REPORT,
            title="the report",
            patterns=(
                *("*report*.pdf", "*assignment*.pdf", "*.pdf", "*.docx", "*report*.md", "*.md"),
                *("*.html", "*report*.txt", "*.ipynb"),
            ),
            formats=("pdf", "word", "html", "plain-text", "notebook-text"),
        ),
        Artefact(
            id=_ANSWERS,
            title="the typed answers",
            patterns=("answers.toml", "*answer*.toml"),
            formats=("toml",),
        ),
        Artefact(
            id=_ARCHIVE,
            title="the archive",
            patterns=(
                *(
                    "*.zip",
                    "*.tar.gz",
                    "*.tar.bz2",
                    "*.tar.xz",
                    "*.tar",
                    "*.tgz",
                    "*.tbz",
                    "*.tbz2",
                ),
                *("*.txz", "*.rar", "*.7z"),
            ),
            formats=("archive",),
        ),
    ),
    exercises=(
        Exercise(
            id="1-preprocessing",
            title="1. Preprocessing",
            points=10,
            artefacts=(_CODE, _REPORT),
            checks=(
                MarkedByPerson(
                    id="explanation",
                    title="The preprocessing is explained",
                    points=10,
                    notebooks=(_CODE,),
                    question="Is the preprocessing explained: real numbers, scaling to 0-1, one-hot labels?",
                    sections=("preprocessing", "pre-processing"),
                ),
            ),
        ),
        Exercise(
            id="2a-network",
            title="2 A. The network",
            points=20,
            artefacts=_SAID,
            checks=(
                _asked("layers", "How many layers", "layers"),
                _asked("neurons", "How many neurons each layer has", "neurons"),
                _asked("activations", "Which activation functions", "activations"),
                _asked("parameters", "How many parameters", "parameters"),
                _asked("sizes", "The sizes of input and output", "sizes"),
                _agrees(5, "neurons", "activations", "parameters"),
            ),
        ),
        Exercise(
            id="2b-loss",
            title="2 B. The loss",
            points=10,
            artefacts=_SAID,
            checks=(
                _asked("named", "Which loss function", "loss"),
                FormulaStated(
                    id="formula",
                    title="Its formula",
                    points=4,
                    expected=_CROSS_ENTROPY,
                    handout=_HANDOUT,
                ),
                _agrees(3, "loss"),
            ),
        ),
        Exercise(
            id="2c-curves",
            title="2 C. Ten epochs",
            points=10,
            artefacts=(_CODE, _REPORT),
            checks=(
                _epochs(5, _FIRST, 10),
                CurvesDrawn(
                    id="plotted",
                    title="Training and validation accuracy for each epoch",
                    points=5,
                    models=_FIRST,
                ),
            ),
        ),
        Exercise(
            id="2d-regularised",
            title="2 D. Weight decay",
            points=35,
            artefacts=_SAID,
            checks=_STUDY,
        ),
        Exercise(
            id="hand-in",
            title="What is handed in",
            points=15,
            artefacts=(_CODE, _REPORT, _ARCHIVE),
            checks=(
                _trainings(
                    "code", "The code of the trainings", 5, ModelFilter(), "epochs", at_least=1
                ),
                FiguresIncluded(
                    id="report-figures",
                    title="The figures are in the report",
                    points=4,
                    artefacts=(_REPORT, _CODE),
                    at_least=2,
                ),
                PdfBeside(
                    id="pdf-beside",
                    title="PDF files beside an archive",
                    points=1,
                    artefacts=(_ARCHIVE, _REPORT, _CODE),
                ),
                FrontPageComplete(
                    id="front-page",
                    title="The front page",
                    points=2,
                    artefacts=(_REPORT, _CODE),
                    required=("title", "authors"),
                    welcome=("group", "date"),
                ),
                CodeCommented(
                    id="commented", title="The code is commented", points=3, artefacts=(_CODE,)
                ),
            ),
        ),
    ),
)
