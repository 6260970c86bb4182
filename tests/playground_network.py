"""Playground's network with nodes and links as objects: slow, plain, and written without looking at ours."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.evidence.playground.replay.elementary import Elementary
from grader.evidence.playground.replay.points import Point, draw_points
from grader.evidence.playground.replay.replay import Losses
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.replay.stream import RandomStream


@dataclass
class Link:
    """A weight between two nodes."""

    source: Node
    target: Node
    weight: float
    is_dead: bool = False
    gradient: float = 0.0
    counted: int = 0


@dataclass
class Node:
    """A node with the links that lead to it and away from it."""

    bias: float
    activation: str
    inputs: list[Link] = field(default_factory=list)
    outputs: list[Link] = field(default_factory=list)
    total: float = 0.0
    output: float = 0.0
    error: float = 0.0
    gradient: float = 0.0
    counted: int = 0


class PlainNetwork:
    """A network that is trained as the page does."""

    def __init__(self, settings: Settings, functions: Elementary) -> None:
        self.settings, self.functions = settings, functions
        stream = RandomStream(settings.seed)
        self.train_points, self.test_points = draw_points(settings, stream, functions)
        last = "linear" if settings.is_regression else "tanh"
        bias = 0.0 if settings.init_zero else 0.1
        self.layers = [[Node(0.0, "input") for _ in settings.features]]
        for size in (*settings.hidden, 1):
            self.layers.append([Node(bias, settings.activation) for _ in range(size)])
        self.layers[-1][0].activation = last
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            for target in after:
                for source in before:
                    drawn = stream() - 0.5
                    link = Link(source, target, 0.0 if settings.init_zero else drawn)
                    source.outputs.append(link)
                    target.inputs.append(link)

    @property
    def weights(self) -> tuple[float, ...]:
        return tuple(link.weight for layer in self.layers for node in layer for link in node.inputs)

    @property
    def biases(self) -> tuple[float, ...]:
        return tuple(node.bias for layer in self.layers[1:] for node in layer)

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            for number, point in enumerate(self.train_points, start=1):
                self._forward(point)
                self._backward(point.label)
                if number % self.settings.batch_size == 0:
                    self._update()

    def losses(self) -> Losses:
        return Losses(self._loss(self.train_points), self._loss(self.test_points))

    def _loss(self, points: list[Point]) -> float:
        total = 0.0
        for point in points:
            error = self._forward(point) - point.label
            total += 0.5 * (error * error)
        return total / len(points)

    def _forward(self, point: Point) -> float:
        x, y, sin = point.x, point.y, self.functions.sin
        values = {
            "x": x, "y": y, "xSquared": x * x, "ySquared": y * y, "xTimesY": x * y, "sinX": sin(x), "sinY": sin(y),
        }  # fmt: skip
        for node, name in zip(self.layers[0], self.settings.features, strict=True):
            node.output = values[name]
        for layer in self.layers[1:]:
            for node in layer:
                node.total = node.bias
                for link in node.inputs:
                    node.total += link.weight * link.source.output
                node.output = self._activated(node)
        return self.layers[-1][0].output

    def _activated(self, node: Node) -> float:
        if node.activation == "tanh":
            return self.functions.tanh(node.total)
        if node.activation == "sigmoid":
            return 1 / (1 + self.functions.exp(-node.total))
        if node.activation == "relu":
            return 0.0 if node.total <= 0 else node.total
        return node.total

    def _slope(self, node: Node) -> float:
        if node.activation == "tanh":
            return 1 - node.output * node.output
        if node.activation == "sigmoid":
            return node.output * (1 - node.output)
        if node.activation == "relu":
            return 0.0 if node.total <= 0 else 1.0
        return 1.0

    def _backward(self, label: float) -> None:
        for layer in reversed(self.layers[1:]):
            for node in layer:
                if node.outputs:
                    derivative = node.outputs[0].weight * node.outputs[0].target.error
                    for link in node.outputs[1:]:
                        derivative += link.weight * link.target.error
                else:
                    derivative = node.output - label
                node.error = derivative * self._slope(node)
                node.gradient += node.error
                node.counted += 1
                for link in node.inputs:
                    if not link.is_dead:
                        link.gradient += node.error * link.source.output
                        link.counted += 1

    def _update(self) -> None:
        rate, settings = self.settings.learning_rate, self.settings
        for node in (node for layer in self.layers[1:] for node in layer):
            node.bias -= rate * node.gradient / node.counted
            node.gradient, node.counted = 0.0, 0
            for link in node.inputs:
                if link.is_dead:
                    continue
                old = link.weight
                link.weight -= rate / link.counted * link.gradient
                if settings.regularization != "none":
                    self._regularize(link, old)
                link.gradient, link.counted = 0.0, 0

    def _regularize(self, link: Link, old: float) -> None:
        decay = self.settings.learning_rate * self.settings.regularization_rate
        if self.settings.regularization == "L2":
            link.weight -= decay * old
            return
        moved = link.weight - decay * ((old > 0) - (old < 0))
        if link.weight * moved < 0:
            link.weight, link.is_dead = 0.0, True
        else:
            link.weight = moved
