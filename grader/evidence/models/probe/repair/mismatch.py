"""The error of weights that are not those of the model, in words for its author."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.names import first_few


class WeightsMismatchError(ValueError):
    """Saved weights are not those of the model.

    Args:
        why: Names a sentence of the catalogue's ``[why]``.
        part: The layers that have no weights of their own, or the layer that takes others.
        expected: What the model takes.
        found: What was saved.
    """

    def __init__(self, why: str, *, part: str, expected: str, found: str) -> None:
        super().__init__(f"{part}: saved were {found}, the model takes {expected}")
        self.why = why
        self.part = part
        self.expected = expected
        self.found = found


def shapes_text(shapes: Sequence[tuple[int, ...]]) -> str:
    """Shapes as users read them: ``784 x 128, 128``."""
    return first_few([" x ".join(map(str, shape)) or "1" for shape in shapes], most=5) or "none"
