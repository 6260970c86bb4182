"""A module imports only from strictly lower floors, or from its own package."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import grader

PACKAGE = Path(grader.__file__).parent

#: Where each package or module stands. Under one roof (a package) modules may import each other.
FLOORS = {
    "errors": 0,
    "records": 1,
    "messages": 2,
    "scoring": 2,
    "confusion": 2,
    "resources": 2,
    "registry": 2,
    "checks": 3,
    "datasets": 3,
    "intake": 3,
    "sandbox": 3,
    "reporting": 3,
    "labs": 4,
    "probes": 4,
    "course": 4,
    "grading": 5,
    "__init__": 6,
    "cli": 7,
    "__main__": 8,
}
#: Narrower than the floors allow: what stands beside untrusted bytes needs little.
ONLY = {"sandbox": {"sandbox", "records"}, "probes": {"probes", "records", "sandbox"}}


def room(module: str) -> str:
    """The package or module directly below `grader` a dotted name belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> set[str]:
    """Every module of the package a file imports, wherever in it, for type checkers too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            if node.module == "grader":
                for alias in node.names:
                    below = PACKAGE / alias.name
                    is_module = below.is_dir() or below.with_suffix(".py").exists()
                    found.add(f"grader.{alias.name}" if is_module else "grader")
            elif node.module:
                found.add(node.module)
    return {module for module in found if module.split(".")[0] == "grader"}


FILES = sorted(PACKAGE.rglob("*.py"))


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


@pytest.mark.parametrize("here", ONLY)
def test_the_sandbox_needs_little(here: str) -> None:
    """What runs in or around the sandbox imports only what is named here."""
    found = {
        room(module) for file in FILES if room(name_of(file)) == here for module in imports(file)
    }

    assert found <= ONLY[here]


def test_every_room_has_a_floor() -> None:
    """A new package is given a floor, and a floor without a package is taken away."""
    assert {room(name_of(file)) for file in FILES} == FLOORS.keys()
