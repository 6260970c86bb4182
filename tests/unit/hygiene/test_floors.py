"""A module imports only from strictly lower floors, or from its own package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import grader

PACKAGE = Path(grader.__file__).parent

#: Where each package or module stands. Inside one package modules may import each other.
FLOORS = {
    "errors": 0,
    "records": 1,
    "storage": 1,
    "confusion": 2,
    "files": 2,
    "parallel": 2,
    "people": 2,
    "registry": 2,
    "scoring": 2,
    "settings": 2,
    "datasets": 3,
    "intake": 3,
    "resources": 3,
    "runs": 3,
    "sandbox": 3,
    "archives": 4,
    "messages": 4,
    "references": 4,
    "evidence": 5,
    "checks": 6,
    "course": 7,
    "labs": 7,
    "hidden": 8,
    "reporting": 8,
    "similarity": 9,
    "grading": 10,
    "autograder": 11,
    "interactive": 11,
    "upkeep": 11,
    "__init__": 12,
    "cli": 13,
    "__main__": 14,
}

#: What knows that there is evidence, and never which kinds.
CORE = (
    "archives", "checks/base.py", "course.py", "grading", "hidden", "intake", "messages", "people", "records",
    "registry.py", "reporting", "runs", "sandbox",
)  # fmt: skip

#: Which kind of evidence uses which outside the sandbox: predictions and episodes come of models, models of text are
#: opened as models, code builds the models of weights.
USED_KINDS = {
    ("models", "predictions"),
    ("models", "episodes"),
    ("models", "code"),
    ("language", "models"),
}

#: What a process inside the sandbox may import, directly or through others.
INSIDE = frozenset({"archives", "errors", "evidence", "records", "registry", "sandbox", "storage"})


def room(module: str) -> str:
    """The package or module directly below `grader` a dotted name belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {name_of(file): file for file in FILES}


def _is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _statements(tree: ast.Module, *, at_import: bool) -> Iterator[ast.AST]:
    """Every node, or only those that run when the module is imported."""
    if not at_import:
        yield from ast.walk(tree)
        return
    waiting: list[ast.AST] = [node for node in tree.body if not _is_type_checking(node)]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += list(ast.iter_child_nodes(node))


@cache
def imports(file: Path, *, at_import: bool = False) -> set[str]:
    """Every module of the package a file imports, wherever in it; or only when it is imported itself."""
    found: set[str] = set()
    for node in _statements(ast.parse(file.read_text(encoding="utf-8")), at_import=at_import):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            if node.module:
                found |= {
                    name if (name := f"{node.module}.{alias.name}") in MODULES else node.module
                    for alias in node.names
                }
    return {module for module in found if module.split(".")[0] == "grader"}


def imported_inside(module: str) -> set[str]:
    """Every module that is imported with one, the packages above each among them."""
    waiting, found = [module], set()
    while waiting:
        name = waiting.pop()
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            above = ".".join(parts[:depth])
            if above in MODULES and above not in found:
                found.add(above)
                waiting += imports(MODULES[above], at_import=True)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_come_from_lower_floors(file: Path) -> None:
    """No module knows of anything on its own floor or above, except inside its own package."""
    here = room(name_of(file))
    too_high = {
        module
        for module in imports(file)
        if room(module) != here and FLOORS[room(module)] >= FLOORS[here]
    }
    assert too_high == set()


def test_every_room_has_a_floor() -> None:
    """A new package is given a floor, and a floor without a package is taken away."""
    assert {room(name_of(file)) for file in FILES} == FLOORS.keys()


def test_the_core_names_no_kind_of_evidence() -> None:
    """A new kind of evidence is one new folder: nothing of the core imports one."""
    kinds = {path.parent.name for path in (PACKAGE / "evidence").glob("*/__init__.py")}
    core = [
        file
        for name in CORE
        for file in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*.py"))
    ]
    named = {
        f"{file.relative_to(PACKAGE)}: {module}"
        for file in core
        for module in imports(file)
        if module.startswith("grader.evidence.") and module.split(".")[2] in kinds
    }

    assert kinds >= {"models", "predictions"}
    assert named == set()


def test_kinds_of_evidence_use_each_other_in_one_direction_only() -> None:
    """Outside the sandbox a kind uses the records of another, or what that one offers others; never its collector."""
    kinds = {path.parent.name for path in (PACKAGE / "evidence").glob("*/__init__.py")}
    trusted = {
        name: file
        for name, file in MODULES.items()
        if name.startswith("grader.evidence.") and ".probe" not in name
    }
    used = {
        (name.split(".")[2], other)
        for name, file in trusted.items()
        for other in imports(file)
        if other.startswith("grader.evidence.") and other.split(".")[2] in kinds
        if other.split(".")[2] != name.split(".")[2] and name.split(".")[2] in kinds
    }

    assert {(kind, other.split(".")[2]) for kind, other in used} == USED_KINDS
    assert {other for _, other in used if other.endswith(".collect")} == set()


@pytest.mark.parametrize(
    "module", [name for name in MODULES if ".probe." in name or name.startswith("grader.sandbox.")]
)
def test_a_sandboxed_process_imports_nothing_of_the_trusted_side(module: str) -> None:
    """What runs beside untrusted bytes needs little, and no label or dataset is within its reach."""
    found = {name for name in imported_inside(module) if room(name) not in INSIDE | {"__init__"}}

    assert found == set()


def test_the_sandbox_needs_records_and_the_errors_of_disks_only() -> None:
    """The sandbox is a room of its own: processes, limits and messages, whatever they are about."""
    found = {
        room(module)
        for file in FILES
        if room(name_of(file)) == "sandbox"
        for module in imports(file)
    }

    assert found <= {"sandbox", "records", "storage"}


def test_collectors_stay_out_of_the_sandbox() -> None:
    """The trusted side of a kind is imported by name when it is called, never with the kind's package."""
    probes = [name for name in MODULES if name.startswith("grader.evidence.") and ".probe" in name]
    trusted = {
        name
        for probe in probes
        for name in imported_inside(probe)
        if name.startswith("grader.evidence.")
        and ".probe" not in name
        and name.rsplit(".", 1)[-1] in ("collect", "client", "session", "calibration")
    }

    assert probes
    assert trusted == set()
