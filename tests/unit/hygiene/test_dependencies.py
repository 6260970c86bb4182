"""What is imported is declared, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import grader

PACKAGE = Path(grader.__file__).parent
ROOT = PACKAGE.parent

#: Import name to name on the index, where they differ.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "docx": "python-docx",
    "markdown_it": "markdown-it-py",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
HEAVY = {"tensorflow", "keras"}
#: Libraries that read what students hand in.
OPENING = HEAVY | {"h5py", "onnx", "onnxruntime", "pypdf", "python-docx", "markdown-it-py"}


def third_party(file: Path) -> set[str]:
    """Distributions a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    found -= set(sys.stdlib_module_names) | {"grader"}
    return {DISTRIBUTIONS.get(name, name) for name in found}


#: Extras whose libraries the grader imports where a lab needs them; what student code imports is in `code`.
EXTRAS = ("cartpole",)


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return found["project"]  # type: ignore[no-any-return]


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9_.-]+", item) for item in requirements)
    return {match.group().lower() for match in found if match}


def declared() -> set[str]:
    return names(project()["dependencies"])


def of_extras() -> set[str]:
    extras = project()["optional-dependencies"]
    return {name for extra in EXTRAS for name in names(extras[extra])}


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not a checkout")
def test_imports_and_dependencies_agree() -> None:
    """No library is used without being declared, and none is installed for nothing."""
    used = set().union(*(third_party(file) for file in PACKAGE.rglob("*.py")))

    assert used - declared() == of_extras()
    # Data files of a library, read without importing it, are a use as well.
    assert declared() - used <= {"scikit-learn", "tzdata"}


def test_libraries_of_extras_are_imported_inside_functions() -> None:
    """Whoever does not use a lab need not install what it alone needs."""
    at_import = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if (
            isinstance(node, ast.Import | ast.ImportFrom)
            and {alias.name.split(".")[0] for alias in node.names} & of_extras()
        )
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in of_extras())
    }

    assert at_import == set()


def test_libraries_that_open_files_are_imported_by_probes_only() -> None:
    """Only what runs inside the sandbox, below `probe` of a kind, imports libraries that open submitted files."""
    elsewhere = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if OPENING & third_party(file)
        and not re.match(r"evidence/\w+/probe/", file.relative_to(PACKAGE).as_posix())
    }

    assert elsewhere == set()


def test_the_unit_tier_imports_no_tensorflow() -> None:
    """The blocker of the tier sees imports while tests run; this sees those of test modules."""
    unit = Path(__file__).parents[1]

    assert {file.name for file in unit.rglob("*.py") if HEAVY & third_party(file)} == set()
    with pytest.raises(ImportError, match="unit tier"):
        __import__("keras")


def test_modules_stay_small() -> None:
    """A module that needs scrolling for long is two modules."""
    lengths = {
        str(file.relative_to(PACKAGE)): len(file.read_text(encoding="utf-8").splitlines())
        for file in PACKAGE.rglob("*.py")
    }

    assert {name: length for name, length in lengths.items() if length > 320} == {}
