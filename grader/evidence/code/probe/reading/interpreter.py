"""Run a program on what is known of its values: every statement, no library, nothing of the student's."""

from __future__ import annotations

import ast
import logging
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from grader.evidence.code.probe.reading.control import (
    SIGNALS,
    BreakSignal,
    ContinueSignal,
    ExitSignal,
    ReturnSignal,
)
from grader.evidence.code.probe.reading.names import canonical
from grader.evidence.code.probe.reading.source import Unit
from grader.evidence.code.probe.reading.statements import Statements
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    BoundFunction,
    Class,
    Function,
    Reference,
    Scope,
    Value,
)
from grader.evidence.code.probe.reading.work import BudgetError, next_statement, spend

_LOG = logging.getLogger(__name__)
_DEPTH = 30
_STEPS_OF_A_CALL = 5
#: Statements that are named of those that take too many steps.
_NAMED = 20


@dataclass
class Interpreter(Statements):
    """Follows files, functions and imports; what calls do is up to the subclass."""

    modules: Mapping[str, Sequence[Unit]] = field(default_factory=dict)
    """Module name to its source, for the files of the submission."""
    unit: Unit | None = None
    imported: set[str] = field(default_factory=set)
    functions: list[Function] = field(default_factory=list)
    """Every function of the student's, in order."""
    classes: list[Class] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    """Where statements stand that take more steps than are followed."""
    _depth: int = 0
    _loaded: dict[str, Scope] = field(default_factory=dict)

    def run(self, units: Iterable[Unit], name: str = "__main__") -> None:
        """Follow units of source one after the other in one scope."""
        self.scope = Scope({"__name__": name, "__file__": UNKNOWN})
        for unit in units:
            self.outermost(unit)

    def outermost(self, unit: Unit) -> None:
        """Follow the statements of a script or a cell. Those after its end are followed as such that never run."""
        self.unit = unit
        executed = self.executed
        for statement in unit.body:
            next_statement()
            try:
                self.block([statement])
            except BudgetError:
                if len(self.cut) < _NAMED:
                    self.cut.append(unit.where(statement.lineno))
            except ExitSignal:
                self.executed = False
            except SIGNALS:  # where Python would refuse them
                continue
        if unit.cell is not None:
            self.executed = executed  # an error in a cell does not keep the next one from running

    def attempt(self, action: Callable[[], Value]) -> Value:
        """Follow something that stands in no statement; what it cannot give is not known."""
        next_statement()
        try:
            return action()
        except (BudgetError, *SIGNALS):
            return UNKNOWN
        except Exception as error:  # what cannot be followed is left out
            _LOG.debug("not followed: %r", error)
            return UNKNOWN

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.scope.assign(node.name, self._made(node))

    visit_AsyncFunctionDef = visit_FunctionDef

    def function(self, node: ast.Lambda) -> Function:
        """A lambda as a value."""
        return self._made(node)

    def _made(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Function:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        named = zip(
            positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True
        )
        keyword = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        defaults = {
            parameter.arg: self.evaluate(value)
            for parameter, value in [*named, *keyword]
            if value is not None
        }
        made = Function(node, self.scope, self.unit, defaults)
        if not isinstance(node, ast.Lambda):
            self.functions.append(made)
        return made

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = [self.evaluate(base) for base in node.bases]
        scope = Scope(parent=self.scope, module=self.scope.module or self.scope)
        outer, self.scope = self.scope, scope
        try:
            self.block(node.body)
        finally:
            self.scope = outer
        made = Class(node.name, bases, scope)
        self.classes.append(made)
        self.scope.assign(node.name, made)

    def visit_Import(self, node: ast.Import) -> None:
        for item in node.names:
            self.imported.add(item.name)
            top = item.name.partition(".")[0]
            own = self._own_module(item.name)
            if own is not None:
                self.scope.assign(item.asname or top, own)
            elif item.asname:
                self.scope.assign(item.asname, Reference(canonical(item.name)))
            else:
                self.scope.assign(top, Reference(canonical(top)))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        own = self._own_module(module)
        for item in node.names:
            self.imported.add(f"{module}.{item.name}")
            if item.name == "*":
                self._import_all(module, own)
            elif own is not None:
                self.scope.assign(item.asname or item.name, own.names.get(item.name, UNKNOWN))
            else:
                inner = self._own_module(item.name) if not module else None
                full = Reference(canonical(f"{module}.{item.name}"))
                self.scope.assign(item.asname or item.name, inner or full)

    def _import_all(self, module: str, own: Scope | None) -> None:
        if own is not None:
            public = {key: value for key, value in own.names.items() if not key.startswith("_")}
            self.scope.names.update(public)
        else:
            self.star_modules.append(canonical(module))
            self.star_import(canonical(module))

    @abstractmethod
    def star_import(self, module: str) -> None:
        """Give the names that ``from module import *`` gives."""

    def _own_module(self, name: str) -> Scope | None:
        """The scope of another file of the submission, followed once as it is first imported."""
        stem = name.rpartition(".")[2]
        if stem not in self.modules:
            return None
        if stem not in self._loaded:
            outer, unit, loops = self.scope, self.unit, self.loops
            self._loaded[stem] = Scope({"__name__": stem})
            self.scope, self.loops = self._loaded[stem], []
            try:
                for part in self.modules[stem]:
                    self.outermost(part)
            finally:
                self.scope, self.unit, self.loops = outer, unit, loops
        return self._loaded[stem]

    def read_property(self, found: BoundFunction) -> Value:
        """What a property of a student's class gives."""
        return self.invoke(found.function, [found.owner], {})

    def invoke(
        self, function: Function, positional: Sequence[Value], named: Mapping[str, Value]
    ) -> Value:
        """Follow a function of the student's with arguments."""
        function.calls += 1
        spend(_STEPS_OF_A_CALL)
        if self._depth >= _DEPTH:
            return UNKNOWN
        names = self._bound(function, positional, named)
        module = function.scope.module or function.scope
        with self._within(Scope(names, function.scope, module), function):
            if isinstance(function.node, ast.Lambda):
                return self.evaluate(function.node.body)
            try:
                self.block(function.node.body)
            except ReturnSignal as result:
                return result.value
            except (BreakSignal, ContinueSignal):
                return None
            if self.possible:
                return self.possible[0]
        return UNKNOWN if function.is_generator else None

    @contextmanager
    def _within(self, scope: Scope, function: Function) -> Iterator[None]:
        outer = self.scope, self.unit, self.line, self.possible
        self.scope, self.unit, self.possible = scope, function.unit, []
        self._depth += 1
        try:
            yield
        finally:
            self.scope, self.unit, self.line, self.possible = outer
            self._depth -= 1

    def _bound(
        self, function: Function, positional: Sequence[Value], named: Mapping[str, Value]
    ) -> dict[str, Value]:
        arguments = function.node.args
        parameters = [item.arg for item in (*arguments.posonlyargs, *arguments.args)]
        every = [*parameters, *(item.arg for item in arguments.kwonlyargs)]
        defaults = {} if "**" in named else dict(function.defaults)
        names: dict[str, Value] = dict.fromkeys(every, UNKNOWN) | defaults
        names.update(zip(parameters, positional, strict=False))
        names.update({key: value for key, value in named.items() if key in every})
        if arguments.vararg is not None:
            names[arguments.vararg.arg] = tuple(positional[len(parameters) :])
        if arguments.kwarg is not None:
            rest = {key: value for key, value in named.items() if key not in every}
            names[arguments.kwarg.arg] = rest
        return names
