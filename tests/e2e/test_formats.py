"""What may be handed in besides Keras models, through the command line, on the digits of scikit-learn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from grader import datasets
from grader.datasets.base import Split
from grader.grading.rescore import read_results
from grader.reporting.feedback import staff_feedback
from tests import onnx_models
from tests.program import asking_for_digits, grader

COURSE = """
[labs.mnist-cifar100]
exercises = ["mnist", "cifar100"]
[labs.mnist-cifar100.checks."mnist/accuracy"]
dataset = "digits"
thresholds = [{ full_at = 0.7 }]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course that judges the MNIST model on digits that are at hand everywhere."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "course.toml").write_text(asking_for_digits(COURSE))
    return folder


def nearest_mean(*, batch: int | str = "n") -> onnx.ModelProto:
    """A model that predicts the digit whose mean is nearest, of pixels from 0 to 1."""
    calibration = datasets.get("digits").calibration()
    assert calibration is not None
    split = calibration.split
    flat = split.images.reshape(len(split), -1) / 255
    means = np.stack([flat[split.labels == digit].mean(axis=0) for digit in range(10)])
    weights = [
        onnx_models.tensor("means", means.T),
        onnx_models.tensor("lengths", -0.5 * (means**2).sum(axis=1)),
    ]
    nodes = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("Gemm", ["flat", "means", "lengths"], ["scores"]),
    ]
    return onnx_models.make_model(nodes, weights, shape=(batch, 1, 28, 28))


def predicted(course: Path, *, scores: bool) -> str:
    """A table that is right on the even digits of an export and wrong on the odd ones."""
    finished = grader("data", "export-unlabelled", "digits", "--out", "out", cwd=course)
    assert finished.returncode == 0, finished.stderr
    with np.load(course / "out" / "images.npz", allow_pickle=False) as export:
        ids, images = export["ids"], export["images"]
    test = datasets.get("digits").load("test")
    labels = {image.tobytes(): int(label) for image, label in zip(*_of(test), strict=True)}
    rows = []
    for name, image in zip(ids, images, strict=True):
        label = labels[image.tobytes()]
        answer = label if label % 2 == 0 else (label + 1) % 10
        given = [1.0 if number == answer else 0.5 * (number == label) for number in range(10)]
        rows.append(",".join([name, str(answer), *(map(str, given) if scores else ())]))
    columns = [f",score_{number}" for number in range(10)] if scores else []
    return "\n".join(["id,label" + "".join(columns), *rows, ""])


def _of(split: Split) -> tuple[np.ndarray, np.ndarray]:
    return split.images, split.labels


def checked(path: Path, course: Path, lab: str = "mnist-cifar100") -> dict[str, Any]:
    """The first exercise of the report."""
    options = ("--format", "json", "--course", course)
    finished = grader("check", lab, path, *options, cwd=course)
    assert finished.returncode == 0, finished.stderr
    exercise: dict[str, Any] = json.loads(finished.stdout)["exercises"][0]
    return exercise


@pytest.mark.parametrize("batch", ["n", 1])
def test_an_onnx_model_counts_like_one_of_keras(
    tmp_path: Path, course: Path, batch: int | str
) -> None:
    """Where a lab takes ONNX, an export is opened, described and judged, one image at a time or many."""
    onnx_models.save(nearest_mean(batch=batch), tmp_path / "amina" / "mnist.onnx")
    exercise = checked(tmp_path / "amina", course)
    check = exercise["checks"][0]

    assert check["status"] == "passed", check["feedback"]
    assert check["facts"][0]["value"] > 0.8
    (table,) = exercise["sections"]
    assert "pytorch 2.13.0" in table["title"]
    assert [row[1] for row in table["rows"]] == ["Flatten", "Gemm"]


def test_where_onnx_is_not_accepted_it_is_reported(tmp_path: Path, course: Path) -> None:
    """A lab of Keras names what the file is and what it takes."""
    path = onnx_models.save(nearest_mean(), tmp_path / "digits.onnx")
    check = checked(path, course, lab="ml-assignment2")["checks"][0]

    assert check["reason"] == "wrong-format"
    assert "ONNX model. Expected: `.h5` (HDF5) or `.keras`" in check["feedback"]
    assert "model.save(" in check["advice"]


def test_inspect_describes_an_onnx_model(tmp_path: Path) -> None:
    """Operators, shapes, parameters and who wrote it."""
    path = onnx_models.save(nearest_mean(), tmp_path / "net.bin")
    finished = grader("inspect", path, cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert "net.bin: onnx, saved by pytorch 2.13.0" in finished.stdout
    assert "7,850 parameters" in finished.stdout


def test_a_table_of_predictions_counts_like_a_model(tmp_path: Path, course: Path) -> None:
    """Predictions on the exported images are judged, and the report says that no model was run."""
    folder = tmp_path / "amina"
    folder.mkdir()
    (folder / "mnist.csv").write_text(predicted(course, scores=True))
    exercise = checked(folder, course)
    check = exercise["checks"][0]

    assert check["status"] == "failed"
    assert check["facts"][0]["value"] == pytest.approx(0.5, abs=0.02)
    assert "predictions-given" in check["flags"]
    assert exercise["sections"] == []
    assert exercise["artefacts"][0]["files"] == ["mnist.csv"]


@pytest.mark.parametrize(("scores", "status"), [(True, "passed"), (False, "failed")])
def test_five_best_classes_need_scores(
    tmp_path: Path, course: Path, scores: bool, status: str
) -> None:
    """With scores a threshold on the five best classes is reached; labels alone name what is missing."""
    thresholds = "thresholds = [{ full_at = 0.4 }, { top = 5, full_at = 0.9 }]"
    settings = (course / "course.toml").read_text()
    (course / "course.toml").write_text(
        settings.replace("thresholds = [{ full_at = 0.7 }]", thresholds)
    )
    folder = tmp_path / "amina"
    folder.mkdir()
    (folder / "mnist.csv").write_text(predicted(course, scores=scores))
    check = checked(folder, course)["checks"][0]

    assert check["status"] == status, check["feedback"]
    assert ("hand in scores" in check["feedback"]) == (not scores)


def test_all_mistakes_of_a_table_are_reported(tmp_path: Path, course: Path) -> None:
    """Lines and ids are named, and a class of many goes on."""
    text = predicted(course, scores=False).splitlines()
    text[5] = text[5].replace(",", ",9")
    del text[10]
    for student in ("amina", "bruno"):
        (tmp_path / "class" / student).mkdir(parents=True)
    (tmp_path / "class" / "amina" / "mnist.csv").write_text("\n".join(text))
    (tmp_path / "class" / "bruno" / "mnist.csv").write_text(predicted(course, scores=False))
    run = ("--course", course, "--out", tmp_path / "run")
    finished = grader("grade", "mnist-cifar100", tmp_path / "class", *run, cwd=course)
    assert finished.returncode == 0, finished.stderr
    assert "amina: bad-predictions" in finished.stderr
    reports = {
        report.student.id: staff_feedback(report) for report in read_results(tmp_path / "run")
    }
    feedback = reports["amina"].checks[0].feedback

    assert "1 line(s) have a label that is none of the 10 classes (line 6)" in feedback
    assert "1 of 1,500 images have no line (i" in feedback
    assert reports["bruno"].checks[0].reason == ""
