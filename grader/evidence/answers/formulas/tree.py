"""What a formula is after it is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Name:
    """A variable; ``y_{true,i}`` is ``ytrue``, since `i` only counts elements."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function of `values` with its arguments; operators are functions, too."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Call


def names_in(node: Node) -> Iterator[str]:
    """The names in a formula, in their order; a name may come more than once."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from names_in(argument)
