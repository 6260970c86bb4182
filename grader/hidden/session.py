"""One session of pytest over the test files of a lab; imported in the child process alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.evidence import kinds
from grader.evidence.fixtures import EvidenceFixture
from grader.hidden.files import list_test_files

#: Marks of the grader, as `pytest --markers` has them. Kinds of evidence add theirs.
_MARKS = (
    "points(n): the points it earns where it passes",
    "exercise(id): the exercise it belongs to",
    "looks_at(*artefacts): ids of the artefacts its fixtures are about",
    "visibility(name): result-only, visible or hidden",
    "images(*names, like=''): functions of the file that return images, or datasets, for predict",
)

#: Parts of pytest that print, write, or watch what nobody looks at here.
_LEFT_OUT = (
    "cacheprovider", "terminal", "logging", "warnings", "faulthandler", "junitxml", "pastebin", "doctest",
    "unraisableexception", "threadexception", "stepwise", "debugging", "subtests", "terminalprogress",
)  # fmt: skip

#: How a session ends that went through all tests: all passed, some failed, stopped by errors of files, none there.
_ENDED = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)

#: Name of the fixture with the evidence of the submission a test is run on.
STORED = "stored_evidence"


def run_pytest(folder: Path, *options: str, plugins: tuple[object, ...]) -> None:
    """Run pytest over the test files, with nothing of the environment and no ``conftest.py``.

    Args:
        folder: Holds the test files.
        options: Further options.
        plugins: What the session is for.
    """
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    os.chdir(
        folder
    )  # pytest reads a path as a pattern: only the names of files, which are plain, are given to it
    arguments = ["-c", os.devnull, "--rootdir=.", "--noconftest"]
    arguments += ["--import-mode=importlib", "--capture=sys", "--strict-markers"]
    arguments += [part for name in _LEFT_OUT for part in ("-p", f"no:{name}")]
    arguments += [*options, *(file.name for file in list_test_files(folder))]
    code = pytest.main(arguments, plugins=[_Marks(), *plugins])
    if code not in _ENDED:
        raise RuntimeError(f"pytest ended with {code!r} in {folder}")


def evidence_fixtures() -> dict[str, EvidenceFixture]:
    """The fixtures of all kinds of evidence, by name."""
    return {fixture.name: fixture for kind in kinds().values() for fixture in kind.fixtures}


def fixture_module(functions: dict[str, Any]) -> ModuleType:
    """A plugin with a fixture for each function, by name."""
    module = ModuleType("grader_evidence_fixtures")
    for name, function in functions.items():
        scope: Any = "session" if name == STORED else "function"
        fixture = pytest.fixture(name=name, scope=scope, autouse=name == STORED)(function)
        setattr(module, name, fixture)
    return module


class _Marks:
    """Registers the marks tests may have, so that a misspelt one is refused."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register them."""
        of_kinds = {name for item in evidence_fixtures().values() for name in item.marks}
        known = {line.partition("(")[0] for line in _MARKS}
        for line in (*_MARKS, *(f"{name}(...)" for name in sorted(of_kinds - known))):
            config.addinivalue_line("markers", line)
