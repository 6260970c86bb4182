"""Which functions of student code do nothing but arithmetic, by their source alone.

That keeps the grader from calling what prints, writes, trains or takes long. It is no guard against code that means
harm: whoever replaces `numpy.tanh` has it called.
"""

from __future__ import annotations

import ast
import builtins
import itertools
from collections.abc import Iterator

from grader.evidence.code.probe.reading.names import canonical
from grader.evidence.code.probe.running.arithmetic_names import (
    ALSO,
    ATTRIBUTES,
    BUILTINS,
    CONSTANTS,
    ELEMENTWISE,
    MODULES,
)
from grader.evidence.code.probe.running.functions import Definition, FileNames, SubmittedNames

#: What a function that does arithmetic consists of, besides names, attributes, calls and imports.
_PARTS = (
    *(ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.keyword, ast.withitem),
    *(ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Assert, ast.Raise),
    *(ast.For, ast.While, ast.If, ast.Break, ast.Continue, ast.Try, ast.ExceptHandler, ast.With),
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Constant),
    *(ast.Subscript, ast.Slice, ast.List, ast.Tuple, ast.Starred, ast.NamedExpr, ast.JoinedStr, ast.FormattedValue),
    *(ast.ListComp, ast.GeneratorExp, ast.comprehension),
)  # fmt: skip

#: Functions that one may call, itself or through others, and how many things besides arithmetic are named.
_FOLLOWED, _NAMED = 50, 5


class ArithmeticFinder:
    """Tells what functions do besides arithmetic.

    Args:
        names: Of all files of the submission.
    """

    def __init__(self, names: SubmittedNames) -> None:
        self._names = names
        self._bodies: dict[Definition, _Body] = {}

    def other_calls(self, function: Definition) -> tuple[str, ...]:
        """What one does besides arithmetic, itself or in what it calls: ``print``, ``np.loadtxt``, ``yield``."""
        found: dict[str, None] = {}
        waiting, seen = [function], {function}
        while waiting and len(found) < _NAMED and len(seen) <= _FOLLOWED:
            body = self._body(waiting.pop())
            found |= dict.fromkeys(body.others)
            for used in body.used:
                if used not in seen:
                    seen.add(used)
                    waiting.append(used)
        if len(seen) > _FOLLOWED:
            found["..."] = None
        return tuple(found)[:_NAMED]

    def _body(self, function: Definition) -> _Body:
        if function not in self._bodies:
            self._bodies[function] = _Body(function, self._names)
        return self._bodies[function]


class _Body:
    """What one function consists of.

    Args:
        function: It.
        names: Of all files.
    """

    def __init__(self, function: Definition, names: SubmittedNames) -> None:
        self._node = function.node
        self._names = names
        self._file = names.of(function)
        self._local = set(_bound_in(function.node))
        self.used: dict[Definition, None] = {}
        """The functions of the submission that it names."""
        self.others = tuple(itertools.islice(dict.fromkeys(self._others()), _NAMED))
        """What in it is no arithmetic."""

    def _others(self) -> Iterator[str]:
        waiting = [*_run_when_called(self._node)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name | ast.Attribute):
                root, attributes = _chain(node)
                if not isinstance(root, ast.Name):
                    waiting.append(root)
                if not self._is_arithmetic(root, attributes, node.ctx):
                    yield _text(root, attributes)
                continue
            if isinstance(node, ast.Call):
                if not self._is_callable(node.func):
                    yield _text(*_chain(node.func))
                waiting += ast.iter_child_nodes(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                yield from (f"import {name}" for name in _imported(node) if name not in MODULES)
            elif isinstance(node, ast.FunctionDef | ast.Lambda):
                waiting += _run_when_called(node)
            elif isinstance(node, ast.AnnAssign):
                waiting += [item for item in (node.target, node.value) if item is not None]
            elif isinstance(node, _PARTS):
                waiting += ast.iter_child_nodes(node)
            else:
                yield type(node).__name__.lower()

    def _is_arithmetic(self, root: ast.AST, attributes: list[str], used: ast.expr_context) -> bool:
        """Whether it is arithmetic to name something.

        Args:
            root: What the first attribute is of.
            attributes: From the first to the last.
            used: Whether it is looked up, or bound anew.
        """
        if not isinstance(used, ast.Load):
            return not attributes
        if not isinstance(root, ast.Name) or root.id in self._local:
            return ATTRIBUTES.issuperset(attributes)
        name, file = root.id, self._file
        if name in file.definitions:
            return self._is_used(file.definitions[name]) and not attributes
        if name in file.variables:
            return ATTRIBUTES.issuperset(attributes)
        if name in file.imports:
            return self._is_imported(file.imports[name], attributes)
        return not attributes and (self._is_starred(name) or _is_builtin(name))

    def _is_imported(self, path: str, attributes: list[str]) -> bool:
        """Whether something of an import is arithmetic: of a library, or of another script."""
        script, name = self._script(path)
        if script is not None:
            wanted = name or (attributes[0] if attributes else "")
            rest = attributes if name else attributes[1:]
            if wanted in script.definitions:
                return self._is_used(script.definitions[wanted]) and not rest
            return wanted in script.variables and ATTRIBUTES.issuperset(rest)
        whole = canonical(".".join((path, *attributes)))
        module, _, function = whole.rpartition(".")
        return whole in ALSO or (module in MODULES and function in ELEMENTWISE | CONSTANTS)

    def _script(self, path: str) -> tuple[FileNames | None, str]:
        """The script that is imported, and what of it; empty where it is the script itself."""
        module, _, name = path.rpartition(".")
        of_script = self._names.module(module) if module else None
        if of_script is not None and name in of_script.definitions.keys() | of_script.variables:
            return of_script, name
        return self._names.module(path), ""

    def _is_starred(self, name: str) -> bool:
        """Whether a name is arithmetic that one of the star imports gives."""
        for module in self._file.star_imports:
            script = self._names.module(module)
            if script is not None and name in script.definitions:
                return self._is_used(script.definitions[name])
            if script is not None and name in script.variables:
                return True
        libraries = MODULES.intersection(self._file.star_imports)
        return bool(libraries) and name in ELEMENTWISE | CONSTANTS

    def _is_used(self, definition: Definition) -> bool:
        """True; the definition is looked at, too."""
        self.used[definition] = None
        return True

    def _is_callable(self, called: ast.AST) -> bool:
        """Whether what is called can be known: a value of the module may be anything that can be called."""
        root, attributes = _chain(called)
        if not isinstance(root, ast.Name):
            return bool(attributes) or isinstance(root, ast.Lambda | ast.Call)
        values = self._file.variables - self._file.definitions.keys() - self._local
        return bool(attributes) or root.id not in values


def _run_when_called(node: ast.FunctionDef | ast.Lambda) -> list[ast.AST]:
    """What of a function runs when it is called, with its defaults and decorators."""
    defaults = [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
    body = [node.body] if isinstance(node, ast.Lambda) else [*node.decorator_list, *node.body]
    return [*defaults, *body]


def _bound_in(function: ast.AST) -> Iterator[str]:
    """The names that a function binds, and those within it."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ExceptHandler) and node is not function:
            yield node.name or ""


def _chain(node: ast.AST) -> tuple[ast.AST, list[str]]:
    """``np.random.rand`` as what its first attribute is of, and the attributes."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return node, attributes[::-1]


def _text(root: ast.AST, attributes: list[str]) -> str:
    """What is named or called: of what has no name its attributes, or what kind of expression it is."""
    if isinstance(root, ast.Name):
        return ".".join((root.id, *attributes))[:100]
    return ".".join(attributes)[:100] or type(root).__name__.lower()


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [canonical(node.module or "")]
    return [canonical(item.name) for item in node.names]


def _is_builtin(name: str) -> bool:
    """Whether a name is one of Python's own that is arithmetic, or an exception."""
    value = getattr(builtins, name, None)
    is_error = isinstance(value, type) and issubclass(value, Exception)
    return name in BUILTINS or is_error
