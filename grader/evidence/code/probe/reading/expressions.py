"""Expressions, evaluated as far as their values can be known."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from grader.evidence.code.probe.reading.attributes import attribute
from grader.evidence.code.probe.reading.names import canonical
from grader.evidence.code.probe.reading.operations import (
    binary,
    compare,
    iterated,
    set_attribute,
    set_item,
    subscript,
    truth,
    unary,
)
from grader.evidence.code.probe.reading.sizes import CHARACTERS, filled_in, is_known, is_small, kept
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    BoundFunction,
    Class,
    Function,
    Reference,
    Scope,
    Unknown,
    Value,
)
from grader.evidence.code.probe.reading.work import spend

_BUILTIN_NAMES = frozenset(dir(builtins))
#: Functions of `keras.layers`.
_MERGES = frozenset({
    "add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract",
})  # fmt: skip
#: What names stand for that code uses without importing them, as it lies in another cell or file.
_USUAL_NAMES = {
    "np": "numpy",
    "tf": "tensorflow",
    "keras": "keras",
    "plt": "matplotlib.pyplot",
    "pd": "pandas",
    "K": "keras.backend",
    "torch": "torch",
    "nn": "torch.nn",
}


class Expressions(ABC):
    """Evaluates expressions in a scope; calls are left to the class that inherits this one."""

    scope: Scope
    missing: dict[str, int]
    """Usual names of modules that are used without an import: name to the first line."""
    star_modules: list[str]
    """Modules of which everything was imported."""

    @abstractmethod
    def call(
        self, function: Value, positional: list[Value], named: dict[str, Value], node: ast.Call
    ) -> Value:
        """What a call gives."""

    @abstractmethod
    def function(self, node: ast.Lambda) -> Function:
        """A lambda as a value."""

    def evaluate(self, node: ast.expr | None) -> Value:
        """The value of an expression. What goes wrong gives `UNKNOWN`."""
        if node is None:
            return None
        spend(1)
        method = getattr(self, f"visit_{type(node).__name__}", None)
        return UNKNOWN if method is None else method(node)

    def visit_Constant(self, node: ast.Constant) -> Value:
        return kept(node.value)

    def visit_Name(self, node: ast.Name) -> Value:
        scope = self.scope.find(node.id)
        if scope is not None:
            return scope.names[node.id]
        if node.id in _BUILTIN_NAMES:
            return Reference(f"builtins.{node.id}")
        if node.id in _USUAL_NAMES:
            self.missing.setdefault(node.id, node.lineno)
            return Reference(_USUAL_NAMES[node.id])
        return self.starred(node.id)

    def starred(self, name: str) -> Value:
        """What a name stands for that some ``from module import *`` may have given."""
        module = next(
            (item for item in reversed(self.star_modules) if item == "keras.layers"), None
        )
        is_layer = module is not None and (name[:1].isupper() or name in _MERGES)
        return Reference(canonical(f"{module}.{name}")) if is_layer else UNKNOWN

    def visit_Attribute(self, node: ast.Attribute) -> Value:
        found = attribute(self.evaluate(node.value), node.attr)
        if isinstance(found, BoundFunction) and found.function.decorated("property"):
            return self.read_property(found)
        return found

    @abstractmethod
    def read_property(self, found: BoundFunction) -> Value:
        """What a property of a student's class gives."""

    def visit_Tuple(self, node: ast.Tuple) -> Value:
        return kept(tuple(self._elements(node.elts)))

    def visit_List(self, node: ast.List) -> Value:
        return kept(list(self._elements(node.elts)))

    def visit_Set(self, node: ast.Set) -> Value:
        found = list(self._elements(node.elts))
        return set(found) if is_known(found) else UNKNOWN

    def _elements(self, nodes: Iterable[ast.expr]) -> Iterator[Value]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                found = self.evaluate(node.value)
                items = iterated(found) if isinstance(found, list | tuple | range) else None
                spend(len(items or ()))
                yield from [UNKNOWN] if items is None else items
            else:
                yield self.evaluate(node)

    def visit_Dict(self, node: ast.Dict) -> Value:
        made: dict[Value, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.evaluate(value)
            if key is None and not isinstance(found, dict):
                return UNKNOWN
            if key is None:
                made.update(found)
                continue
            name = self.evaluate(key)
            if isinstance(name, str | int | float | tuple | None) and is_small(name):
                made[name] = found
        return kept(made)

    def visit_Starred(self, node: ast.Starred) -> Value:
        return self.evaluate(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Value:
        parts = [self.evaluate(part) for part in node.values]
        is_text = all(isinstance(part, str) for part in parts)
        return kept("".join(parts)) if is_text and is_small(parts) else UNKNOWN

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Value:
        value, form = self.evaluate(node.value), self.evaluate(node.format_spec) or ""
        if not is_known(value) or not isinstance(form, str) or filled_in(form, ()) > CHARACTERS:
            return UNKNOWN
        try:
            return kept(format(value, form))
        except (TypeError, ValueError):
            return UNKNOWN

    def visit_Lambda(self, node: ast.Lambda) -> Value:
        return self.function(node)

    def visit_IfExp(self, node: ast.IfExp) -> Value:
        test = truth(self.evaluate(node.test))
        if test is None:
            body, other = self.evaluate(node.body), self.evaluate(node.orelse)
            return other if isinstance(body, Unknown) else body
        return self.evaluate(node.body if test else node.orelse)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.scope.assign(node.target.id, value)
        return value

    def visit_Await(self, node: ast.Await) -> Value:
        return self.evaluate(node.value)

    def visit_BoolOp(self, node: ast.BoolOp) -> Value:
        is_and = isinstance(node.op, ast.And)
        value: Value = UNKNOWN
        for part in node.values:
            value = self.evaluate(part)
            test = truth(value)
            if test is None:
                return UNKNOWN
            if test is not is_and:
                return value
        return value

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Value:
        return unary(node.op, self.evaluate(node.operand))

    def visit_BinOp(self, node: ast.BinOp) -> Value:
        return binary(node.op, self.evaluate(node.left), self.evaluate(node.right))

    def visit_Compare(self, node: ast.Compare) -> Value:
        left = self.evaluate(node.left)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node)
            found = compare(op, left, right)
            if len(node.ops) == 1 or truth(found) is not True:
                return found
            left = right
        return True

    def visit_Slice(self, node: ast.Slice) -> Value:
        return slice(self.evaluate(node.lower), self.evaluate(node.upper), self.evaluate(node.step))

    def visit_Subscript(self, node: ast.Subscript) -> Value:
        return subscript(self.evaluate(node.value), self.evaluate(node.slice))

    def visit_Call(self, node: ast.Call) -> Value:
        function = self.evaluate(node.func)
        positional = list(self._elements(node.args))
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named.update({key: item for key, item in value.items() if isinstance(key, str)})
            elif isinstance(function, Function | BoundFunction | Class):
                named["**"] = UNKNOWN
        return self.call(function, positional, named, node)

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a target of an assignment its value."""
        match target:
            case ast.Name(id=name):
                self.scope.assign(name, value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, value)
            case ast.Starred(value=inner):
                self.assign(inner, value)
            case ast.Attribute(value=owner, attr=name):
                set_attribute(self.evaluate(owner), name, value)
            case ast.Subscript(value=owner, slice=key):
                set_item(self.evaluate(owner), self.evaluate(key), value)

    def _unpack(self, targets: list[ast.expr], value: Value) -> None:
        items = iterated(value)
        star = next((at for at, item in enumerate(targets) if isinstance(item, ast.Starred)), None)
        if items is not None and star is not None and len(items) >= len(targets) - 1:
            end = len(items) - (len(targets) - star - 1)
            items = [*items[:star], items[star:end], *items[end:]]
        if items is None or len(items) != len(targets):
            items = [UNKNOWN] * len(targets)
        for target, item in zip(targets, items, strict=True):
            self.assign(target, item)
