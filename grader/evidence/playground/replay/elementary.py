"""The elementary functions a replay computes with: the browser's or the platform's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from grader.evidence.playground.replay import fdlibm

_Function = Callable[[float], float]


@dataclass(frozen=True)
class Elementary:
    """Functions of one real number.

    As in a browser none raises: what is no number gives NaN, and what is too large infinity.
    """

    tanh: _Function
    exp: _Function
    sin: _Function
    cos: _Function
    log: _Function


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _sin(x: float) -> float:
    return math.sin(x) if math.isfinite(x) else math.nan


def _cos(x: float) -> float:
    return math.cos(x) if math.isfinite(x) else math.nan


ORIGINAL = Elementary(fdlibm.tanh, fdlibm.exp, fdlibm.sin, fdlibm.cos, fdlibm.log)
"""As browsers compute them."""

PLATFORM = Elementary(math.tanh, _exp, _sin, _cos, math.log)
"""As the C library of this machine computes them: faster, and different in the last bit now and then."""
