"""A live model of PyTorch, in the words that reading code uses for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from grader.evidence.code.probe.running.described import number
from grader.evidence.code.record import LayerRead

#: Layers of a model that are described.
_LAYERS = 2_000

#: Modules of PyTorch that only hold others.
_HOLDERS = frozenset({"Sequential", "ModuleList", "ModuleDict", "DataParallel"})


def layers_of(modules: Iterable[Any]) -> tuple[LayerRead, ...]:
    """The layers in modules, in the order in which they were made; each once."""
    found: list[LayerRead] = []
    seen: set[int] = set()
    for module in modules:
        for layer in _leaves(module, seen):
            if len(found) == _LAYERS:
                return tuple(found)
            found.append(_layer(layer))
    return tuple(found)


def parameters_of(modules: Iterable[Any]) -> int:
    """The number of parameters of modules; what they share is counted once."""
    shared = {id(item): size_of(item) for module in modules for item in module.parameters()}
    return sum(shared.values())


def size_of(parameter: Any) -> int:
    """How many numbers a tensor holds."""
    return prod(int(size) for size in parameter.shape)


def _leaves(module: Any, seen: set[int]) -> Iterator[Any]:
    """The modules in one that are shown as layers."""
    if id(module) in seen or is_loss(module):
        return
    seen.add(id(module))
    children = [child for _, child in module.named_children()]
    name, own = type(module).__name__, list(module.parameters(recurse=False))
    is_of_torch = type(module).__module__.startswith("torch.nn.")
    if (is_of_torch and (own or not children) and name not in _HOLDERS) or (own and not children):
        yield module
    for child in () if is_of_torch and own else children:
        yield from _leaves(child, seen)


def is_loss(module: Any) -> bool:
    """Whether a module is one of PyTorch's losses."""
    return bool(type(module).__module__ == "torch.nn.modules.loss")


def _layer(module: Any) -> LayerRead:
    name = type(module).__name__
    axes = int(name[-2]) if name[-1:] == "d" and name[-2:-1].isdigit() else 2
    parameters = module.parameters()
    return LayerRead(
        class_name=name,
        units=_whole(module, "out_features", "hidden_size"),
        filters=_whole(module, "out_channels"),
        kernel_size=_sizes(getattr(module, "kernel_size", None), axes),
        rate=number(module.p) if name.startswith("Dropout") and hasattr(module, "p") else None,
        parameters=sum(map(size_of, parameters)),
    )


def _whole(module: Any, *names: str) -> int | None:
    values = (getattr(module, name, None) for name in names)
    return next((value for value in values if isinstance(value, int)), None)


def _sizes(value: Any, axes: int) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,) * axes
    if isinstance(value, tuple) and all(isinstance(size, int) for size in value):
        return value
    return ()
