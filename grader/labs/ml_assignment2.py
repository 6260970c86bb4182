"""Machine learning assignment: depth and gradients, a convolutional model, and digits marked relative to the class."""

from __future__ import annotations

from grader.checks import RelativeAccuracy
from grader.labs.ml_assignment2_depth import ANSWERS, CODE, DEPTH_EXERCISES, REPORT
from grader.labs.ml_assignment2_filters import FILTER_EXERCISES
from grader.records.lab import Artefact, Exercise, Lab

_MODEL = "digit-model"

LAB = Lab(
    slug="ml-assignment2",
    title="Machine Learning, second assignment",
    version="2",
    artefacts=(
        Artefact(
            id=CODE,
            title="the programs or notebooks",
            patterns=("*.ipynb", "*.py"),
            formats=("notebook", "python"),
            many=True,
        ),
        Artefact(
            id=REPORT,
            title="the report",
            patterns=(
                *("*report*.pdf", "*report*.docx", "*report*.md", "*.docx", "*assignment*.pdf"),
                *("*.pdf", "*.md", "*.html", "*report*.txt", "*.ipynb"),
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
            id=_MODEL,
            title="the digit classifier",
            patterns=("*digit*.h5", "*hand*.h5", "*mnist*.h5", "*.h5", "*.hdf5", "*.keras"),
        ),
    ),
    exercises=(
        *DEPTH_EXERCISES,
        *FILTER_EXERCISES,
        Exercise(
            id="3-handwritten",
            title="Handwritten digits",
            points=40,
            artefacts=(_MODEL,),
            checks=(
                RelativeAccuracy(
                    id="relative-accuracy",
                    title="Accuracy on handwritten digits, relative to the best of the class",
                    points=40,
                    dataset="digits",
                    resizing=True,
                ),
            ),
        ),
    ),
)
