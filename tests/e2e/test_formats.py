"""What may be handed in besides Keras networks, through the command line, on the digits of scikit-learn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from grader import datasets
from tests import onnx_networks
from tests.program import grader

COURSE = """
[labs.mnist-cifar100.checks."mnist/accuracy"]
dataset = "digits"
demands = [{ full_at = 0.7 }]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course that judges the MNIST model on digits that are at hand everywhere."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "course.toml").write_text(COURSE)
    return folder


def nearest_mean(*, batch: int | str = "n") -> onnx.ModelProto:
    """A network that takes each digit for the one whose mean is nearest, of pixels from 0 to 1."""
    calibration = datasets.get("digits").calibration()
    assert calibration is not None
    split = calibration.split
    flat = split.images.reshape(len(split), -1) / 255
    means = np.stack([flat[split.labels == digit].mean(axis=0) for digit in range(10)])
    weights = [
        onnx_networks.tensor("means", means.T),
        onnx_networks.tensor("lengths", -0.5 * (means**2).sum(axis=1)),
    ]
    nodes = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("Gemm", ["flat", "means", "lengths"], ["scores"]),
    ]
    return onnx_networks.network(nodes, weights, shape=(batch, 1, 28, 28))


def checked(path: Path, course: Path, lab: str = "mnist-cifar100") -> dict[str, Any]:
    """The first exercise of the report."""
    options = ("--format", "json", "--course", course)
    finished = grader("check", lab, path, *options, cwd=course)
    assert finished.returncode == 0, finished.stderr
    exercise: dict[str, Any] = json.loads(finished.stdout)["exercises"][0]
    return exercise


@pytest.mark.parametrize("batch", ["n", 1])
def test_an_onnx_network_counts_like_one_of_keras(
    tmp_path: Path, course: Path, batch: int | str
) -> None:
    """Where a lab takes ONNX, an export is opened, described and judged, one image at a time or many."""
    onnx_networks.save(nearest_mean(batch=batch), tmp_path / "amina" / "mnist.onnx")
    exercise = checked(tmp_path / "amina", course)
    check = exercise["checks"][0]

    assert check["status"] == "passed", check["feedback"]
    assert check["facts"][0]["value"] > 0.8
    assert exercise["network"]["producer"] == "pytorch 2.13.0"
    assert [layer["type"] for layer in exercise["network"]["layers"]] == ["Flatten", "Gemm"]


def test_where_onnx_is_not_taken_it_is_said(tmp_path: Path, course: Path) -> None:
    """A lab of Keras names what the file is and what it takes."""
    path = onnx_networks.save(nearest_mean(), tmp_path / "digits.onnx")
    check = checked(path, course, lab="ml-assignment2")["checks"][0]

    assert check["reason"] == "not-a-model"
    assert "ONNX network. Expected: `.h5` (HDF5) or `.keras`" in check["feedback"]
    assert "model.save(" in check["advice"]


def test_inspect_describes_an_onnx_network(tmp_path: Path) -> None:
    """Operators, shapes, parameters and who wrote it."""
    path = onnx_networks.save(nearest_mean(), tmp_path / "net.bin")
    finished = grader("inspect", path, cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert "net.bin: onnx, saved by pytorch 2.13.0" in finished.stdout
    assert "7,850 parameters" in finished.stdout
