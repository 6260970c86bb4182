"""Digits with fully connected models: a model described, its curves, and a study of weight decay; pass or fail."""

from __future__ import annotations

from grader.checks import (
    CodeCommented,
    CurvesDrawn,
    FiguresIncluded,
    FormulaIs,
    FormulaStated,
    FrontPageComplete,
    MarkedByPerson,
    ModelFilter,
    PdfBeside,
)
from grader.labs.ds_assignment7_handout import HANDED_OUT_CODE, HANDED_OUT_LINES, HANDOUT
from grader.labs.ds_assignment7_model import (
    ANSWERS,
    ARCHIVE,
    CODE,
    FIRST,
    REPORT,
    SAID,
    agrees,
    asked,
    trained_for,
    trainings,
)
from grader.labs.ds_assignment7_study import STUDY
from grader.records.lab import Artefact, Exercise, Lab

_CROSS_ENTROPY = FormulaIs(expressions=("-sum(y * log(p))", "-log(p)"), up_to_factor=True)

LAB = Lab(
    slug="ds-assignment7",
    title="Assignment 7: neural networks with Keras and TensorFlow",
    version="1",
    pass_mark=0.7,
    artefacts=(
        Artefact(
            id=CODE,
            title="the notebook or the programs",
            patterns=("*.ipynb", "*.py"),
            formats=("notebook", "python"),
            many=True,
        ),
        Artefact(
            id=REPORT,
            title="the report",
            patterns=(
                *("*report*.pdf", "*assignment*.pdf", "*.pdf", "*.docx", "*report*.md", "*.md"),
                *("*.html", "*report*.txt", "*.ipynb"),
            ),
            formats=("pdf", "word", "html", "plain-text", "notebook-text"),
        ),
        Artefact(
            id=ANSWERS,
            title="the typed answers",
            patterns=("answers.toml", "*answer*.toml"),
            formats=("toml",),
        ),
        Artefact(
            id=ARCHIVE,
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
            artefacts=(CODE, REPORT),
            checks=(
                MarkedByPerson(
                    id="explanation",
                    title="The preprocessing is explained",
                    points=10,
                    notebooks=(CODE,),
                    question="Is the preprocessing explained: real numbers, scaling to 0-1, one-hot labels?",
                    sections=("preprocessing", "pre-processing"),
                ),
            ),
        ),
        Exercise(
            id="2a-network",
            title="2 A. The network",
            points=20,
            artefacts=SAID,
            checks=(
                asked("layers", "How many layers", "layers"),
                asked("neurons", "How many neurons each layer has", "neurons"),
                asked("activations", "Which activation functions", "activations"),
                asked("parameters", "How many parameters", "parameters"),
                asked("sizes", "The sizes of input and output", "sizes"),
                agrees(5, "neurons", "activations", "parameters"),
            ),
        ),
        Exercise(
            id="2b-loss",
            title="2 B. The loss",
            points=10,
            artefacts=SAID,
            checks=(
                asked("named", "Which loss function", "loss"),
                FormulaStated(
                    id="formula",
                    title="Its formula",
                    points=4,
                    expected=_CROSS_ENTROPY,
                    handout=HANDOUT,
                ),
                agrees(3, "loss"),
            ),
        ),
        Exercise(
            id="2c-curves",
            title="2 C. Ten epochs",
            points=10,
            artefacts=(CODE, REPORT),
            checks=(
                trained_for(10, 5, FIRST),
                CurvesDrawn(
                    id="plotted",
                    title="Training and validation accuracy for each epoch",
                    points=5,
                    models=FIRST,
                ),
            ),
        ),
        Exercise(
            id="2d-regularised",
            title="2 D. Weight decay",
            points=35,
            artefacts=SAID,
            checks=STUDY,
        ),
        Exercise(
            id="hand-in",
            title="What is handed in",
            points=15,
            artefacts=(CODE, REPORT, ARCHIVE),
            checks=(
                trainings(
                    "code", "The code of the trainings", 5, ModelFilter(), "epochs", at_least=1
                ),
                FiguresIncluded(
                    id="report-figures",
                    title="The figures are in the report",
                    points=4,
                    artefacts=(REPORT, CODE),
                    at_least=2,
                ),
                PdfBeside(
                    id="pdf-beside",
                    title="PDF files beside an archive",
                    points=1,
                    artefacts=(ARCHIVE, REPORT, CODE),
                ),
                FrontPageComplete(
                    id="front-page",
                    title="The front page",
                    points=2,
                    artefacts=(REPORT, CODE),
                    required=("title", "authors"),
                    welcome=("group", "date"),
                ),
                CodeCommented(
                    id="commented",
                    title="The code is commented",
                    points=3,
                    artefacts=(CODE,),
                    handout=HANDOUT,
                    handed_out=HANDED_OUT_LINES,
                    handed_out_code=HANDED_OUT_CODE,
                ),
            ),
        ),
    ),
)
