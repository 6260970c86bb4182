"""How functions and classes of libraries are changed in place."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from typing import Any

#: Notes that something was fixed, by a short stable name.
Used = Callable[[str], None]

Function = Callable[..., Any]


def library(name: str) -> Any | None:
    """A module of a library; None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def in_place_of(original: Function, replacement: Function) -> Function:
    """A replacement that looks like the original. Keras reads the parameters of constructors, which wrappers hide."""
    wrapped = functools.wraps(original)(replacement)
    if getattr(original, "__name__", "") in ("__init__", "__new__"):
        wrapped.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
    return wrapped


def replace(owner: Any, name: str, make: Callable[[Function], Function]) -> None:
    """Put what `make` makes of a function in its place; nothing happens where there is no such function.

    A method is replaced in the class of the hierarchy that defines it.
    """
    if inspect.isclass(owner):
        owner = next((base for base in owner.__mro__ if name in vars(base)), owner)
    original = getattr(owner, name, None)
    if callable(original):
        setattr(owner, name, in_place_of(original, make(original)))


def replace_everywhere(modules: list[Any], name: str, make: Callable[[Function], Function]) -> None:
    """Put one replacement in the place of a function that several modules offer."""
    holders = [module for module in modules if module is not None and name in vars(module)]
    if not holders:
        return
    original = getattr(holders[0], name)
    replacement = in_place_of(original, make(original))
    for module in holders:
        setattr(module, name, replacement)
