"""The model of a link as Python code that is written for its shape.

Batches are so small that NumPy would mostly wait for itself: code with a local variable for each weight is several
times faster, and adds in the order of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from grader.evidence.playground.replay.elementary import Elementary
from grader.evidence.playground.replay.settings import Activation, Regularization, Settings

Row = tuple[float, ...]
"""The inputs of a point and its label."""

State = tuple[float, ...]
"""Weights by layer, node and input, then biases by layer and node; of L1 also a 1 for each weight that is not dead."""

Gradients = tuple[float, ...]
"""What is summed up since the last update, in the order of weights and biases."""

_OUTPUTS: dict[Activation, str] = {
    "tanh": "{o} = tanh({sum})",
    "sigmoid": "{o} = 1.0 / (1.0 + exp(-({sum})))",
    "relu": "{o} = {sum}; {o} = 0.0 if {o} <= 0.0 else {o}",
    "linear": "{o} = {sum}",
}
_DERIVATIVES: dict[Activation, str] = {
    "tanh": "({d}) * (1.0 - {o} * {o})",
    "sigmoid": "({d}) * ({o} * (1.0 - {o}))",
    "relu": "{d}",
    "linear": "{d}",
}


@dataclass(frozen=True)
class Model:
    """Functions of one shape of model, which compute with the elementary functions it was made with."""

    train: Callable[..., tuple[State, Gradients, int]]
    """``train(batches, state, gradients, counted, epochs, rate, decay)``.

    `batches` are pairs of rows and whether weights are updated after them; `counted` rows are summed up in `gradients`;
    `decay` is the learning rate times that of regularization.
    """
    outputs: Callable[[Sequence[Row], State], list[float]]
    """What the model puts out for rows."""


def model_of(settings: Settings, functions: Elementary) -> Model:
    """The model a link describes, without its weights."""
    last: Activation = "linear" if settings.is_regression else "tanh"
    return _model(
        settings.layer_sizes, settings.activation, last, settings.regularization, functions
    )


@lru_cache(maxsize=64)
def _model(
    sizes: tuple[int, ...],
    activation: Activation,
    last: Activation,
    regularization: Regularization,
    functions: Elementary,
) -> Model:
    source = "\n".join(_Source(sizes, activation, last, regularization).lines())
    names: dict[str, Any] = {"tanh": functions.tanh, "exp": functions.exp}
    exec(compile(source, "<model>", "exec"), names)  # noqa: S102 - our words and whole numbers
    return Model(names["train"], names["outputs"])


@dataclass(frozen=True)
class _Source:
    """Writes the code of a model.

    Node `n` of layer `l` has the output `o{l}_{n}`, the derivative of the loss by its sum `e{l}_{n}` and the bias
    `b{l}_{n}`; its weight from node `m` is `w{l}_{n}_{m}`. The gradient of a parameter has a
    `g` before its name, and whether a weight is not dead an `a`.
    """

    sizes: tuple[int, ...]
    activation: Activation
    last: Activation
    regularization: Regularization

    def lines(self) -> Iterator[str]:
        """The whole module."""
        parameters = [*self._weights(), *self._biases()]
        state = [*parameters, *self._alive()]
        gradients = [f"g{name}" for name in parameters]
        row = ", ".join([*(f"o0_{node}" for node in range(self.sizes[0])), "label"])
        yield "def train(batches, state, gradients, counted, epochs, rate, decay, tanh=tanh, exp=exp):"
        yield f"    {', '.join(state)}, = state"
        yield f"    {', '.join(gradients)}, = gradients"
        yield "    for _ in range(epochs):"
        yield "        for rows, updates in batches:"
        yield f"            for {row}, in rows:"
        yield from (f"                {line}" for line in (*self._forward(), *self._backward()))
        yield "            counted += len(rows)"
        yield "            if updates:"
        yield "                step = rate / counted"
        yield from (f"                {line}" for line in self._update())
        yield f"                {' = '.join(gradients)} = 0.0"
        yield "                counted = 0"
        yield f"    return ({', '.join(state)},), ({', '.join(gradients)},), counted"
        yield "def outputs(rows, state, tanh=tanh, exp=exp):"
        yield f"    {', '.join(state)}, = state"
        yield "    found = []"
        yield f"    for {row}, in rows:"
        yield from (f"        {line}" for line in self._forward())
        yield f"        found.append(o{len(self.sizes) - 1}_0)"
        yield "    return found"

    def _nodes(self) -> Iterator[tuple[int, int]]:
        for layer in range(1, len(self.sizes)):
            for node in range(self.sizes[layer]):
                yield layer, node

    def _weights(self) -> Iterator[str]:
        for layer, node in self._nodes():
            for source in range(self.sizes[layer - 1]):
                yield f"w{layer}_{node}_{source}"

    def _biases(self) -> Iterator[str]:
        for layer, node in self._nodes():
            yield f"b{layer}_{node}"

    def _alive(self) -> Iterator[str]:
        return (f"a{name}" for name in self._weights()) if self.regularization == "L1" else iter(())

    def _activation(self, layer: int) -> Activation:
        return self.last if layer == len(self.sizes) - 1 else self.activation

    def _forward(self) -> Iterator[str]:
        for layer, node in self._nodes():
            products = (
                f"w{layer}_{node}_{source} * o{layer - 1}_{source}"
                for source in range(self.sizes[layer - 1])
            )
            total = " + ".join([f"b{layer}_{node}", *products])
            template = _OUTPUTS[self._activation(layer)]
            yield template.format(o=f"o{layer}_{node}", sum=total)

    def _backward(self) -> Iterator[str]:
        for layer in range(len(self.sizes) - 1, 0, -1):
            is_relu = self._activation(layer) == "relu"
            for node in range(self.sizes[layer]):
                if is_relu:  # a node that puts out 0 adds nothing but zeros
                    yield f"if o{layer}_{node} <= 0.0: e{layer}_{node} = 0.0"
                    yield "else:"
                yield from (f"{'    ' * is_relu}{line}" for line in self._add(layer, node))

    def _add(self, layer: int, node: int) -> Iterator[str]:
        """The derivative of a node, added to the gradients of its parameters."""
        error, place = f"e{layer}_{node}", f"{layer}_{node}"
        template = _DERIVATIVES[self._activation(layer)]
        yield f"{error} = {template.format(d=self._derivative(layer, node), o=f'o{place}')}"
        yield f"gb{place} += {error}"
        for source in range(self.sizes[layer - 1]):
            yield f"gw{place}_{source} += {error} * o{layer - 1}_{source}"

    def _derivative(self, layer: int, node: int) -> str:
        """Of the loss by the output of a node."""
        if layer == len(self.sizes) - 1:
            return f"o{layer}_0 - label"
        return " + ".join(
            f"w{layer + 1}_{target}_{node} * e{layer + 1}_{target}"
            for target in range(self.sizes[layer + 1])
        )

    def _update(self) -> Iterator[str]:
        for name in self._biases():
            yield f"{name} -= rate * g{name} / counted"
        for name in self._weights():
            if self.regularization == "none":
                yield f"{name} -= step * g{name}"
            elif self.regularization == "L2":
                yield f"{name} = ({name} - step * g{name}) - decay * {name}"
            else:
                yield f"if a{name}:"
                yield f"    moved = {name} - step * g{name}"
                yield f"    sign = -1.0 if {name} < 0 else 1.0 if {name} > 0 else 0.0"
                yield f"    {name} = moved - decay * sign"
                yield f"    if moved * {name} < 0:"
                yield f"        {name} = a{name} = 0.0"
