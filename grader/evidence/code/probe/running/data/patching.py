"""Replacing functions of libraries by those that serve data."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any


def replace_everywhere(
    name: str, replacement: Callable[..., Any], modules: Callable[[str], bool]
) -> None:
    """Put a function in the place of those of one name, in every imported module that has it.

    Args:
        name: Of the function.
        replacement: What takes its place.
        modules: Whether a module, by its full name, is meant.
    """
    for module in imported(modules):
        if callable(vars(module).get(name)):
            setattr(module, name, replacement)


def imported(modules: Callable[[str], bool]) -> Iterator[ModuleType]:
    """The modules imported so far whose full name is meant."""
    for full_name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType) and modules(full_name):
            yield module


def served_first(original: Callable[..., Any], serve: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives what `serve` gives, or, where that is None or fails, what it always gave.

    Args:
        original: The function as it was.
        serve: Called with the same arguments; None for what it does not serve.
    """

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            served = serve(*args, **kwargs)
        except Exception:
            # Ours is not to make code fail that would have run, or to fail in another way than it would have.
            served = None
        return original(*args, **kwargs) if served is None else served

    return call


def new_module(name: str, **members: Any) -> ModuleType:
    """Make a module importable under a name, with the packages above it.

    Args:
        name: ``tensorflow.examples.tutorials.mnist.input_data``.
        members: What it holds.
    """
    parent: ModuleType | None = None
    parts = name.split(".")
    for depth in range(1, len(parts) + 1):
        path = ".".join(parts[:depth])
        module = sys.modules.get(path)
        if module is None:
            module = ModuleType(path)
            module.__path__ = []
            sys.modules[path] = module
        if parent is not None and not hasattr(parent, parts[depth - 1]):
            setattr(parent, parts[depth - 1], module)
        parent = module
    made = sys.modules[name]
    vars(made).update(members)
    return made
