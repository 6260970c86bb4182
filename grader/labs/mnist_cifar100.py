"""Neural networks lab: 90 % on MNIST, then 30 % top-1 and 70 % top-5 on CIFAR-100."""

from __future__ import annotations

from grader.checks import AccuracyAtLeast, Threshold
from grader.records.lab import Artefact, Exercise, Lab

_FORMATS = ("hdf5", "keras-zip", "onnx", "table")

LAB = Lab(
    slug="mnist-cifar100",
    title="Around neural networks: MNIST and CIFAR-100",
    version="2",
    artefacts=(
        Artefact(
            id="mnist-model",
            title="the MNIST model",
            patterns=("*mnist*.h5", "*mnist*.hdf5", "*mnist*.keras", "*mnist*.onnx", "*mnist*.csv"),
            formats=_FORMATS,
        ),
        Artefact(
            id="cifar100-model",
            title="the CIFAR-100 model",
            patterns=("*cifar*.h5", "*cifar*.hdf5", "*cifar*.keras", "*cifar*.onnx", "*cifar*.csv"),
            formats=_FORMATS,
        ),
    ),
    exercises=(
        Exercise(
            id="mnist",
            title="MNIST",
            points=30,
            artefacts=("mnist-model",),
            checks=(
                AccuracyAtLeast(
                    id="accuracy",
                    title="Accuracy on the MNIST test set",
                    points=30,
                    dataset="mnist",
                    resizing=True,
                    thresholds=(Threshold(full_at=0.90),),
                ),
            ),
        ),
        Exercise(
            id="cifar100",
            title="CIFAR-100",
            points=40,
            artefacts=("cifar100-model",),
            checks=(
                AccuracyAtLeast(
                    id="top-k",
                    title="Top-1 and top-5 accuracy on the CIFAR-100 test set",
                    points=40,
                    dataset="cifar100",
                    thresholds=(Threshold(full_at=0.30), Threshold(top=5, full_at=0.70)),
                    hint="Dropout and augmentation (flips, small shifts) help against overfitting.",
                ),
            ),
        ),
    ),
)
