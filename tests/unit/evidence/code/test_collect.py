"""Scripts and notebooks of a submission are read together, however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.course import Course
from grader.evidence.base import CollectContext, CollectTask
from grader.evidence.code.collect import collect_code
from grader.evidence.code.profile import PROFILE
from grader.evidence.code.record import CodeNeed, CodeReading
from grader.evidence.code.text_record import CodeText, CodeTextNeed
from grader.evidence.code.view import code_sections
from grader.grading.datasets import load_datasets
from grader.grading.isolation import choose_level
from grader.intake.sniffing import sniff_file
from grader.messages import catalogue
from grader.records.evidence import ArtefactFile, Failure
from grader.records.lab import Artefact
from grader.records.section import Table
from grader.sandbox import MAX_SUBMITTED, Limits, Sandboxes
from tests.factories import ARTEFACT


@pytest.fixture(scope="module")
def context() -> Iterator[CollectContext]:
    limits = Limits()
    with Sandboxes(limits, choose_level("auto")) as sandboxes:
        pool = load_datasets([], Course()).pool
        yield CollectContext(lambda: sandboxes.open(PROFILE), sandboxes.open, limits, pool)


def collected(folder: Path, files: Mapping[str, str], context: CollectContext) -> CodeReading:
    """What is read of files by their names."""
    located = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        located.append((ArtefactFile(path=name, sha256="0", kind=sniff_file(path)), path))
    task = CollectTask(
        artefact=Artefact(
            id=ARTEFACT, title="it", patterns=("*",), formats=("python", "notebook"), many=True
        ),
        files=tuple(located),
        needs=(CodeNeed(artefact=ARTEFACT),),
        declared=None,
        keys={},
    )
    (reading,) = collect_code(task, context).records.values()
    assert isinstance(reading, CodeReading)
    return reading


def notes(reading: CodeReading, language: str = "en") -> list[str]:
    (table,) = code_sections(reading)
    assert isinstance(table, Table)
    return [catalogue(language).translate(note) for note in table.notes]


@pytest.mark.parametrize("count", [7, 100, MAX_SUBMITTED])
def test_many_files_are_read_together(tmp_path: Path, count: int, context: CollectContext) -> None:
    """None is left out."""
    files = {f"part{number}.py": f"value{number} = {number}" for number in range(count)}
    reading = collected(tmp_path, files, context)

    assert reading.files == tuple(files)
    assert (reading.statements, reading.problems) == (count, ())


def test_of_too_many_files_those_nearest_to_the_top_are_read(
    tmp_path: Path, context: CollectContext
) -> None:
    """Packages that were packed as well do not crowd out the student's own code, and what is left out is named."""
    packages = {f"env/lib/p{number}.py": "x = 1" for number in range(MAX_SUBMITTED + 30)}
    reading = collected(tmp_path, {**packages, "lab/lab.py": "y = 1", "main.py": "z = 1"}, context)

    assert len(reading.files) == MAX_SUBMITTED
    assert reading.files[-2:] == ("lab/lab.py", "main.py")
    (problem,) = reading.problems
    assert (problem.what, problem.detail) == ("too-many-files", "32")
    assert problem.where.startswith(f"env/lib/p{MAX_SUBMITTED - 2}.py, ")
    for language, word in (("en", "were not read"), ("fr", "pas été lus")):
        (note,) = notes(reading, language)
        assert word in note
        assert "32" in note


def test_notebooks_whose_outputs_are_too_long_are_read_for_their_code(
    tmp_path: Path, context: CollectContext
) -> None:
    """An answer has room for so much: what does not fit is named, and nothing crashes."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": "é" * 4_000}]
    cell = {"cell_type": "code", "source": "x = 1", "outputs": outputs}
    document = json.dumps({"nbformat": 4, "cells": [cell] * 250}, ensure_ascii=False)
    small = json.dumps({"nbformat": 4, "cells": [{**cell, "outputs": []}]})
    files = {"a.ipynb": document, "b.ipynb": document, "c.ipynb": document, "d.ipynb": small}
    reading = collected(tmp_path, files, context)

    assert reading.statements == 751
    left_out = [item.where for item in reading.problems if item.what == "outputs-too-long"]
    assert left_out
    assert {notebook.file for notebook in reading.notebooks} == files.keys() - {*left_out}
    assert "d.ipynb" not in left_out
    assert any("too long to be kept" in note for note in notes(reading))


def test_code_is_collected_for_comparing_it(tmp_path: Path, context: CollectContext) -> None:
    """Where that is asked for, texts and tokens of all files come back beside the reading, and no page shows them."""
    needs = CodeNeed(artefact=ARTEFACT), CodeTextNeed(artefact=ARTEFACT)
    script = tmp_path / "lab.py"
    script.write_text("size = 3\n")
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("python",)),
        files=((ArtefactFile(path="lab.py", sha256="0", kind="text"), script),),
        needs=needs,
        declared=None,
        keys={},
    )
    records = collect_code(task, context).records

    assert isinstance(records[needs[0]], CodeReading)
    found = records[needs[1]]
    assert isinstance(found, CodeText)
    assert [(piece.file, piece.text, piece.tokens) for piece in found.pieces] == [
        ("lab.py", "size = 3\n", "$ = 0\n")
    ]
    assert code_sections(found) == ()


def test_what_holds_no_code_is_not_compared(tmp_path: Path, context: CollectContext) -> None:
    """Both needs have the same failure."""
    script = tmp_path / "lab.py"
    script.write_text("# to be done\n")
    task = CollectTask(
        artefact=Artefact(id=ARTEFACT, title="it", patterns=("*",), formats=("python",)),
        files=((ArtefactFile(path="lab.py", sha256="0", kind="text"), script),),
        needs=(CodeNeed(artefact=ARTEFACT), CodeTextNeed(artefact=ARTEFACT)),
        declared=None,
        keys={},
    )
    failures = list(collect_code(task, context).records.values())

    assert isinstance(failures[0], Failure)
    assert (failures[0].reason, failures[0]) == ("no-code", failures[1])
