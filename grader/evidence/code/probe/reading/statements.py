"""Statements, followed on what is known of values."""

from __future__ import annotations

import ast
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from grader.evidence.code.probe.reading.control import (
    SIGNALS,
    BreakSignal,
    ContinueSignal,
    ExitSignal,
    ReturnSignal,
)
from grader.evidence.code.probe.reading.loops import Loops
from grader.evidence.code.probe.reading.operations import binary, truth
from grader.evidence.code.probe.reading.sizes import LONGEST
from grader.evidence.code.probe.reading.values import Scope, Unknown, Value
from grader.evidence.code.probe.reading.work import spend

_LOG = logging.getLogger(__name__)


@dataclass
class Statements(Loops):
    """Follows statements."""

    missing: dict[str, int] = field(default_factory=dict)
    star_modules: list[str] = field(default_factory=list)
    line: int = 0
    executed: bool = True
    """Whether what is followed now would run; not in functions that nothing calls."""
    possible: list[Value] = field(default_factory=list)
    """What the function that is being followed may give, under conditions that are not known."""
    training_blocks: dict[ast.stmt, bool] = field(default_factory=dict)
    """Branches, by their first statement: whether they call something by the name of a training."""

    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements in order."""
        for place, statement in enumerate(statements, 1):
            spend(1)
            self.line = statement.lineno
            try:
                method = getattr(self, f"visit_{type(statement).__name__}", None)
                if method is not None:
                    method(statement)
            except SIGNALS:
                is_last = isinstance(statement, ast.Return | ast.Raise | ast.Break | ast.Continue)
                if is_last and self._trains(statements[place:]):
                    self._unreached(statements[place:])
                raise
            except Exception as error:  # what cannot be followed is left out
                _LOG.debug("line %s is not followed: %r", statement.lineno, error)

    def visit_Expr(self, node: ast.Expr) -> None:
        self.evaluate(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        before = self.evaluate(_as_load(node.target))
        value = self.evaluate(node.value)
        is_longer = isinstance(before, list) and isinstance(value, list | tuple)
        if is_longer and isinstance(node.op, ast.Add) and len(before) + len(value) <= LONGEST:
            before.extend(value)
        else:
            self.assign(node.target, binary(node.op, before, value))

    def visit_If(self, node: ast.If) -> None:
        test = truth(self.evaluate(node.test))
        if test is None:
            self._either(node.body, node.orelse)
        else:
            taken, other = (node.body, node.orelse) if test else (node.orelse, node.body)
            if self._trains(other):
                self._unreached(other)
            self.block(taken)

    def _either(self, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt]) -> None:
        """Follow both branches; of two values of a name the known one stays."""
        before = dict(self.scope.names)
        spend(len(before) // 10)
        signals = []
        for branch in (body, orelse):
            try:
                self.block(branch)
            except SIGNALS as signal:
                signals.append(signal)
        for name, value in before.items():
            if isinstance(self.scope.names.get(name), Unknown):
                self.scope.names[name] = value
        self.possible += [item.value for item in signals if isinstance(item, ReturnSignal)]
        if len(signals) == 2:
            raise max(reversed(signals), key=_tells)

    def _trains(self, branch: Sequence[ast.stmt]) -> bool:
        """Whether a branch calls something by the name of a training."""
        if not branch:
            return False
        if branch[0] not in self.training_blocks:
            self.training_blocks[branch[0]] = _trains(branch)
        return self.training_blocks[branch[0]]

    def _unreached(self, statements: Sequence[ast.stmt]) -> None:
        """Follow a branch that does not run, for the trainings in it."""
        outer, executed = self.scope, self.executed
        spend(len(outer.names) // 10)
        self.scope = Scope(dict(outer.names), outer.parent, outer.module)
        self.executed = False
        try:
            with suppress(*SIGNALS):
                self.block(statements)
        finally:
            self.scope, self.executed = outer, executed

    def visit_Try(self, node: ast.Try) -> None:
        if node.handlers:
            with suppress(ExitSignal):
                self.block(node.body)
        else:
            self.block(node.body)
        if any(self._trains(handler.body) for handler in node.handlers):
            for handler in node.handlers:
                self._unreached(handler.body)
        self.block(node.orelse)
        self.block(node.finalbody)

    visit_TryStar = visit_Try

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        self.block(node.body)

    visit_AsyncWith = visit_With

    def visit_Match(self, node: ast.Match) -> None:
        for case in node.cases:
            self.block(case.body)

    def visit_Return(self, node: ast.Return) -> NoReturn:
        raise ReturnSignal(self.evaluate(node.value))

    def visit_Assert(self, node: ast.Assert) -> None:
        if truth(self.evaluate(node.test)) is False and isinstance(node.test, ast.Constant):
            raise ExitSignal

    def visit_Raise(self, node: ast.Raise) -> NoReturn:
        raise ExitSignal

    def visit_Break(self, node: ast.Break) -> NoReturn:
        raise BreakSignal

    def visit_Continue(self, node: ast.Continue) -> NoReturn:
        raise ContinueSignal

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(node.names)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.names.pop(target.id, None)


def _tells(signal: Exception) -> int:
    """How much it says of what follows that control leaves so: most if it brings a value, least if all ends."""
    if isinstance(signal, ReturnSignal):
        return 2 if signal.value is None or isinstance(signal.value, Unknown) else 3
    return 0 if isinstance(signal, ExitSignal) else 1


def _as_load(target: ast.expr) -> ast.expr:
    """A target as an expression that can be evaluated."""
    match target:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=attr):
            return ast.Attribute(value, attr, ast.Load())
        case ast.Subscript(value=value, slice=key):
            return ast.Subscript(value, key, ast.Load())
    return target


def _trains(statements: Sequence[ast.stmt]) -> bool:
    """Whether statements call something by the name of a training."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("fit", "fit_generator", "train_on_batch")
        for statement in statements
        for node in ast.walk(statement)
    )
