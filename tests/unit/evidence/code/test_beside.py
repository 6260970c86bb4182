"""The files that code may read while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.code.beside import files_beside
from grader.records.submission import SubmittedFile


def file(path: str, kind: Any = "text", size: int = 10) -> SubmittedFile:
    return SubmittedFile(path=path, sha256="0" * 64, size=size, kind=kind)


def beside(*files: SubmittedFile, code: str = "lab.py") -> list[str]:
    return [item.path for item in files_beside(file(code), [file(code), *files]).files]


@pytest.mark.parametrize("code", ["lab.py", "lab.ipynb", "deep/LAB.PY"])
def test_data_images_and_models_lie_beside_code(code: str) -> None:
    """Wherever they are in the submission."""
    names = ["data.csv", "deep/x.png", "model.h5", "notes.txt", "archive.zip"]

    assert beside(*map(file, names), code=code) == names


@pytest.mark.parametrize("other", ["model.h5", "report.pdf", "data.csv"])
def test_nothing_lies_beside_what_is_no_code(other: str) -> None:
    """Only code reads files."""
    assert beside(file("data.csv"), code=other) == []


def test_other_code_and_documents_do_not_lie_beside_it() -> None:
    """Code is run together; no code reads a report."""
    files = (
        file("b.py"),
        file("c.IPYNB"),
        file("r.pdf", "pdf"),
        file("r.docx", "word"),
        file("e", "empty"),
    )

    assert beside(*files) == []


def test_large_files_are_left_out() -> None:
    """Each, and all together."""
    files = [file("huge.bin", size=61 << 20), *(file(f"{n}.bin", size=45 << 20) for n in range(6))]

    assert beside(*files, file("small.csv")) == ["0.bin", "1.bin", "2.bin", "3.bin", "small.csv"]


def test_of_many_files_the_first_are_taken() -> None:
    """A box takes only so many."""
    assert len(beside(*(file(f"{number}.png") for number in range(300)))) == 100
