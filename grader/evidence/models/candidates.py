"""The preprocessings that are tried on a model, and the arithmetic on pixels each stands for."""

from __future__ import annotations

from typing import get_args

import numpy as np

from grader.datasets.base import Calibration
from grader.evidence.models.layout import Layout
from grader.evidence.models.protocol import Pixels
from grader.evidence.predictions.interface import Fit, Normalization, Preprocessing

#: Simplest first: of several that do equally well, the earliest is taken.
_ALWAYS: tuple[Normalization, ...] = ("0..1", "0..255", "-1..1", "-0.5..0.5", "standardised")
_GREY: tuple[Normalization, ...] = ("binarised", "l2-image", "l2-rows", "l2-columns")
_COLOUR: tuple[Normalization, ...] = (
    "standardised-channels",
    "imagenet",
    "imagenet-bgr",
    "l2-image",
)
_OF_PIXELS: tuple[Normalization, ...] = (
    "mean-subtracted",
    "standardised-pixels",
    "standardised-image",
)

_SIMPLEST_FIRST = tuple(
    dict.fromkeys((*_ALWAYS, *_GREY, *_COLOUR, *_OF_PIXELS, *get_args(Normalization)))
)

#: Normalizations under which exchanging black and white makes a difference worth trying.
_INVERTIBLE: tuple[Normalization, ...] = ("0..1", "0..255", "-1..1", "standardised")

#: Mean and deviation of ImageNet's channels, as torchvision and `keras.applications` publish them.
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
_CAFFE_MEAN = (103.939, 116.779, 123.68)

_FIXED: dict[Normalization, Pixels] = {
    "0..1": Pixels(),
    "0..255": Pixels(scale=(1.0,)),
    "-1..1": Pixels(offset=(127.5,), scale=(127.5,)),
    "-0.5..0.5": Pixels(offset=(127.5,)),
    "standardised-image": Pixels(rule="standardise"),
    "l2-image": Pixels(rule="l2-image"),
    "l2-rows": Pixels(rule="l2-rows"),
    "l2-columns": Pixels(rule="l2-columns"),
    "binarised": Pixels(rule="binarise"),
    "imagenet": Pixels(
        offset=tuple(255 * mean for mean in _IMAGENET_MEAN),
        scale=tuple(255 * deviation for deviation in _IMAGENET_DEVIATION),
    ),
    "imagenet-bgr": Pixels(offset=_CAFFE_MEAN, scale=(1.0,), reversed_channels=True),
}


def default_preprocessing(
    fit: Fit = "as-is", expects: Normalization | None = None
) -> Preprocessing:
    """What most models expect, or what a layer inside a model says it expects."""
    return Preprocessing(normalization=expects or "0..1", fit=fit)


def candidate_preprocessings(layout: Layout, image: tuple[int, ...]) -> list[Preprocessing]:
    """All that are tried on a model with that layout, simplest first.

    Args:
        layout: Of the model's input.
        image: Shape of the dataset's images, (H, W) or (H, W, 3).
    """
    normalizations = _ALWAYS + (_GREY if layout.channels == 1 else _COLOUR)
    of_pixels = _OF_PIXELS if _same_form(layout, image) else ("standardised-image",)
    return [
        Preprocessing(normalization=normalization, fit=fit)
        for fit in layout.fits(image)
        for normalization in (*normalizations, *of_pixels)
    ]


def inverted_preprocessings(tried: list[Preprocessing]) -> list[Preprocessing]:
    """Those with black and white exchanged, tried where nothing else does well."""
    return [
        Preprocessing(normalization=item.normalization, fit=item.fit, inverted=True)
        for item in tried
        if item.normalization in _INVERTIBLE
    ]


def simplicity(preprocessing: Preprocessing) -> tuple[int, ...]:
    """A key that sorts preprocessings, the simplest first."""
    return (
        preprocessing.inverted,
        get_args(Fit).index(preprocessing.fit),
        _SIMPLEST_FIRST.index(preprocessing.normalization),
    )


def pixels_of(preprocessing: Preprocessing, calibration: Calibration | None) -> Pixels:
    """The arithmetic a preprocessing stands for.

    Args:
        preprocessing: By name.
        calibration: Where the statistics of standardised inputs come from.

    Raises:
        ValueError: It needs statistics and there are none.
    """
    pixels = _FIXED.get(preprocessing.normalization) or _measured(preprocessing, calibration)
    return Pixels(
        inverted=preprocessing.inverted,
        reversed_channels=pixels.reversed_channels,
        rule=pixels.rule,
        offset=pixels.offset,
        scale=pixels.scale,
    )


def _measured(preprocessing: Preprocessing, calibration: Calibration | None) -> Pixels:
    if preprocessing.normalization == "declared":
        return Pixels(
            offset=tuple(255 * mean for mean in preprocessing.mean or (0.0,)),
            scale=tuple(255 * deviation for deviation in preprocessing.deviation or (1.0,)),
        )
    if calibration is None:
        raise ValueError(f"'{preprocessing.normalization}' needs the training images")
    if preprocessing.normalization == "standardised":
        mean, deviation = calibration.overall
        return Pixels(offset=(mean,), scale=(deviation,))
    if preprocessing.normalization == "standardised-channels":
        means, deviations = calibration.channels
        return Pixels(offset=tuple(means.tolist()), scale=tuple(deviations.tolist()))
    image_mean = tuple(calibration.mean.ravel().tolist())
    if preprocessing.normalization == "mean-subtracted":
        return Pixels(offset=image_mean)
    # Pixels that never vary are left as they are, as scikit-learn's StandardScaler does.
    spread = np.where(calibration.deviation == 0, 1.0, calibration.deviation)
    return Pixels(offset=image_mean, scale=tuple(spread.ravel().tolist()))


def _same_form(layout: Layout, image: tuple[int, ...]) -> bool:
    depth = image[2] if len(image) == 3 else 1
    return layout.fits(image) == ("as-is",) and layout.channels == depth
