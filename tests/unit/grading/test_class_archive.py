from __future__ import annotations

import pytest

from grader import registry
from grader.grading.class_archive import class_in

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
    ],
)
def test_several_students_are_a_class(names: tuple[str, ...]) -> None:
    """Several folders or files that fit one artefact, or a download of an LMS, are a class."""
    assert class_in(names, "submissions", LAB)


@pytest.mark.parametrize(
    "names",
    [
        ("mnist.h5", "cifar.h5", "train.py", "report.pdf"),
        ("work/mnist/mnist.h5", "work/cifar/cifar.h5"),
        ("../../mnist.h5", "/etc/mnist.h5"),
        (),
        ("Ana_1_assignsubmission_file_/m.h5",),
    ],
)
def test_one_students_work_is_none(names: tuple[str, ...]) -> None:
    """A student's models and code, in folders or not, are one submission."""
    assert class_in(names, "work", LAB) == ""


def test_any_model_counts_in_a_lab_of_one_artefact() -> None:
    """There files are taken whatever they are called, so folders with a file each are students."""
    assert class_in(("anna/final.h5", "bo/x.keras"), "submissions", ONE)
    assert class_in(("model.h5", "code/train.py", "report/report.pdf"), "work", ONE) == ""
