"""What students do to the four numbers of a state before a model gets them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.record import ANGLE, TRACK

#: Bounds of `observation_space`; those of both speeds are as large as float32 allows.
_POSITION_BOUND, _ANGLE_BOUND = 2 * TRACK, 2 * ANGLE
_LARGEST = float(np.finfo(np.float32).max)

#: Means near zero and deviations of states in random play, as a scaler fitted on them has.
_RANDOM_PLAY = (0.09, 0.56, 0.1, 0.86)

#: Speeds that hardly any episode reaches, as those take who scale all four numbers.
_SPEED, _ANGULAR_SPEED = 3.0, 3.5

_DEGREES = float(np.degrees(1))


@dataclass(frozen=True)
class StateNormalization:
    """``(state - offset) / scale``."""

    name: str
    offset: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    scale: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)

    def apply(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """States of shape (N, 4), scaled."""
        scaled = (states.astype(np.float64) - self.offset) / self.scale
        return scaled.astype(np.float32)


def _from_0_to_1(name: str, limits: tuple[float, ...]) -> StateNormalization:
    """From minus to plus a limit, brought to 0 to 1."""
    return StateNormalization(
        name, tuple(-limit for limit in limits), tuple(2 * limit for limit in limits)
    )


_BOUNDS = (_POSITION_BOUND, _LARGEST, _ANGLE_BOUND, _LARGEST)
_LIMITS = (TRACK, _SPEED, ANGLE, _ANGULAR_SPEED)
_WIDE_LIMITS = (_POSITION_BOUND, _SPEED, _ANGLE_BOUND, _ANGULAR_SPEED)

RAW = StateNormalization("raw")

#: The usual one first. None is so near to it that a model trained on raw states could balance longer by it: scaling
#: positions alone, for example, makes many models more careful with speeds than they were trained to be.
NORMALIZATIONS = (
    RAW,
    StateNormalization("divided by the bounds", scale=_BOUNDS),
    StateNormalization("divided by limits", scale=_LIMITS),
    StateNormalization("divided by wide limits", scale=_WIDE_LIMITS),
    _from_0_to_1("0..1 between limits", _LIMITS),
    _from_0_to_1("0..1 between wide limits", _WIDE_LIMITS),
    StateNormalization("standardised", scale=_RANDOM_PLAY),
    StateNormalization("angles in degrees", scale=(1, 1, 1 / _DEGREES, 1 / _DEGREES)),
)
