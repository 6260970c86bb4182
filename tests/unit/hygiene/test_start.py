"""What starting costs: nothing heavy is imported to list commands or to import the package."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import grader

HEAVY = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "sklearn",
    "h5py",
    "onnx",
    "onnxruntime",
    "jinja2",
    "pytest",
    "rich",
    "PIL",
)
LIGHT_FOR_THE_PACKAGE = (*HEAVY, "msgspec", "click")


def imported_by(program: str, *arguments: str) -> set[str]:
    """Top-level modules a fresh interpreter has imported after a program."""
    report = "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    ended = subprocess.run(
        [sys.executable, "-c", report + program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return {name.partition(".")[0] for name in ended.stderr.split()}


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        ("import grader", LIGHT_FOR_THE_PACKAGE),
        ("import grader.cli", HEAVY),
        ("from grader.cli import main; sys.argv = ['grader', '--help']; main()", HEAVY),
        ("from grader.cli import main; sys.argv = ['grader', '--version']; main()", HEAVY),
    ],
)
def test_starting_imports_nothing_heavy(program: str, heavy: tuple[str, ...]) -> None:
    """Help and completion are instant because libraries wait until a command needs them."""
    loaded = imported_by(program)

    assert "grader" in loaded
    assert loaded & set(heavy) == set()


def test_the_public_api_is_sorted_and_real() -> None:
    """Every name in `__all__` exists, is documented, and stands in its place; the map has no others."""
    assert list(grader.__all__) == sorted(grader.__all__)
    assert grader._MODULES.keys() == set(grader.__all__)
    for name in grader.__all__:
        assert getattr(grader, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Lazy names do not turn typing errors into import errors."""
    with pytest.raises(AttributeError, match="no attribute 'grade'"):
        _ = grader.grade
