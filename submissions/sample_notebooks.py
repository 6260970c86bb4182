"""Notebooks as samples: cells with the outputs they were saved with."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sample_damage import Curves


@dataclass(frozen=True)
class Text:
    """A text cell."""

    source: str


@dataclass(frozen=True)
class Code:
    """A cell of code."""

    source: str
    printed: str = ""
    """What it was saved with."""
    figure: bool = False
    """Whether it was saved with a figure too."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that was run from top to bottom."""

    cells: Sequence[Text | Code]

    def write(self, path: Path) -> None:
        """Write it."""
        written: list[dict[str, Any]] = []
        for number, cell in enumerate(self.cells, 1):
            common = {
                "id": f"cell-{number}",
                "metadata": {},
                "source": cell.source.strip("\n").splitlines(keepends=True),
            }
            if isinstance(cell, Text):
                written.append({"cell_type": "markdown", **common})
            else:
                outputs = _outputs(cell)
                code = {"cell_type": "code", "execution_count": number, "outputs": outputs}
                written.append({**code, **common})
        content = {"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _outputs(cell: Code) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = []
    if cell.printed:
        lines = cell.printed.splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines})
    if cell.figure:
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "figure.png"
            Curves().write(picture)
            data = {"image/png": base64.b64encode(picture.read_bytes()).decode()}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return outputs


def keras_log(*accuracies: tuple[float, float]) -> str:
    """What `fit` logs with `verbose=2`.

    Args:
        accuracies: Of each epoch, on the training and on the validation images.
    """
    lines = []
    for epoch, (trained, validated) in enumerate(accuracies, 1):
        lines.append(f"Epoch {epoch}/{len(accuracies)}")
        lines.append(
            f"352/352 - 4s - 12ms/step - accuracy: {trained:.4f} - loss: {4.6 * (1 - trained):.4f}"
            f" - val_accuracy: {validated:.4f} - val_loss: {4.6 * (1 - validated):.4f}"
        )
    return "\n".join(lines) + "\n"


def loop_log(*accuracies: tuple[float, float]) -> str:
    """What a loop of PyTorch prints, as `keras_log`."""
    return "".join(
        f"epoch {epoch}: train acc {100 * trained:.1f} %, val acc {100 * validated:.1f} %\n"
        for epoch, (trained, validated) in enumerate(accuracies, 1)
    )
