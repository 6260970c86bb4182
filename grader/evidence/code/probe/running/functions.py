"""The functions that the files of a submission define, and what the names of each file stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.evidence.code.probe.reading.files import stem
from grader.evidence.code.probe.reading.names import canonical
from grader.evidence.code.probe.reading.source import Unit

#: What has names of its own.
_OTHER_SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


@dataclass(frozen=True, eq=False)
class Definition:
    """A function with a name: a `def`, or a lambda that is bound to one name."""

    name: str
    unit: Unit
    node: ast.FunctionDef | ast.Lambda

    @property
    def where(self) -> str:
        """Where it stands, as people name it."""
        return self.unit.where(self.node.lineno)

    @property
    def first_line(self) -> str:
        """Where Python says that it stands: with its first decorator."""
        decorators = self.node.decorator_list if isinstance(self.node, ast.FunctionDef) else []
        return self.unit.where(min([self.node.lineno, *(item.lineno for item in decorators)]))

    @property
    def takes_one_argument(self) -> bool:
        """Whether it can be called with one argument."""
        given = self.node.args
        positional = len(given.posonlyargs) + len(given.args)
        needed = positional - len(given.defaults)
        return positional > 0 and needed <= 1 and None not in given.kw_defaults


@dataclass
class FileNames:
    """What the names of one file stand for, wherever in it they are bound."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    """The last definition of each name."""
    variables: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    """Name to the full name of what is imported: ``K`` to ``keras.backend``."""
    star_imports: list[str] = field(default_factory=list)
    """The modules of which everything is imported."""


class SubmittedNames:
    """What the names of all files of a submission stand for.

    Args:
        files: Each script and notebook with its units, before anything is run.
    """

    def __init__(self, files: Mapping[str, Sequence[Unit]]) -> None:
        self._files = {file: _names_of(units) for file, units in files.items()}
        self._stems = {stem(file): names for file, names in self._files.items()}

    def of(self, definition: Definition) -> FileNames:
        """Those of the file that a definition is in."""
        return self._files[definition.unit.file]

    def module(self, path: str) -> FileNames | None:
        """Those of the script that is imported by a name; None where it is none of the submission's."""
        return self._stems.get(path.rpartition(".")[2])

    def definitions(self) -> Iterator[Definition]:
        """The last definition of each name in each file, in the order of the files."""
        for names in self._files.values():
            yield from names.definitions.values()


def _names_of(units: Sequence[Unit]) -> FileNames:
    names = FileNames()
    for unit in units:
        for statement in unit.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    _add_import(names, node)
        for node in _of_module(unit.body):
            if isinstance(node, ast.FunctionDef):
                _define(names, Definition(node.name, unit, node))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(
                node.value, ast.Lambda
            ):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        _define(names, Definition(target.id, unit, node.value))
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.variables.add(node.id)
            elif isinstance(node, ast.ClassDef):
                names.variables.add(node.name)
    return names


def _define(names: FileNames, definition: Definition) -> None:
    names.definitions.pop(definition.name, None)  # the order is that of the last ones
    names.definitions[definition.name] = definition


def _add_import(names: FileNames, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.Import):
        for item in node.names:
            whole = item.name if item.asname else item.name.partition(".")[0]
            names.imports[item.asname or whole] = canonical(whole)
        return
    for item in node.names:
        if item.name == "*":
            names.star_imports.append(canonical(node.module or ""))
        else:
            path = f"{node.module}.{item.name}" if node.module else item.name
            names.imports[item.asname or item.name] = canonical(path)


def _of_module(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """What stands at the outermost level, in branches and loops too, but in no function or class."""
    waiting: list[ast.AST] = [*reversed(body)]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _OTHER_SCOPES):
            waiting += reversed([*ast.iter_child_nodes(node)])
