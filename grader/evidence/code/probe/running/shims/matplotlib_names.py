"""Styles, colour maps and arguments of matplotlib that are gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, Used, library, replace


def _renaming(used: Used, names: Mapping[str, str], *dropped: str) -> Any:
    """A function that takes old names of its arguments, and leaves out those that are gone."""

    def make(original: Function) -> Function:
        def call(*positional: Any, **named: Any) -> Any:
            for name in dropped:
                if named.pop(name, None) is not None:
                    used(f"{name}=")
            for old, new in names.items():
                if old in named:
                    used(f"{old}=")
                    named[new] = named.pop(old)
            return original(*positional, **named)

        return call

    return make


def _style(used: Used) -> Any:
    """The styles of seaborn have the version in their names now."""

    def today(name: Any) -> Any:
        if isinstance(name, str) and name.startswith("seaborn") and "v0_8" not in name:
            used(f"style {name}")
            return name.replace("seaborn", "seaborn-v0_8", 1)
        return name

    def make(original: Function) -> Function:
        def use(style: Any) -> Any:
            return original(
                [today(item) for item in style] if isinstance(style, list) else today(style)
            )

        return use

    return make


def install_matplotlib_names(used: Used) -> None:
    """Let old arguments and names of matplotlib work."""
    axes, figures, styles = (
        library(name) for name in ("matplotlib.axes", "matplotlib.figure", "matplotlib.style")
    )
    maps, pyplot = library("matplotlib.cm"), library("matplotlib.pyplot")
    if axes is None or figures is None or styles is None or maps is None or pyplot is None:
        return
    replace(axes.Axes, "plot", _renaming(used, {}, "axes"))
    replace(axes.Axes, "hist", _renaming(used, {"normed": "density"}))
    replace(axes.Axes, "grid", _renaming(used, {"b": "visible"}))
    replace(figures.Figure, "savefig", _renaming(used, {}, "quality", "frameon", "papertype"))
    replace(styles, "use", _style(used))
    if not hasattr(maps, "get_cmap"):
        maps.get_cmap = pyplot.get_cmap
