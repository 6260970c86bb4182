"""Scripts of a submission import each other."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.evidence.code.probe.running.guards import GUARD
from grader.evidence.code.probe.running.neighbours import Neighbours
from grader.evidence.code.probe.running.programs import modules

Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Make scripts importable until the test ends."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import builtins

    monkeypatch.setattr(builtins, GUARD, lambda loop: True, raising=False)
    before = set(sys.modules)

    def installed(**files: str) -> None:
        sources = {name.replace("__in__", "/") + ".py": text for name, text in files.items()}
        Neighbours(modules({name: text.encode() for name, text in sources.items()})).install()

    yield installed
    for name in set(sys.modules) - before:
        del sys.modules[name]


def load(name: str) -> Any:
    return importlib.import_module(name)


def test_a_script_is_imported(install: Install) -> None:
    """With its file, once."""
    install(my_tools="x = [1]\nfor k in range(3): x.append(k)")

    assert load("my_tools").x == [1, 0, 1, 2]
    assert load("my_tools") is load("my_tools")
    assert load("my_tools").__file__ == "my_tools.py"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("my_pack.one", 1), ("my_pack.deep.two", 2), ("deep.two", 2), ("one", 1), ("two", 2),
    ],
)  # fmt: skip
def test_scripts_in_folders_are_imported(name: str, value: int, install: Install) -> None:
    """From above the folder, from inside it, or by the bare name where no other has it."""
    install(my_pack__in__one="x = 1", my_pack__in__deep__in__two="x = 2")

    assert load(name).x == value


def test_a_package_runs_its_init(install: Install) -> None:
    """And its scripts import each other relatively."""
    install(
        lab__in__my_pack__in____init__="from .one import x\ny = x + 1",
        lab__in__my_pack__in__one="from . import two\nx = two.x",
        lab__in__my_pack__in__two="x = 5",
    )

    assert load("my_pack").y == 6
    assert load("my_pack.two").x == 5


def test_of_two_scripts_of_one_name_none_is_guessed(install: Install) -> None:
    """The one that is named in full is had."""
    install(a__in__helper="x = 'a'", b__in__helper="x = 'b'")

    assert load("b.helper").x == "b"
    with pytest.raises(ModuleNotFoundError):
        load("helper")


def test_the_script_at_the_top_is_meant_by_its_bare_name(install: Install) -> None:
    """Whatever lies in folders."""
    install(helper="x = 'top'", old__in__helper="x = 'old'")

    assert load("helper").x == "top"


def test_libraries_that_are_imported_already_are_not_replaced(install: Install) -> None:
    """A file called as a library is, beside code that uses the library."""
    install(json="x = 1")

    assert not hasattr(load("json"), "x")


def test_other_modules_are_found_as_always(install: Install) -> None:
    """And what is nowhere is missing."""
    install(helper="x = 1")

    assert load("colorsys").rgb_to_hsv
    with pytest.raises(ModuleNotFoundError):
        load("no_such_module_at_all")


def test_errors_of_a_script_are_those_of_the_import(install: Install) -> None:
    """It is tried again the next time."""
    install(wrong="x = 1\n1 / 0")

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            load("wrong")


def test_a_script_with_a_broken_line_gives_the_rest(install: Install) -> None:
    """One that is nothing but broken lines cannot be imported."""
    install(partly="x = 1\ny = = 2\nz = 3", wholly="y = = 2")

    assert (load("partly").x, load("partly").z) == (1, 3)
    with pytest.raises(SyntaxError):
        load("wholly")


def test_loops_of_imported_scripts_are_guarded(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each under a number of its own."""
    import builtins

    asked: list[int] = []

    def guard(loop: int) -> bool:
        asked.append(abs(loop))
        return asked.count(abs(loop)) < 10

    monkeypatch.setattr(builtins, GUARD, guard)
    install(first="while True: pass", second="while True: pass")
    load("first")
    load("second")

    assert len(asked) == 20
    assert len(set(asked)) == 2
