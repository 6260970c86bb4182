"""Machine learning assignment: a digit classifier, marked relative to the best of the class."""

from __future__ import annotations

from grader.checks import RelativeAccuracy
from grader.records.lab import Artefact, Exercise, Lab

LAB = Lab(
    slug="ml-assignment2",
    title="Machine Learning, second assignment",
    version="1",
    artefacts=(
        Artefact(
            id="digit-model",
            title="the digit classifier",
            patterns=("*digit*.h5", "*hand*.h5", "*mnist*.h5", "*.h5", "*.hdf5", "*.keras"),
        ),
    ),
    exercises=(
        Exercise(
            id="3-handwritten",
            title="Handwritten digits",
            points=40,
            artefacts=("digit-model",),
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
