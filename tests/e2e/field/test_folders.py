"""Folders as people keep them: what lies beside the students, what they are called, and what is packed or linked."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.e2e.field.classes import GOOD, LAB, POOR, STUB, Files, course, grade, graded, lay
from tests.program import grader

TWO = "id,name\nnora,Nora Ejemplo\njean,Jean Maquette\n"


def zipped(files: Files) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content or b"")
    return stream.getvalue()


def tarred(files: Files) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else b""
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


#: What lies in folders of submissions and is nobody's.
STRAYS: dict[str, bytes | str | None] = {
    "README.md": "# Marks",
    "marks_2025.csv": "id,points\n",
    "marks.xlsx": zipped({"xl/workbook.xml": b"<x/>"}),
    "~$marks.xlsx": b"\5nobody",
    ".~lock.marks.ods#": "me",
    "marks.csv~": "id,points\n",
    "Thumbs.db": b"\0",
    "desktop.ini": "[.ShellClassInfo]",
    ".DS_Store": b"\0",
    "__MACOSX/nora/._digits.h5": b"\0",
    "$RECYCLE.BIN/x.h5": b"\0",
    "@eaDir/nora/SYNO": b"\0",
    "lost+found": None,
}


@pytest.mark.parametrize("roster", [TWO, None], ids=["roster", "no roster"])
def test_strays_are_nobodys(tmp_path: Path, roster: str | None) -> None:
    """Notes, tables, locks and what systems leave are listed, and change neither who is marked nor the median."""
    students = {"nora/digits.h5": GOOD, "jean/digits.h5": POOR}
    found = grade(tmp_path, students | STRAYS, roster=roster)
    points = found.points()

    assert set(points) == {"nora", "jean"}
    assert points["nora"] == 40 > points["jean"] > 0
    assert found.summary["median_points"] == round((40 + points["jean"]) / 2, 2)
    (left_out,) = [line for line in found.summary["found"] if line.startswith("Left out: ")]
    assert "README.md" in left_out or "more" in left_out
    assert not found.open()


def test_names_of_files_are_names_of_people(tmp_path: Path) -> None:
    """Apostrophes, commas, copies, double endings and hyphens keep nobody from their mark."""
    found = grade(
        tmp_path,
        {
            "O'Leary Prova.h5": STUB,
            "Maquette, Jean.h5": STUB,
            "van den Voorbeeld (3).h5": STUB,
            "s909.tar.gz": tarred({"digits.h5": STUB}),
        },
        roster="id\nO Leary Prova\nJean Maquette\nvan-den-Voorbeeld\ns909\n",
    )

    assert set(found.files()) == {"O-Leary-Prova", "Jean-Maquette", "van-den-Voorbeeld", "s909"}
    assert not found.unmatched()
    assert None not in found.files().values()


@pytest.mark.parametrize(
    ("files", "roster", "ids"),
    [
        (
            ("nora@uni.example/m.h5", "jean.m.h5"),
            "email\nnora@uni.example\njean.m@uni.example\n",
            2,
        ),
        (
            ("mueller_joerg/m.h5", "Soren Wzor.keras"),
            'id,name\n1,"Müller, Jörg"\n2,"Wzór, Søren"\n',
            2,
        ),
        (("Jean Maquette/m.h5",), 'name\n"Maquette, Jean"\n', 1),
        (("0420/m.h5", "421/m.h5"), "id,name\n420,Nora\n00421,Jean\n", 2),
        (("Copy of Nora Ejemplo.h5", "JEAN.h5"), "id,name\n1,Nora Ejemplo\njean,Jean\n", 2),
        (("nora.zip", "jean.h5.gz"), TWO, 2),
    ],
    ids=["addresses", "last, first", "names alone", "zeros", "copies", "packed"],
)
def test_other_names_of_people(
    tmp_path: Path, files: tuple[str, ...], roster: str, ids: int
) -> None:
    """Everybody on the roster is found, once."""
    found = grade(tmp_path, dict.fromkeys(files, STUB), roster=roster)

    assert len(found.rows) == ids
    assert not found.unmatched()
    assert None not in found.files().values()


def test_namesakes_are_told_apart_or_asked_about(tmp_path: Path) -> None:
    """Of two people with one name the one with the number is known; the other hand-in is a question."""
    files = {"k2/m.h5": STUB, "Kim Prova/m.h5": STUB}
    found = grade(tmp_path, files, roster="id,name\nk1,Kim Prova\nk2,Kim Prova\n")

    assert found.files()["k2"] == ["m.h5"]
    assert found.unmatched() == {"Kim-Prova"}
    assert found.open() == {"k1"}


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("submissions.zip", zipped({"nora/m.h5": STUB, "jean/m.h5": STUB}), "2 folders or files"),
        (
            "Lab 2.zip",
            zipped({"Lab 2/nora.h5": STUB, "Lab 2/jean.h5": STUB, "__MACOSX/Lab 2/._x": b""}),
            "2 folders or files",
        ),
        ("all.tgz", tarred({"nora.zip": b"", "jean.zip": b""}), "2 folders or files"),
        (
            "ML-7.zip",
            zipped({"Nora Ejemplo_88401_assignsubmission_file_/m.h5": STUB}),
            "a Moodle download of 1 student",
        ),
        (
            "submissions.zip",
            zipped({"ejemplonora_6601_70001_m.h5": STUB, "maquettejean_6602_70002_m.h5": STUB}),
            "a Canvas download of 2 students",
        ),
    ],
    ids=["folders", "top folder", "packed twice", "one moodle student", "canvas"],
)
def test_a_packed_class_is_refused(tmp_path: Path, name: str, data: bytes, what: str) -> None:
    """It is no student; the command that unpacks it does, and then the class is graded."""
    lay(tmp_path, {name: data})
    refused = grader("grade", LAB, name, "--out", "run", cwd=tmp_path)

    assert refused.returncode == 2
    assert f"no student's submission but a whole class: {what}" in refused.stderr
    assert "unpack it and grade the folder: " in refused.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("roster", [TWO, None], ids=["roster", "no roster"])
def test_a_class_in_a_folder_of_its_own_is_not_one_student(
    tmp_path: Path, roster: str | None
) -> None:
    """Refused with the folder to grade, which then is."""
    lay(tmp_path / "in", {"Lab 2/nora/m.h5": STUB, "Lab 2/jean/m.h5": STUB, "marks.csv": ""})
    where = course(tmp_path / "course", roster)
    refused = grader("grade", LAB, "in", "--course", where, "--out", "run", cwd=tmp_path)
    found = graded(tmp_path, tmp_path / "in" / "Lab 2", where)

    assert refused.returncode == 2
    assert "grade that folder: grader grade ml-assignment2 'in/Lab 2'" in refused.stderr
    assert set(found.rows) == {"nora", "jean"}


def test_the_instructors_links_are_followed(tmp_path: Path) -> None:
    """Links beside folders are students like these; one that leads nowhere is named before grading."""
    lay(tmp_path, {"store/2026/nora/m.h5": STUB, "store/jean.h5": STUB, "class/cy/m.h5": STUB})
    submissions = tmp_path / "class"
    (submissions / "nora").symlink_to("../store/2026/nora")
    (submissions / "jean.h5").symlink_to(tmp_path / "store" / "jean.h5")
    (submissions / "gone").symlink_to("nowhere")
    found = graded(tmp_path, submissions, course(tmp_path / "course", "id\nnora\njean\ncy\n"))

    assert found.files() == {"cy": ["m.h5"], "jean": ["jean.h5"], "nora": ["m.h5"]}
    assert "gone (a link that leads nowhere)" in found.said
