"""What the studies of references show, as `results.json` keeps it: read from the `study.json` of a lab."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

#: What activation functions are called in feedback.
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}


def findings(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Exercise/check to the accuracies that the study of a lab came to; empty where there is no study."""
    file = folder / "study.json"
    if not file.exists():
        return {}
    study = json.loads(file.read_text())
    if "factors" in study:
        return {"2d-regularised/compared": factor_findings(study)}
    return {"1b-depth/scores": depth_findings(study)}


def factor_findings(study: dict[str, Any]) -> list[dict[str, Any]]:
    """The mean final validation accuracy for each regularization factor, the best first."""
    means = zip(
        study["factors"], map(statistics.mean, study["final_validation_accuracy"]), strict=True
    )
    best_first = sorted(means, key=lambda item: -item[1])
    return [{"name": f"{factor:g}", "accuracy": round(mean, 4)} for factor, mean in best_first]


def depth_findings(study: dict[str, Any]) -> list[dict[str, Any]]:
    """The test accuracy of each activation function at each depth."""
    return [
        {"name": f"{ACTIVATIONS[activation]} {depth}", "accuracy": accuracy}
        for activation, depths in study["test_accuracy"].items()
        for depth, accuracy in depths.items()
    ]
