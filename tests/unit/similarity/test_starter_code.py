"""Scripts and notebooks that were handed out, as the run folder keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.grading.isolation import choose_level
from grader.runs.store import RunStore
from grader.sandbox import Limits
from grader.similarity import starter_files
from grader.similarity.baselines import known_baselines, read_starter_models, stored_starter_models
from grader.similarity.starter_code import known_starter_code, read_starter_code


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "run")
    with store.locked():
        return store


@pytest.fixture
def paths(tmp_path: Path) -> dict[str, Path]:
    """A script, the same as a notebook, a model and a notebook that is none."""
    cell = {"cell_type": "code", "source": "size = 3", "outputs": []}
    contents = {
        "start.py": "size = 3\n",
        "start.ipynb": json.dumps({"cells": [cell]}),
        "start.h5": "no code",
        "broken.ipynb": "{",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    return {name: tmp_path / name for name in contents}


def read(paths: dict[str, Path], store: RunStore) -> dict[str, tuple[str, ...]]:
    read_starter_code(paths, store, Limits(), choose_level("auto"))
    return {script.name: script.tokens for script in known_starter_code(paths, store)}


def test_scripts_and_notebooks_are_read_in_the_sandbox(
    store: RunStore, paths: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once: an unchanged file is not read again, nor needed for rescoring. Models are left to others."""
    expected = {"start.py": ("$ = 0", ""), "start.ipynb": ("$ = 0",), "broken.ipynb": ()}
    assert read(paths, store) == expected

    monkeypatch.setattr(starter_files, "Sandboxes", None)
    assert read(paths, store) == expected
    paths["start.py"].unlink()
    known = known_starter_code(paths, store)
    assert {script.name: script.tokens for script in known} == expected


def test_of_a_new_script_only_copies_of_the_file_are_recognised(
    store: RunStore, paths: dict[str, Path]
) -> None:
    """Until the class is graded again, what stands in it is not known."""
    (script,) = known_starter_code({"start.py": paths["start.py"]}, store)

    assert script.sha256
    assert script.tokens == ()


def test_an_absent_script_is_reported_before_anything_is_graded(
    store: RunStore, tmp_path: Path
) -> None:
    """By the name it has in course.toml."""
    with pytest.raises(CourseError, match=r"'gone\.py' does not exist"):
        read_starter_code({"gone.py": tmp_path / "gone.py"}, store, Limits(), "none")


def test_a_course_without_scripts_leaves_no_file(store: RunStore, paths: dict[str, Path]) -> None:
    """Nothing is read and nothing written."""
    read_starter_code({"start.h5": paths["start.h5"]}, store, Limits(), "none")

    assert not (store.folder / "starter_code.json").exists()


def test_scripts_are_no_models(store: RunStore, paths: dict[str, Path]) -> None:
    """They are not opened as such, and are no baselines whose model does not open."""
    scripts = {"start.py": paths["start.py"]}
    read_starter_models(scripts, store, Limits(), "none")

    assert stored_starter_models(store) is None
    assert known_baselines("no-lab", scripts, store) == ()
