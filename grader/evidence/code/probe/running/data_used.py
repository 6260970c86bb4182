"""Where the data of a training are from, as the record says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from grader.evidence.code.probe.running.capping import Inputs, length_of
from grader.evidence.code.record import ValidationRead
from grader.evidence.code.run_record import ArrayOrigin


class Origins(Protocol):
    """Recognises the datasets that arrays are from."""

    def find(self, x: Any, y: Any) -> tuple[ArrayOrigin, str]:
        """Where images are from, and what their labels are."""

    def same_data(self, one: Any, other: Any) -> bool:
        """Whether nearly all rows of one array are among those of another."""


class DataUsed:
    """Describes what models are trained and evaluated on. What it finds of an array is remembered.

    Args:
        origins: Recognises datasets.
    """

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._known: dict[tuple[int, int], tuple[Any, Any, ArrayOrigin, str]] = {}

    def describe(self, inputs: Inputs) -> tuple[ArrayOrigin, str]:
        """Where the images are from and what the labels are; the number of all images is filled in."""
        x = inputs.x[0] if isinstance(inputs.x, list | tuple) and inputs.x else inputs.x
        key = (id(x), id(inputs.y))
        if key not in self._known:
            # The arrays are kept, so that no other one gets their identity.
            self._known[key] = (x, inputs.y, *self._found(x, inputs.y))
            if len(self._known) > 32:
                self._known.pop(next(iter(self._known)))
        _, _, origin, labels = self._known[key]
        return _with_rows(origin, inputs.rows), labels

    def validation(self, training: Inputs, data: Inputs) -> ValidationRead:
        """What a model is validated on while it is trained on `training`."""
        origin, _ = self.describe(data)
        trained, _ = self.describe(training)
        same = _or_false(lambda: self._origins.same_data(data.x, training.x))
        kind = "unknown"
        if origin.split == "test":
            kind = "test"
        elif origin.split == "train" or (same and trained.split != "test"):
            kind = "part of train"
        whole = same and data.rows is not None and data.rows == training.rows
        return ValidationRead(
            kind=kind,
            images=data.rows,
            is_training_data=whole,
            consecutive=origin.consecutive,
        )

    def _found(self, x: Any, y: Any) -> tuple[ArrayOrigin, str]:
        try:
            return self._origins.find(x, y)
        except Exception:  # arrays of a student may be anything
            return ArrayOrigin(), ""


def rows_of(data: Any) -> int | None:
    """How many rows there are in what is given as validation data."""
    return length_of(data)


def _with_rows(origin: ArrayOrigin, rows: int | None) -> ArrayOrigin:
    return ArrayOrigin(
        **{
            name: getattr(origin, name)
            for name in ArrayOrigin.__struct_fields__
            if name != "images"
        },
        images=rows,
    )


def _or_false(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except Exception:  # likewise
        return False
