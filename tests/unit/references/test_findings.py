from __future__ import annotations

import json
from pathlib import Path

import msgspec

from grader import registry, resources
from grader.references import reference_findings
from reference_solutions.findings import findings


def test_the_results_say_what_the_studies_say() -> None:
    """`results.json` is written from `study.json`, and neither changes alone."""
    for lab in registry.labs():
        written = json.loads(msgspec.json.encode(reference_findings(lab)))
        assert written == findings(resources.reference_solution(lab))


def test_factors_are_named_best_first(tmp_path: Path) -> None:
    """By the mean of their replicates; a lab without a study found nothing."""
    assert findings(tmp_path) == {}
    study = {"factors": [1e-6, 1e-3], "final_validation_accuracy": [[0.97, 0.98], [0.98, 0.99]]}
    (tmp_path / "study.json").write_text(json.dumps(study))

    assert findings(tmp_path) == {
        "2d-regularised/compared": [
            {"name": "0.001", "accuracy": 0.985},
            {"name": "1e-06", "accuracy": 0.975},
        ]
    }
