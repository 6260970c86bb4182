"""Exercise 2 of the machine learning assignment: a convolutional model for house numbers, and what its filters do."""

from __future__ import annotations

from typing import Any

from grader.checks import (
    CheckKind,
    ConfusionMatrixDrawn,
    ConvolutionsPooled,
    FilterOutputsDrawn,
    ImagesDrawn,
    ModelFilter,
    ModelTrained,
    RequiredLayer,
    StopsEarly,
    ValidatedOn,
)
from grader.labs.ml_assignment2_depth import CODE, REPORT
from grader.records.lab import Exercise

#: The classifier of exercise 3 may have convolutions, too; it is trained on handwritten digits.
_MODELS = ModelFilter(convolutional=True, dataset="svhn", classes=10)
_FILTERS = (9, 36, 49)
_KERNEL = _POOL = (3, 3)
_CLASSES = 10
_SIDE = 32
_VALIDATION_IMAGES = 7_326

#: What all checks on that model have in common.
_ABOUT: dict[str, Any] = {"artefacts": (CODE,), "models": _MODELS}
_SHOWN: dict[str, Any] = {"artefacts": (CODE, REPORT), "models": _MODELS}

_CLASSIFIER: tuple[CheckKind, ...] = (
    ModelTrained(
        id="convolutions",
        title="Convolutions of 9, 36 and 49 filters of 3 x 3",
        points=3,
        **_ABOUT,
        classes=("Conv2D",),
        layers=tuple(
            RequiredLayer(type="Conv2D", settings={"filters": filters, "kernel_size": _KERNEL})
            for filters in _FILTERS
        ),
    ),
    ConvolutionsPooled(
        id="pooling",
        title="3 x 3 max pooling after each convolution",
        points=2,
        **_ABOUT,
        convolutions=len(_FILTERS),
        pool_size=_POOL,
    ),
    ModelTrained(
        id="classifier",
        title="Softmax regression on the flattened outputs",
        points=2,
        **_ABOUT,
        classes=("Dense",),
        layers=(
            RequiredLayer(type="Dense", settings={"units": _CLASSES, "activation": "softmax"}),
        ),
    ),
    StopsEarly(
        id="early-stopping", title="Early stopping on the validation loss", points=2, **_ABOUT
    ),
    ValidatedOn(
        id="validation",
        title="7,326 validation images drawn at random from the training set",
        points=3,
        **_ABOUT,
        images=_VALIDATION_IMAGES,
        near=1,
        drawn_at_random=True,
    ),
    ConfusionMatrixDrawn(
        id="confusion-matrix",
        title="The confusion matrix is plotted",
        points=2,
        **_SHOWN,
        classes=_CLASSES,
    ),
)

_OUTPUTS: tuple[CheckKind, ...] = (
    ImagesDrawn(
        id="images",
        title="An image of each class",
        points=2,
        **_SHOWN,
        images=_CLASSES,
        side=_SIDE,
        outputs=sum(_FILTERS),
    ),
    FilterOutputsDrawn(
        id="outputs",
        title="The output of each filter, on a grid for each layer",
        points=4,
        **_SHOWN,
        filters=_FILTERS,
    ),
)

FILTER_EXERCISES = (
    Exercise(
        id="2a-svhn",
        title="2 A. House numbers",
        points=14,
        artefacts=(CODE, REPORT),
        checks=_CLASSIFIER,
    ),
    Exercise(
        id="2b-filters",
        title="2 B. What the filters put out",
        points=6,
        artefacts=(CODE, REPORT),
        checks=_OUTPUTS,
    ),
)
