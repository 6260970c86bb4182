"""What the reader knows of a value: the value itself, or its shape, or where it is from, or nothing."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

Shape = tuple[int | None, ...]
Value = Any
"""A Python value that is known, or one of the classes below."""


class Unknown:
    """A value of which nothing is known."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Reference:
    """A module, class or function of a library, by its full name, such as ``keras.layers.Dense``."""

    path: str


@dataclass(frozen=True)
class Array:
    """An array whose values are not known."""

    shape: Shape | None = None
    source: str = ""
    """The dataset and split it is from: ``mnist/train``, ``svhn/test``."""
    part: bool = False
    """Whether it is only a part of that split."""
    classes: int | None = None
    """How many classes labels have."""
    share: float | None = None
    """Of a part that `train_test_split` made: the share kept for testing."""

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            raise TypeError("its length is not known")
        return self.shape[0]


@dataclass(eq=False)
class Made:
    """An object of a library's class with the arguments it was made with."""

    path: str
    arguments: Mapping[str, Value]
    """By name; positional ones of unknown name as ``0``, ``1``."""

    @property
    def name(self) -> str:
        """The class without its module."""
        return self.path.rpartition(".")[2]


@dataclass(eq=False)
class Scope:
    """The names of a module, a function or a class."""

    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    module: Scope | None = None
    """The module's own scope; None in itself."""
    globals: set[str] = field(default_factory=set)
    """Names that a ``global`` statement gave to the module."""
    nonlocals: set[str] = field(default_factory=set)

    def find(self, name: str) -> Scope | None:
        """The scope that holds a name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope

    def assign(self, name: str, value: Value) -> None:
        """Give a name a value, where Python would."""
        scope = self
        if name in self.globals and self.module is not None:
            scope = self.module
        elif name in self.nonlocals and self.parent is not None:
            scope = self.parent.find(name) or self
        scope.names[name] = value


@dataclass(eq=False)
class Function:
    """A function of the student's."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    """Where it was defined."""
    unit: Any
    """The source it stands in."""
    defaults: Mapping[str, Value] = field(default_factory=dict)
    calls: int = 0

    def decorated(self, name: str) -> bool:
        """Whether it has a decorator of that name."""
        decorators = [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list
        return any(isinstance(item, ast.Name) and item.id == name for item in decorators)

    @cached_property
    def is_generator(self) -> bool:
        """Whether it yields values."""
        return any(isinstance(item, ast.Yield | ast.YieldFrom) for item in ast.walk(self.node))

    @property
    def name(self) -> str:
        """What it is called."""
        return "lambda" if isinstance(self.node, ast.Lambda) else self.node.name


@dataclass(eq=False)
class Class:
    """A class of the student's."""

    name: str
    bases: Sequence[Value]
    scope: Scope
    arguments: tuple[Sequence[Value], Mapping[str, Value]] | None = None
    """What the first object of it was made with; None where no code makes one."""

    @property
    def fields(self) -> list[str]:
        """The names a dataclass gives its arguments to, in order."""
        return [
            name
            for name, value in self.scope.names.items()
            if not isinstance(value, Function) and not name.startswith("__")
        ]

    def member(self, name: str) -> Value | None:
        """A method or a class attribute, its own or of a base."""
        owners = (cls for cls in self._ancestry if name in cls.scope.names)
        owner = next(owners, None)
        return None if owner is None else owner.scope.names[name]

    @property
    def library_base(self) -> str:
        """The library class it derives from, such as ``keras.models.Model``; empty for none."""
        bases = (base for cls in self._ancestry for base in cls.bases)
        return next((base.path for base in bases if isinstance(base, Reference)), "")

    @cached_property
    def _ancestry(self) -> list[Class]:
        """The class and the student's classes it derives from, each once."""
        found: dict[Class, None] = {}
        waiting = [self]
        while waiting:
            cls = waiting.pop()
            if cls not in found:
                found[cls] = None
                waiting += [base for base in reversed(cls.bases) if isinstance(base, Class)]
        return list(found)


@dataclass(eq=False)
class Object:
    """An object of a class of the student's."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Method:
    """A method of something, not yet called."""

    owner: Value
    name: str


@dataclass(frozen=True, eq=False)
class BoundFunction:
    """A method of a student's class, with the object it was taken from."""

    owner: Value
    function: Function
    cls: Class


@dataclass(frozen=True, eq=False)
class Partial:
    """A function with some of its arguments, as `functools.partial` makes it."""

    function: Value
    positional: tuple[Value, ...]
    named: Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class Super:
    """What ``super()`` gives."""

    owner: Value
    cls: Class


#: Types whose values are known as they are.
CONCRETE = (
    bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, range, slice,
    np.ndarray, np.generic, type(None), type(Ellipsis),
)  # fmt: skip


def first_input(value: Value) -> Value:
    """Of several inputs of a model the first; anything else as it is."""
    is_several = isinstance(value, list | tuple) and any(isinstance(item, Array) for item in value)
    return value[0] if is_several else value


def as_float(value: Value) -> float | None:
    """A number as one with decimals; None for anything else."""
    return float(value) if isinstance(value, int | float) else None


def size_of(sizes: Shape | None) -> int | None:
    """How many elements a shape has, where every size is known."""
    if sizes is None or None in sizes:
        return None
    product = 1
    for size in sizes:
        product *= size or 0
    return product
