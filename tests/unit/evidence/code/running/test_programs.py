"""The files of a submission as programs and steps."""

from __future__ import annotations

import json

from grader.evidence.code.probe.running.programs import modules, programs


def notebook(*cells: str) -> bytes:
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    return json.dumps(book).encode()


def steps(files: dict[str, bytes]) -> dict[str, list[str]]:
    return {program.file: [step.where for step in program.steps] for program in programs(files)}


def test_a_script_is_run_by_statements_and_a_notebook_by_cells() -> None:
    """Empty cells, texts and comments are no steps."""
    book = notebook("x = 1\ny = 2", "", "# nothing", "%matplotlib inline\nz = 3")

    assert steps({"lab.py": b"x = 1\n\nif x:\n    y = 2\n", "lab.ipynb": book}) == {
        "lab.py": ["lab.py:1", "lab.py:3"],
        "lab.ipynb": ["lab.ipynb, cell 1", "lab.ipynb, cell 4"],
    }


def test_scripts_that_others_import_are_no_programs() -> None:
    """They may be imported."""
    files = {
        "main.py": b"import tools\nfrom utils.more import f",
        "tools.py": b"x = 1",
        "utils/more.py": b"f = 1",
    }

    assert list(steps(files)) == ["main.py"]
    assert set(modules(files)) == {"main", "tools", "utils.more"}


def test_scripts_that_import_each_other_are_programs_all() -> None:
    """Something has to be run."""
    assert list(steps({"a.py": b"import b", "b.py": b"import a"})) == ["a.py", "b.py"]


def test_many_statements_are_run_in_one_last_step() -> None:
    """None is left out."""
    (program,) = programs({"lab.py": b"x = 1\n" * 1_000})

    assert len(program.steps) == 400
    assert [(step.first, step.stop) for step in program.steps[-2:]] == [(398, 399), (399, 1000)]


def test_cells_beyond_the_last_step_are_counted() -> None:
    """They are not run, and the run says how many there are."""
    (program,) = programs({"lab.ipynb": notebook(*["x = 1\ny = 2"] * 450)})

    assert (len(program.steps), program.cells_left_out) == (400, 50)


def test_broken_files_are_no_programs() -> None:
    """Nor what holds no code."""
    files = {"a.ipynb": b"{", "b.ipynb": b"[]", "c.py": b"", "d.py": b"\0\0", "e.py": b"x = 1"}

    assert list(steps(files)) == ["e.py"]


def test_modules_are_scripts_with_something_in_them() -> None:
    """By the names they are imported as, in folders too; notebooks cannot be imported."""
    files = {
        "a.py": b"x = 1",
        "b/c.PY": b"x = 1",
        "d.ipynb": notebook("x = 1"),
        "p/__init__.py": b"",
    }

    assert set(modules(files)) == {"a", "b.c", "p.__init__"}


def test_a_package_is_no_program() -> None:
    """Nor what its scripts import of each other."""
    files = {
        "main.py": b"import lab.models",
        "lab/__init__.py": b"from . import data",
        "lab/models.py": b"from .layers import build\nfrom .. import tools",
        "lab/layers.py": b"build = 1",
        "lab/data.py": b"x = 1",
        "tools.py": b"y = 1",
    }

    assert list(steps(files)) == ["main.py"]
    assert list(steps({"__init__.py": b"x = 1"})) == ["__init__.py"]
