"""An episode as a row of drawings: the cart on its track, the pole on the cart."""

from __future__ import annotations

import math

from grader.evidence.episodes.record import TRACK, Episodes
from grader.records.message import Count, Name, message
from grader.records.section import Box, Disc, Drawing, Drawings, Shape, Stroke

#: Of a drawing, and where the track lies in it.
_WIDTH, _HEIGHT, _GROUND = 160.0, 84.0, 64.0

#: Of the cart, and how long the pole is.
_CART_WIDTH, _CART_HEIGHT, _POLE = 26.0, 12.0, 44.0

#: The track with the ends of it takes so much of the width.
_UNIT = 0.42 * _WIDTH / TRACK


def filmstrip(episodes: Episodes) -> Drawings:
    """The shortest episode, from its first state to its last."""
    shown = episodes.played[episodes.filmed]
    drawings = tuple(
        Drawing(
            width=_WIDTH,
            height=_HEIGHT,
            shapes=_cart_pole(state[0], state[2]),
            caption=message("episodes.step", step=Count(value=step)),
        )
        for state, step in zip(episodes.film, episodes.film_steps, strict=True)
    )
    return Drawings(
        title=message(
            "episodes.film",
            seed=Name(text=str(shown.seed)),
            ending=message(f"episodes.{shown.ending}"),
            steps=Count(value=shown.steps),
        ),
        drawings=drawings,
    )


def _cart_pole(position: float, angle: float) -> tuple[Shape, ...]:
    """The cart at a position of the track, the pole at an angle from upright, to the right where it is positive."""
    middle = _WIDTH / 2 + max(-1.15, min(1.15, position / TRACK)) * TRACK * _UNIT
    top = _GROUND - _CART_HEIGHT
    ends = (_WIDTH / 2 - TRACK * _UNIT, _WIDTH / 2 + TRACK * _UNIT)
    tip = (middle + _POLE * math.sin(angle), top - _POLE * math.cos(angle))
    return (
        Stroke(points=((ends[0], _GROUND), (ends[1], _GROUND)), tone="soft"),
        *(Stroke(points=((end, _GROUND - 5), (end, _GROUND + 5)), tone="soft") for end in ends),
        Box(x=middle - _CART_WIDTH / 2, y=top, width=_CART_WIDTH, height=_CART_HEIGHT, tone="own"),
        Stroke(points=((middle, top), tip), tone="strong"),
        Disc(x=middle, y=top, radius=3, tone="own"),
    )
