"""Objects of the student's classes, and functions that nothing calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from grader.evidence.code.probe.reading.control import Loop
from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.models import Model, Tensor
from grader.evidence.code.probe.reading.searches import Searches
from grader.evidence.code.probe.reading.values import UNKNOWN, Class, Function, Object, Super, Value

_MODEL_BASES = ("keras.models.Model", "keras.models.Sequential")
_LAYER_BASES = ("keras.layers.", "keras.engine.")


@dataclass
class Objects(Searches):
    """Follows a program and makes objects of its classes."""

    handed_out: set[Function] = field(default_factory=set)
    """Functions of the student's that a library got as an argument, and calls."""

    def super_of(self, positional: list[Value]) -> Value:
        """What ``super()`` gives, with arguments or without."""
        owner = positional[1] if len(positional) == 2 else self._self()
        if len(positional) == 2 and isinstance(positional[0], Class):
            return Super(owner, positional[0])
        scope = self.scope.parent
        while scope is not None:
            for value in (scope.parent.names if scope.parent else {}).values():
                if isinstance(value, Class) and value.scope is scope:
                    return Super(owner, value)
            scope = scope.parent
        cls = getattr(owner, "cls", None)
        return Super(owner, cls) if isinstance(cls, Class) else UNKNOWN

    def _self(self) -> Value:
        return next(iter(self.scope.names.values()), UNKNOWN)

    def instantiate(
        self, cls: Class, positional: Sequence[Value] = (), named: Mapping[str, Value] | None = None
    ) -> Value:
        """An object of a class of the student's."""
        base, given = cls.library_base, named or {}
        cls.arguments = (positional, given) if cls.arguments is None else cls.arguments
        made: Value = Object(cls)
        if base in _MODEL_BASES:
            made = self.numbered(Model(0, cls=cls))
            member = cls.member("call")
            if isinstance(member, Function):
                made.call = partial(self._called, made, member)
        elif base.startswith(_LAYER_BASES):
            made = Layer(cls.name)
        start = cls.member("__init__")
        if isinstance(start, Function):
            self.invoke(start, [made, *positional], given)
        elif isinstance(made, Object):
            made.attributes |= {
                **dict(zip(cls.fields, positional, strict=False)),
                **given,
            }  # a dataclass
        elif isinstance(made, Model):
            self.set_up(made, base, positional, given)
        return made

    def follow_uncalled(self, function: Function, arguments: Sequence[Value]) -> None:
        """Follow a function that no code calls; one that a library was given runs nobody knows how often."""
        self.executed = function in self.handed_out
        start = self.trainings_seen()
        self.attempt(lambda: self.invoke(function, arguments, {}))
        if self.executed:
            self.uncount(start, Loop(None))

    def _called(self, model: Model, member: Function, tensor: Tensor) -> Value:
        return self.invoke(member, [model, tensor], {})
