"""`plot_model` and `model_to_dot` without Graphviz."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from grader.evidence.code.probe.running.shims.absent import Stub
from grader.evidence.code.probe.running.shims.patching import (
    Function,
    Used,
    library,
    replace_everywhere,
)
from grader.evidence.code.probe.running.shims.paths import writable

_LINE, _WIDTH = 24, 480


def _draw(model: Any, path: Path) -> None:
    """A picture with one line for each layer."""
    pillow, drawing = library("PIL.Image"), library("PIL.ImageDraw")
    if pillow is None or drawing is None:
        return
    layers = list(model.layers)
    picture = pillow.new("RGB", (_WIDTH, _LINE * (len(layers) + 1)), "white")
    pen = drawing.Draw(picture)
    for place, layer in enumerate(layers):
        top = _LINE // 2 + place * _LINE
        pen.rectangle((8, top, _WIDTH - 8, top + _LINE - 4), outline="black")
        pen.text((16, top + 4), f"{layer.name}: {type(layer).__name__}", fill="black")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def install_model_pictures(used: Used) -> None:
    """Let models be drawn without Graphviz."""

    def make_plot(original: Function) -> Function:
        def plot_model(model: Any, to_file: Any = "model.png", *_: Any, **__: Any) -> None:
            used("plot_model")
            path = Path(writable(os.fspath(to_file or "model.png")))
            _draw(model, path if path.suffix == ".png" else path.with_suffix(".png"))

        return plot_model

    def make_dot(original: Function) -> Function:
        def model_to_dot(model: Any, *_: Any, **__: Any) -> Any:
            used("model_to_dot")
            return Stub()

        return model_to_dot

    modules = [
        library(name)
        for name in ("keras.src.utils.model_visualization", "keras.utils", "keras.src.utils")
    ]
    replace_everywhere(modules, "plot_model", make_plot)
    replace_everywhere(modules, "model_to_dot", make_dot)
