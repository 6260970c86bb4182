"""What a student declares about a model in ``submission.toml``."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from grader.evidence.predictions.interface import (
    Fit,
    LabelOrder,
    Normalization,
    Preprocessing,
)
from grader.records.base import Record

_Means = Annotated[tuple[float, ...], msgspec.Meta(min_length=1, max_length=3)]
_Deviation = Annotated[float, msgspec.Meta(gt=0)]
_State = Annotated[tuple[float, ...], msgspec.Meta(min_length=4, max_length=4)]
_StateScale = Annotated[tuple[_Deviation, ...], msgspec.Meta(min_length=4, max_length=4)]
_Deviations = Annotated[tuple[_Deviation, ...], msgspec.Meta(min_length=1, max_length=3)]


class ModelDeclaration(Record, frozen=True, kw_only=True):
    """``[models.<artefact or file>]``: what one model expects and gives."""

    scaling: Normalization = "0..1"
    """The pixel values the model was trained on; `declared` goes with `mean` and `deviation`."""
    inverted: bool = False
    """Trained on black ink on white paper, where the data are white on black."""
    fit: Fit | None = None
    """How images of another size were brought to the model's; left out, the better of both is found."""
    mean: _Means | None = None
    """Subtracted from pixels between 0 and 1: one number, or one a channel."""
    deviation: _Deviations | None = None
    """What the difference was divided by: one number, or one a channel."""
    output: str = ""
    """The name of the output that tells the class, where there are several."""
    labels: LabelOrder | None = None
    """Which output stands for which class; left out, it is found."""
    state_offset: _State | None = None
    """Subtracted from the states of an environment before the model gets them; left out, it is found."""
    state_scale: _StateScale | None = None
    """What the difference was divided by."""

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, [*(self.mean or ()), *(self.deviation or ())])):
            raise ValueError("mean and deviation must be finite numbers")
        if not all(map(math.isfinite, [*(self.state_offset or ()), *(self.state_scale or ())])):
            raise ValueError("state_offset and state_scale must be finite numbers")
        named = self.mean is not None or self.deviation is not None
        if named and self.scaling not in ("0..1", "declared"):
            raise ValueError('mean and deviation go with scaling = "declared"')
        if self.scaling == "declared" and not named:
            raise ValueError('scaling = "declared" needs mean and deviation')

    def preprocessing(self, fit: Fit) -> Preprocessing:
        """The preprocessing it stands for; `fit` where it names none."""
        named = self.mean is not None or self.deviation is not None
        return Preprocessing(
            normalization="declared" if named else self.scaling,
            inverted=self.inverted,
            fit=self.fit or fit,
            mean=self.mean or (),
            deviation=self.deviation or (),
        )
