"""Real data and real students' files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from grader.evidence.predictions.record import PredictionsNeed
from grader.evidence.predictions.view import RANKED
from grader.runs.store import RunStore
from tests.program import REPOSITORY, SHARED, grader

pytestmark = pytest.mark.shared

SAMPLES = REPOSITORY / "submissions" / "mnist-cifar100"
NEED = PredictionsNeed(artefact="mnist-model", dataset="mnist", resizing=True).id


def test_accuracies_equal_plain_predict_to_the_last_image(
    tmp_path: Path, shared_data: Path
) -> None:
    """On the full MNIST test set, every measured accuracy is the one plain `model.predict` gives."""
    import keras

    env = {"GRADER_DATA": str(shared_data)}
    finished = grader("grade", "mnist-cifar100", SAMPLES, "--out", "run", cwd=tmp_path, env=env)
    assert finished.returncode == 0, finished.stderr
    mnist = np.load(shared_data / "mnist.npz")
    images, labels = mnist["x_test"].astype(np.float32), mnist["y_test"]
    scale = {"0..1": images / 255, "0..255": images, "-1..1": images / 127.5 - 1}
    compared = 0
    for file in sorted((tmp_path / "run" / "evidence").glob("*.json")):
        evidence = json.loads(file.read_text())
        for observation in evidence["observations"]:
            if observation["need"] != NEED or observation["failure"] is not None:
                continue
            (served,) = evidence["resolved"]["artefacts"]["mnist-model"]["files"]
            path = SAMPLES / file.stem / served["path"]
            model = keras.models.load_model(path, compile=False)
            chosen = observation["record"]["interface"]["preprocessing"]["normalization"]
            inputs = scale[chosen].reshape(-1, *model.input_shape[1:])
            plain = model.predict(inputs, verbose=0, batch_size=500).argmax(axis=1)
            stored = RunStore(tmp_path / "run").read_arrays(file.stem)[NEED][RANKED]
            np.testing.assert_array_equal(stored[:, 0], plain)
            report = json.loads((tmp_path / "run" / "results" / file.name).read_text())
            fact = report["exercises"][0]["checks"][0]["facts"][0]
            assert fact["value"]["value"] == (plain == labels).mean()
            compared += 1

    assert compared >= 4


def test_real_student_files_end_with_a_report_each(tmp_path: Path, shared_data: Path) -> None:
    """Forty-seven real files, one a student, all come to a report without a traceback."""
    corpus = SHARED / "corpus" / "h5"
    finished = grader("grade", "ml-assignment2", corpus, "--out", "run", cwd=tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr
    reports = list((tmp_path / "run" / "reports").glob("*/index.html"))
    assert len(reports) == len(list(corpus.iterdir())) == 47
    results = [
        json.loads(file.read_text()) for file in (tmp_path / "run" / "results").glob("*.json")
    ]
    details = [check["detail"] for r in results for e in r["exercises"] for check in e["checks"]]
    assert not any("Traceback" in detail for detail in details)
