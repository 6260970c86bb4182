from __future__ import annotations

from pathlib import Path

from grader.course import load_course
from grader.grading.checking import public_lab
from grader.grading.collecting import lab_needs
from grader.grading.stock import dataset_names


def test_students_check_on_the_public_dataset(tmp_path: Path) -> None:
    """Where the course marks on a secret folder, a student's own check uses what the lab declares."""
    (tmp_path / "course.toml").write_text(
        """
        [datasets.secret-digits]
        folder = "digits"
        [labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]
        dataset = "secret-digits"
        frozen_best = 0.9
        """
    )
    course = load_course(tmp_path)
    shown = public_lab("ml-assignment2", course)
    (check,) = shown.exercises[0].checks

    assert dataset_names(course.lab("ml-assignment2")) == ["secret-digits"]
    assert dataset_names(shown) == ["digits"]
    assert getattr(check, "frozen_best", None) == 0.9


def test_students_check_on_a_folder_the_course_made_public(tmp_path: Path) -> None:
    """A public folder of the course is what students are checked on, too."""
    (tmp_path / "course.toml").write_text(
        """
        [datasets.own]
        folder = "digits"
        visibility = "public"
        [labs.ml-assignment2.checks."3-handwritten/relative-accuracy"]
        dataset = "own"
        """
    )

    assert dataset_names(public_lab("ml-assignment2", load_course(tmp_path))) == ["own"]


def test_what_is_collected_is_what_checks_need() -> None:
    """Every artefact's network is looked at, and answered with on each dataset once."""
    needs = lab_needs(load_course(None).lab("mnist-cifar100"))

    assert {
        artefact: [getattr(need, "dataset", None) for need in found]
        for artefact, found in needs.items()
    } == {
        "mnist-model": [None, "mnist"],
        "cifar100-model": [None, "cifar100"],
    }
