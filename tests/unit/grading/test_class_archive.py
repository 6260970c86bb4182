from __future__ import annotations

from pathlib import Path

import pytest

from grader import registry
from grader.errors import UsageError
from grader.grading.class_archive import class_in, refuse_whole_class
from grader.intake import Roster, RosterEntry, locate_class
from grader.records.lab import Lab
from grader.records.submission import Student
from grader.sandbox import Limits
from tests.unit.intake.layouts.class_folders import lay_out

LAB = registry.lab("mnist-cifar100")
ONE = registry.lab("ml-assignment2")


@pytest.mark.parametrize(
    "names",
    [
        ("anna/mnist.h5", "bo/mnist.h5"),
        ("lab3/anna/mnist.h5", "lab3/bo/code/mnist.h5", "__MACOSX/lab3/._x"),
        ("anna_mnist.h5", "bo_mnist.h5"),
        ("Ana_1_assignsubmission_file_/m.h5", "Bo_2_assignsubmission_file_/m.h5"),
        ("x/submission_metadata.yml", "x/submission_1/m.h5", "x/submission_2/m.h5"),
        ("anna.zip", "bo.tar.gz"),
        ("Ana_1_assignsubmission_file_/m.h5",),
    ],
)
def test_several_students_are_a_class(names: tuple[str, ...]) -> None:
    """Several folders or files that fit one artefact, or the download of an LMS, be it of one student, are a class."""
    assert class_in(names, "submissions", LAB)


@pytest.mark.parametrize(
    "names",
    [
        ("mnist.h5", "cifar.h5", "train.py", "report.pdf"),
        ("work/mnist/mnist.h5", "work/cifar/cifar.h5"),
        ("../../mnist.h5", "/etc/mnist.h5"),
        (),
        ("mnist.h5", "data.zip"),
    ],
)
def test_one_students_work_is_none(names: tuple[str, ...]) -> None:
    """A student's models and code, in folders or not, are one submission."""
    assert class_in(names, "work", LAB) == ""


def test_any_model_counts_in_a_lab_of_one_artefact() -> None:
    """There files are taken whatever they are called, so folders with a file each are students."""
    assert class_in(("anna/final.h5", "bo/x.keras"), "submissions", ONE)
    assert class_in(("model.h5", "code/train.py", "report/report.pdf"), "work", ONE) == ""


def refuse(folder: Path, *people: str, lab: Lab = ONE) -> None:
    roster = Roster({name: RosterEntry(Student(id=name)) for name in people})
    refuse_whole_class(locate_class(folder), lab, roster, Limits(), "none")


@pytest.mark.parametrize(
    "files",
    [("lab 3/anna/m.h5", "lab 3/bo/m.h5"), ("lab 3/x/anna/m.h5", "lab 3/x/bo/m.h5", "marks.csv")],
)
def test_a_class_in_the_lone_folder_is_refused(tmp_path: Path, files: tuple[str, ...]) -> None:
    """It would be graded as one student; the message names the folder to grade."""
    lay_out(tmp_path, *files)

    with pytest.raises(UsageError, match="a whole class: 2 folders or files") as caught:
        refuse(tmp_path)
    assert f"grader grade ml-assignment2 '{tmp_path}/lab 3'" in caught.value.hint


def test_files_called_like_people_are_a_class(tmp_path: Path) -> None:
    """Models side by side in a folder are one student's, unless they are called like people on the roster."""
    lay_out(tmp_path, "lab 3/anna.h5", "lab 3/bo.h5")
    refuse(tmp_path, "cy", "dee")

    with pytest.raises(UsageError, match="called like people on the roster"):
        refuse(tmp_path, "anna", "bo", "cy")


def test_who_is_on_the_roster_is_a_student(tmp_path: Path) -> None:
    """Whatever lies in the folder."""
    lay_out(tmp_path, "anna/v1/m.h5", "anna/v2/m.h5")

    refuse(tmp_path, "anna", "bo")


@pytest.mark.parametrize(
    "files", [("anna/v1/m.h5", "anna/code/train.py"), ("anna/",), ("a/b/c/d",)]
)
def test_a_class_of_one_is_graded(tmp_path: Path, files: tuple[str, ...]) -> None:
    """One folder with a student's work in sub-folders, or with nothing in it."""
    refuse(lay_out(tmp_path, *files))
