"""The grader measures what plain `model.predict` measured: `results.json` of the references, to the last image."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from grader.evidence.predictions.view import RANKED
from grader.runs.store import RunStore
from tests.program import REPOSITORY, asking_for_digits, grader

REFERENCES = REPOSITORY / "reference_solutions"
#: The check of ml-assignment2, for which a course may name another dataset.
RELATIVE = "3-handwritten/relative-accuracy"


def check_measured_as_recorded(
    lab: str, dataset: str, folder: Path, data: Path | None = None
) -> None:
    """Grade the reference models of a lab as a class of one, and compare the hits with the record."""
    (folder / "class" / "reference").mkdir(parents=True)
    for model in (REFERENCES / lab).glob("*.h5"):
        shutil.copy(model, folder / "class" / "reference")
    if lab == "ml-assignment2":
        (folder / "course.toml").write_text(
            asking_for_digits(f'[labs.{lab}.checks."{RELATIVE}"]\ndataset = "{dataset}"\n')
        )
    env = {"GRADER_DATA": str(data)} if data else {}
    finished = grader("grade", lab, "class", "--out", "run", cwd=folder, env=env)
    assert finished.returncode == 0, finished.stderr
    labels = np.load(folder / "run" / "labels" / f"{dataset}.npy")
    evidence = json.loads((folder / "run" / "evidence" / "reference.json").read_text())
    (need,) = {
        observation["need"]
        for observation in evidence["observations"]
        if observation["record"] and observation["record"].get("dataset") == dataset
    }
    ranked = RunStore(folder / "run").read_arrays("reference")[need][RANKED]
    hits = ranked[:, :5] == labels[:, None]

    results = json.loads((REFERENCES / lab / "results.json").read_text())
    (recorded,) = [scores[dataset] for scores in results["scores"].values() if dataset in scores]
    images = recorded["images"]
    assert len(labels) == images
    assert int(hits[:, 0].sum()) == round(recorded["accuracy"] * images)
    assert int(hits.sum()) == round(recorded["top5"] * images)
    report = json.loads((folder / "run" / "results" / "reference.json").read_text())
    values = [
        fact["value"].get("value")
        for exercise in report["exercises"]
        for check in exercise["checks"]
        for fact in check["facts"]
    ]
    assert hits[:, 0].mean() in values


def test_digits_are_measured_as_recorded(tmp_path: Path) -> None:
    """On the embedded digits, accuracy and top 5 are those of the record everywhere."""
    check_measured_as_recorded("ml-assignment2", "digits", tmp_path)


def test_reviews_are_measured_as_recorded(tmp_path: Path) -> None:
    """On the generated reviews, accuracy and macro F1 of the best table are those of the record."""
    folder = REFERENCES / "project-sentiment"
    shutil.copytree(folder / "submission", tmp_path / "class" / "reference")
    finished = grader("grade", "project-sentiment", "class", "--out", "run", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    (recorded,) = json.loads((folder / "results.json").read_text())["scores"][
        "predictions"
    ].values()
    result = json.loads((tmp_path / "run" / "results" / "reference.json").read_text())
    checks = result["exercises"][0]["checks"]
    accuracy, macro_f1 = (check["facts"][0]["value"]["value"] for check in checks[:2])

    assert accuracy == pytest.approx(recorded["accuracy"], abs=1e-5)
    assert macro_f1 == pytest.approx(recorded["macro_f1"], abs=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("lab", "dataset"),
    [
        ("ml-assignment2", "mnist"),
        ("ml-assignment2", "handwritten"),
        ("mnist-cifar100", "mnist"),
        ("mnist-cifar100", "cifar100"),
        ("playground-cifar10", "cifar10"),
    ],
)
def test_real_images_are_measured_as_recorded(
    lab: str, dataset: str, tmp_path: Path, shared_data: Path
) -> None:
    """On the full test sets, accuracy and top 5 are those of the record."""
    check_measured_as_recorded(lab, dataset, tmp_path, shared_data)
