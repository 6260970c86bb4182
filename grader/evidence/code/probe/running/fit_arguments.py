"""What the arguments of `fit` say, whatever a student gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.evidence.code.probe.running.capping import Inputs

#: Epochs of a history, and what no record holds.
_MOST_EPOCHS, _TOO_LARGE = 100_000, 1 << 63

#: Arguments that tell one training from another, besides its model and its data.
_TELLING = (
    "epochs",
    "initial_epoch",
    "batch_size",
    "steps_per_epoch",
    "validation_split",
    "shuffle",
)


def described_call(given: Mapping[str, Any]) -> str:
    """How long and on how much at a time a training runs, as text."""
    return str([(name, str(given.get(name))[:50]) for name in _TELLING])


def epochs_of(given: Mapping[str, Any]) -> range:
    """The epochs that `fit` is asked for: at least one, and no more than a list can hold."""
    first = max(_integer(given["initial_epoch"]) or 0, 0)
    stop = max(_integer(given["epochs"]) or 1, first + 1)
    return range(first, min(stop, first + _MOST_EPOCHS))


def steps_of(inputs: Inputs, given: Mapping[str, Any]) -> int | None:
    """How many steps an epoch has; None where nobody knows."""
    if given["steps_per_epoch"] or inputs.rows is None:
        return whole_number(given["steps_per_epoch"])
    return -(-inputs.rows // (whole_number(given["batch_size"] or inputs.batch_size) or 32))


def listed(value: Any) -> list[Any]:
    """What is given as one thing, as a list, or by name."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else [value]


def whole_number(value: Any) -> int | None:
    """A whole number that a record can hold."""
    found = _integer(value)
    return None if found is None or abs(found) >= _TOO_LARGE else found


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
