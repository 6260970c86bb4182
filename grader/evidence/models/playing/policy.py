"""A model as a policy: how states fit its inputs, and which action its outputs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.episodes.record import ACTIONS, STATE, Form
from grader.evidence.models.client import ModelClient
from grader.evidence.models.layout import shape_text
from grader.evidence.models.record import ModelSummary, Port
from grader.records.evidence import Failure, file_failure
from grader.records.message import Code, Name

#: Numbers an action is given as: its place, or one for each action of which one is 1.
_PLACE, _ONE_HOT = 1, ACTIONS

#: Numbers of an output to what it is, the likeliest first.
_FORMS: dict[int, Form] = {
    ACTIONS: "values",
    ACTIONS + 1: "advantages",
    1: "single",
}

#: Activations whose outputs lie between 0 and 1.
_SHARES = frozenset({"sigmoid", "hard_sigmoid"})


@dataclass(frozen=True)
class InputLayout:
    """Which of a model's inputs take the state and the action."""

    shapes: tuple[tuple[int, ...], ...]
    """Of one row of each input; extents that are not fixed are 1."""
    state: int
    """The input with the state; followed by the action in the same input where `action` is it, too."""
    action: int | None = None
    """None of a model that is given no action."""
    action_numbers: int = 0

    def inputs(self, states: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """What the model is given: for N states N rows, or with each action in turn 2 N."""
        if self.action is None:
            return [states.reshape(-1, *self.shapes[0])]
        actions = np.repeat(np.arange(ACTIONS), len(states))
        told = np.eye(ACTIONS)[actions] if self.action_numbers == _ONE_HOT else actions[:, None]
        rows = np.tile(states, (ACTIONS, 1))
        if self.action == self.state:
            both = np.hstack([rows, told]).astype(np.float32)
            return [both.reshape(-1, *self.shapes[0])]
        parts: list[NDArray[np.float32]] = [rows, rows]
        parts[self.action] = told.astype(np.float32)
        return [part.reshape(-1, *shape) for part, shape in zip(parts, self.shapes, strict=True)]


@dataclass(frozen=True)
class Policy:
    """Asks a model for actions.

    Attributes:
        client: The process that has it open.
        layout: How states are given to it.
        output: Which of its outputs is read.
        width: How many numbers that has.
        form: What they are.
        threshold: Of a single number, above which it means the second action.
        output_name: Of the output where there are several.
    """

    client: ModelClient
    layout: InputLayout
    output: int
    width: int
    form: Form
    threshold: float = 0.0
    output_name: str = ""

    def actions(self, states: NDArray[np.float32]) -> NDArray[np.intp] | Failure:
        """The greedy action in each state of shape (N, 4); the first of equals."""
        outputs = self.client.compute(
            self.layout.inputs(states), output=self.output, width=self.width
        )
        if isinstance(outputs, Failure):
            return outputs
        match self.form:
            case "values":
                actions: NDArray[Any] = outputs.argmax(axis=1)
            case "advantages":
                actions = outputs[:, 1:].argmax(axis=1)
            case "single":
                actions = outputs[:, 0] > self.threshold
            case "of-action":
                actions = outputs.reshape(ACTIONS, -1).argmax(axis=0)
        return actions.astype(np.intp)


def find_policies(
    client: ModelClient, summary: ModelSummary, output: str
) -> list[Policy] | Failure:
    """The ways to read a model as a policy, the likeliest first.

    Args:
        client: The process that has it open.
        summary: What is known of it.
        output: The name of the output that the student declares; empty for none.

    Returns:
        A `Failure` where its inputs take no state, or no output tells an action.
    """
    layout = find_inputs(summary.inputs)
    if layout is None:
        return file_failure(
            "no-policy", summary.file, "policy-inputs", shapes=Code(text=_shapes(summary.inputs))
        )
    named = [place for place, port in enumerate(summary.outputs) if port.name == output]
    places = named if output else range(len(summary.outputs))
    several = len(summary.outputs) > 1
    found = [
        Policy(
            client=client,
            layout=layout,
            output=place,
            width=_size(port),
            form=form,
            threshold=_threshold(summary, port),
            output_name=port.name if several else "",
        )
        for place in places
        for port in [summary.outputs[place]]
        for form in [_form(layout, _size(port))]
        if form is not None
    ]
    if not found:
        outputs = Code(text=_shapes(summary.outputs))
        if output and not named:
            names = ", ".join(port.name for port in summary.outputs)
            wrong = Name(text=output)
            return file_failure(
                *("no-policy", summary.file, "no-such-output"), name=wrong, names=Name(text=names)
            )
        return file_failure("no-policy", summary.file, "policy-outputs", shapes=outputs)
    order = [*_FORMS.values(), "of-action"]
    likeliest = min(order.index(policy.form) for policy in found)
    return [policy for policy in found if order.index(policy.form) == likeliest]


def find_inputs(ports: Sequence[Port]) -> InputLayout | None:
    """How a model takes a state, or a state and an action; None where it takes neither."""
    sizes = [_size(port) for port in ports]
    shapes = tuple(_shape(port) for port in ports)
    match sizes:
        case [size] if size == STATE:
            return InputLayout(shapes, state=0)
        case [size] if size - STATE in (_PLACE, _ONE_HOT):
            return InputLayout(shapes, state=0, action=0, action_numbers=size - STATE)
        case [first, second] if first == STATE and second in (_PLACE, _ONE_HOT):
            return InputLayout(shapes, state=0, action=1, action_numbers=second)
        case [first, second] if second == STATE and first in (_PLACE, _ONE_HOT):
            return InputLayout(shapes, state=1, action=0, action_numbers=first)
        case _:
            return None


def _form(layout: InputLayout, width: int) -> Form | None:
    if layout.action is None:
        return _FORMS.get(width)
    return "of-action" if width == 1 else None


def _threshold(summary: ModelSummary, port: Port) -> float:
    """Half for a share or the place of an action, zero for any other number."""
    whole = port.dtype.startswith(("int", "uint", "bool"))
    return 0.5 if whole or summary.last_activation in _SHARES else 0.0


def _shape(port: Port) -> tuple[int, ...]:
    return tuple(extent or 1 for extent in port.shape[1:])


def _size(port: Port) -> int:
    return int(np.prod(_shape(port), dtype=np.int64))


def _shapes(ports: Sequence[Port]) -> str:
    return ", ".join(shape_text(port.shape[1:]) for port in ports)
