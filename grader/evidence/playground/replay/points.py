"""The points of the page's data sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from grader.evidence.playground.replay.elementary import Elementary
from grader.evidence.playground.replay.settings import (
    CLASSIFICATION_POINTS,
    REGRESSION_POINTS,
    Settings,
)
from grader.evidence.playground.replay.stream import RandomStream

#: Half the side of the square that classification data lie in, and of that of regression data.
_RADIUS, _REGRESSION_RADIUS = 5.0, 6.0

#: The page draws two classes one after the other.
_HALF = CLASSIFICATION_POINTS // 2

#: Centres of the bumps of `reg-gauss`, and their signs.
_BUMPS = (
    *((-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0)),
    *((-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0)),
)


class Point(NamedTuple):
    """A point, and what the model is to put out for it."""

    x: float
    y: float
    label: float


def draw_points(
    settings: Settings, stream: RandomStream, functions: Elementary
) -> tuple[list[Point], list[Point]]:
    """The points for training and those for testing, in their order; the stream goes on behind them."""
    points = list(_DATASETS[settings.dataset](settings.noise / 100, stream, functions))
    for counter in range(len(points), 0, -1):
        index = int(stream() * counter)
        points[counter - 1], points[index] = points[index], points[counter - 1]
    return points[: settings.train_points], points[settings.train_points :]


def _distance(x: float, y: float) -> float:
    return math.sqrt(x * x + y * y)


def _circle(noise: float, stream: RandomStream, functions: Elementary) -> Iterator[Point]:
    for low, high in ((0.0, _RADIUS * 0.5), (_RADIUS * 0.7, _RADIUS)):
        for _ in range(_HALF):
            radius = stream.uniform(low, high)
            angle = stream.uniform(0, 2 * math.pi)
            x, y = radius * functions.sin(angle), radius * functions.cos(angle)
            noise_x = stream.uniform(-_RADIUS, _RADIUS) * noise
            noise_y = stream.uniform(-_RADIUS, _RADIUS) * noise
            inside = _distance(x + noise_x, y + noise_y) < _RADIUS * 0.5
            yield Point(x, y, 1.0 if inside else -1.0)


def _xor(noise: float, stream: RandomStream, functions: Elementary) -> Iterator[Point]:
    def away_from_axis() -> float:
        value = stream.uniform(-_RADIUS, _RADIUS)
        return value + (0.3 if value > 0 else -0.3)

    for _ in range(CLASSIFICATION_POINTS):
        x, y = away_from_axis(), away_from_axis()
        noise_x = stream.uniform(-_RADIUS, _RADIUS) * noise
        noise_y = stream.uniform(-_RADIUS, _RADIUS) * noise
        yield Point(x, y, 1.0 if (x + noise_x) * (y + noise_y) >= 0 else -1.0)


def _gauss(noise: float, stream: RandomStream, functions: Elementary) -> Iterator[Point]:
    share = noise / 0.5
    deviation = math.sqrt(0.5 * (1 - share) + 4 * share)

    def normal(mean: float) -> float:
        while True:
            first = 2 * stream() - 1
            second = 2 * stream() - 1
            square = first * first + second * second
            if square <= 1:
                return mean + deviation * (math.sqrt(-2 * functions.log(square) / square) * first)

    for centre, label in ((2.0, 1.0), (-2.0, -1.0)):
        for _ in range(_HALF):
            yield Point(normal(centre), normal(centre), label)


def _spiral(noise: float, stream: RandomStream, functions: Elementary) -> Iterator[Point]:
    for turned, label in ((0.0, 1.0), (math.pi, -1.0)):
        for number in range(_HALF):
            radius = number / _HALF * 5
            angle = 1.75 * number / _HALF * 2 * math.pi + turned
            x = radius * functions.sin(angle) + stream.uniform(-1, 1) * noise
            y = radius * functions.cos(angle) + stream.uniform(-1, 1) * noise
            yield Point(x, y, label)


def _plane(noise: float, stream: RandomStream, functions: Elementary) -> Iterator[Point]:
    for x, y, noisy_x, noisy_y in _noisy(noise, stream):
        share = (noisy_x + noisy_y + 10) / 20
        yield Point(x, y, -1 * (1 - share) + 1 * share)


def _bumps(noise: float, stream: RandomStream, functions: Elementary) -> Iterator[Point]:
    for x, y, noisy_x, noisy_y in _noisy(noise, stream):
        label = 0.0
        for centre_x, centre_y, sign in _BUMPS:
            share = max(0.0, min(1.0, _distance(noisy_x - centre_x, noisy_y - centre_y) / 2))
            height = sign * (1 * (1 - share) + 0 * share)
            if abs(height) > abs(label):
                label = height
        yield Point(x, y, label)


def _noisy(noise: float, stream: RandomStream) -> Iterator[tuple[float, float, float, float]]:
    """Points of regression, and where the noise moves them before their label is taken."""
    for _ in range(REGRESSION_POINTS):
        x = stream.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS)
        y = stream.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS)
        noise_x = stream.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS) * noise
        noise_y = stream.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS) * noise
        yield x, y, x + noise_x, y + noise_y


_Draw = Callable[[float, RandomStream, Elementary], Iterator[Point]]
_DATASETS: dict[str, _Draw] = {
    "circle": _circle,
    "xor": _xor,
    "gauss": _gauss,
    "spiral": _spiral,
    "reg-plane": _plane,
    "reg-gauss": _bumps,
}
