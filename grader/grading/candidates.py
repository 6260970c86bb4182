"""The input contracts that are tried on a network, and what each means for pixels."""

from __future__ import annotations

import numpy as np

from grader.datasets.base import Calibration
from grader.probes.layout import Layout
from grader.records.contract import Fit, InputContract, Scaling
from grader.records.probe import Pixels

#: Simplest first: of two that do equally well, the earlier one is taken.
_ALWAYS: tuple[Scaling, ...] = ("0..1", "0..255", "-1..1", "-0.5..0.5", "standardised")
_GREY: tuple[Scaling, ...] = ("binarised", "l2-image", "l2-rows", "l2-columns")
_COLOUR: tuple[Scaling, ...] = ("standardised-channels", "imagenet", "imagenet-bgr", "l2-image")
_OF_PIXELS: tuple[Scaling, ...] = ("mean-subtracted", "standardised-pixels", "standardised-image")

#: Scalings under which exchanging black and white makes a difference worth trying.
_INVERTIBLE: tuple[Scaling, ...] = ("0..1", "0..255", "-1..1", "standardised")

#: Mean and deviation of ImageNet's channels, as torchvision and `keras.applications` publish them.
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
_CAFFE_MEAN = (103.939, 116.779, 123.68)

_FIXED: dict[Scaling, Pixels] = {
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


def usual(fit: Fit = "as-is", expects: Scaling | None = None) -> InputContract:
    """What most networks expect, and what a layer inside a network says it expects."""
    return InputContract(scaling=expects or "0..1", fit=fit)


def candidates(layout: Layout, image: tuple[int, ...]) -> list[InputContract]:
    """All that is tried on a network with that layout, simplest first.

    Args:
        layout: Of the network's input.
        image: Shape of the dataset's images, (H, W) or (H, W, 3).
    """
    scalings = _ALWAYS + (_GREY if layout.channels == 1 else _COLOUR)
    return [
        InputContract(scaling=scaling, fit=fit)
        for fit in layout.fits(image)
        for scaling in (
            *scalings,
            *(_OF_PIXELS if _same_form(layout, image) else ("standardised-image",)),
        )
    ]


def inverted(tried: list[InputContract]) -> list[InputContract]:
    """Those with black and white exchanged, tried where nothing else does well."""
    return [
        InputContract(scaling=contract.scaling, fit=contract.fit, inverted=True)
        for contract in tried
        if contract.scaling in _INVERTIBLE
    ]


def pixels_of(contract: InputContract, calibration: Calibration | None) -> Pixels:
    """The arithmetic a contract stands for.

    Args:
        contract: Named scaling.
        calibration: Where the statistics of standardised inputs come from.

    Raises:
        ValueError: The scaling needs statistics and there are none.
    """
    pixels = _FIXED.get(contract.scaling) or _measured(contract, calibration)
    return Pixels(
        inverted=contract.inverted,
        reversed_channels=pixels.reversed_channels,
        rule=pixels.rule,
        offset=pixels.offset,
        scale=pixels.scale,
    )


def _measured(contract: InputContract, calibration: Calibration | None) -> Pixels:
    if contract.scaling == "declared":
        return Pixels(
            offset=tuple(255 * mean for mean in contract.mean or (0.0,)),
            scale=tuple(255 * deviation for deviation in contract.deviation or (1.0,)),
        )
    if calibration is None:
        raise ValueError(f"'{contract.scaling}' needs the training images")
    if contract.scaling == "standardised":
        mean, deviation = calibration.overall
        return Pixels(offset=(mean,), scale=(deviation,))
    if contract.scaling == "standardised-channels":
        means, deviations = calibration.channels
        return Pixels(offset=tuple(means.tolist()), scale=tuple(deviations.tolist()))
    image_mean = tuple(calibration.mean.ravel().tolist())
    if contract.scaling == "mean-subtracted":
        return Pixels(offset=image_mean)
    # Pixels that never vary are left as they are, as scikit-learn's StandardScaler does.
    spread = np.where(calibration.deviation == 0, 1.0, calibration.deviation)
    return Pixels(offset=image_mean, scale=tuple(spread.ravel().tolist()))


def _same_form(layout: Layout, image: tuple[int, ...]) -> bool:
    depth = image[2] if len(image) == 3 else 1
    return layout.fits(image) == ("as-is",) and layout.channels == depth
