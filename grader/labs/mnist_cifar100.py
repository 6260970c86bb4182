"""Neural networks lab: 90 % on MNIST, then 30 % top-1 and 70 % top-5 on CIFAR-100, and the notebook that led there."""

from __future__ import annotations

from grader.checks import (
    AccuracyAtLeast,
    BestKept,
    CurvesDrawn,
    GapShown,
    ModelFilter,
    ModelsExplained,
    SettingsVaried,
    Threshold,
    Topic,
    TrainingsHave,
)
from grader.labs.shared_artefacts import code_artefact, report_artefact
from grader.records.lab import Artefact, Exercise, Lab

_FORMATS = ("hdf5", "keras-zip", "onnx", "table")
_CODE, _REPORT = "notebook", "report"

_MNIST = ModelFilter(dataset="mnist", classes=10)
_CIFAR100 = ModelFilter(dataset="cifar100", classes=100)
_NOT_CONVOLUTIONAL = ModelFilter(dataset="cifar100", classes=100, convolutional=False)

LAB = Lab(
    slug="mnist-cifar100",
    title="Around neural networks: MNIST and CIFAR-100",
    version="3",
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
        code_artefact(_CODE),
        report_artefact(_REPORT),
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
            id="mnist-curves",
            title="MNIST: learning curves and tuning",
            points=10,
            artefacts=(_CODE, _REPORT),
            checks=(
                CurvesDrawn(
                    id="curves",
                    title="Learning curves of training and validation",
                    points=5,
                    models=_MNIST,
                    series=("training", "validation"),
                ),
                SettingsVaried(
                    id="varied",
                    title="Learning rate, batch size or architecture varied",
                    points=5,
                    models=_MNIST,
                    fields=("learning_rate", "batch_size", "architecture", "hidden_units"),
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
        Exercise(
            id="cifar100-story",
            title="CIFAR-100: from the first networks to the best",
            points=20,
            artefacts=(_CODE, _REPORT),
            checks=(
                TrainingsHave(
                    id="not-convolutional",
                    title="A network without a convolution",
                    points=3,
                    artefacts=(_CODE,),
                    models=(_NOT_CONVOLUTIONAL,),
                    field="epochs",
                    at_least=1,
                ),
                GapShown(
                    id="overfits",
                    title="A network that overfits, as its own history shows",
                    points=4,
                    artefacts=(_CODE,),
                    models=_CIFAR100,
                ),
                ModelsExplained(
                    id="explained",
                    title="What went wrong with the networks that are not the best",
                    points=10,
                    models=_CIFAR100,
                    question="Is it explained what went wrong with two networks that are not the best, such as one "
                    "without a convolution and one that overfits?",
                    sections=(
                        *(
                            "overfit*",
                            "over-fit*",
                            "underfit*",
                            "sur-apprentissage*",
                            "surapprentissage*",
                        ),
                        *(
                            "not convolutional",
                            "non optimal*",
                            "cifar*",
                            "convolution*",
                            "réseau*",
                            "network*",
                        ),
                    ),
                ),
                BestKept(
                    id="best",
                    title="The final best network is kept or named",
                    points=3,
                    models=_CIFAR100,
                    topic=Topic(words=("cifar*", "convolution*", "cnn")),
                ),
            ),
        ),
    ),
)
