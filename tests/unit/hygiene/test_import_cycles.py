"""No module imports another that imports it, directly or through others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import grader

PACKAGE = Path(grader.__file__).parent
Graph = dict[str, set[str]]


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def is_type_checking(node: ast.AST) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def import_statements(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import that can run, also those inside functions."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    children = node.orelse if is_type_checking(node) else ast.iter_child_nodes(node)
    for child in children:
        yield from import_statements(child)


def imported_modules(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules of the package a statement names; a package counts only if something of its own is imported.

    Importing ``grader.a.b`` also runs ``grader/a/__init__.py``, which every module of ``grader.a`` would then
    import; so that is not counted.
    """
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names if alias.name in FILES)
    elif statement.module in FILES:
        for alias in statement.names:
            submodule = f"{statement.module}.{alias.name}"
            yield submodule if submodule in FILES else statement.module


def import_graph() -> Graph:
    graph: Graph = {}
    for module, file in FILES.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        graph[module] = {
            imported
            for statement in import_statements(tree)
            for imported in imported_modules(statement)
        }
    return graph


def reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += graph[module]
    return found


def find_cycles(graph: Graph) -> list[list[str]]:
    """The groups of modules that all import each other, directly or through others."""
    reached = {module: reachable(graph, module) for module in graph}
    groups = {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in graph
        if module in reached[module]
    }
    return [list(group) for group in sorted(groups)]


def test_cycles_are_found() -> None:
    """A chain has no cycle; modules that import each other through a third are one group."""
    chain = {"a": {"b"}, "b": {"c"}, "c": set[str]()}

    assert find_cycles(chain) == []
    assert find_cycles({**chain, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert find_cycles({"a": {"a"}}) == [["a"]]


def test_no_modules_import_each_other() -> None:
    """No import meets a module that is only half imported, and none is put into a function to avoid that."""
    assert find_cycles(import_graph()) == []
