"""TensorFlow Playground lab: links that are replayed, and a prescribed AlexNet-like model on CIFAR-10. In French."""

from __future__ import annotations

from grader.checks import (
    AccuracyShown,
    ArchitectureShown,
    EvaluatedShown,
    ModelFilter,
    RequiredLayer,
    Threshold,
    TrainedShown,
)
from grader.labs.playground_cifar10_links import ARTEFACTS, EXERCISES
from grader.records.lab import Artefact, Exercise, Lab


def _convolution(filters: int) -> RequiredLayer:
    return RequiredLayer(
        type="Conv2D",
        settings={"filters": filters, "kernel_size": (5, 5), "activation": "relu"},
    )


_POOL = RequiredLayer(type="MaxPooling2D", settings={"pool_size": (2, 2)})

_CIFAR10 = ModelFilter(dataset="cifar10", classes=10)

LAB = Lab(
    slug="playground-cifar10",
    title="Manipulation Deep Learning",
    version="3",
    language="fr",
    artefacts=(
        Artefact(
            id="cifar10-model",
            title="le modèle CIFAR-10",
            patterns=("*cifar*.h5", "*cifar*.hdf5", "*cifar*.keras", "*.h5", "*.hdf5", "*.keras"),
        ),
        Artefact(
            id="code",
            title="le notebook ou le programme",
            patterns=("*.ipynb", "*.py"),
            formats=("notebook", "python"),
            many=True,
        ),
        *ARTEFACTS,
    ),
    exercises=(
        *EXERCISES,
        Exercise(
            id="part-4-cifar10",
            title="Partie 4 : CIFAR-10",
            points=20,
            artefacts=("cifar10-model", "code"),
            checks=(
                ArchitectureShown(
                    id="architecture",
                    title="Le modèle de l'énoncé",
                    points=8,
                    models=_CIFAR10,
                    layers=(
                        _convolution(32),
                        _POOL,
                        _convolution(64),
                        _POOL,
                        _convolution(64),
                        _POOL,
                        RequiredLayer(type="Flatten"),
                        RequiredLayer(type="Dense", settings={"units": 1000, "activation": "relu"}),
                        RequiredLayer(
                            type="Dense", settings={"units": 10, "activation": "softmax"}
                        ),
                    ),
                ),
                TrainedShown(
                    id="trained",
                    title="Le modèle est entraîné sur CIFAR-10",
                    points=2,
                    dataset="cifar10",
                    models=_CIFAR10,
                ),
                EvaluatedShown(
                    id="evaluated",
                    title="Il est évalué sur les images de test",
                    points=2,
                    dataset="cifar10",
                    models=_CIFAR10,
                ),
                AccuracyShown(
                    id="accuracy",
                    title="Exactitude sur les images de test de CIFAR-10",
                    points=8,
                    models=_CIFAR10,
                    dataset="cifar10",
                    thresholds=(Threshold(full_at=0.60, zero_at=0.30),),
                ),
            ),
        ),
    ),
)
