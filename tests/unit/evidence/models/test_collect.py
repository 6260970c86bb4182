from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.evidence.models import collect
from grader.evidence.predictions.record import PredictionsNeed
from tests.factories import ARTEFACT, model

DATASETS = {
    "digits": SimpleNamespace(like=""),
    "hidden-tests/01": SimpleNamespace(like="digits"),
    "mnist": SimpleNamespace(like=""),
}


def test_images_of_hidden_tests_are_preprocessed_as_the_dataset_they_are_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a model expects is found out once for both; another dataset is looked at on its own."""
    for dataset in DATASETS.values():
        dataset.images = lambda: SimpleNamespace(shape=(100, 28, 28))
        dataset.calibration = lambda: None
        dataset.record = SimpleNamespace(class_names=tuple("0123456789"))
    chosen: list[str] = []

    def choose(session: Any, expects: Any, declared: Any) -> str:
        chosen.append(session.dataset)
        return f"interface of {session.dataset}"

    monkeypatch.setattr(collect, "open_session", lambda client, summary, target, declared: target)
    monkeypatch.setattr(collect, "choose_interface", choose)
    monkeypatch.setattr(
        collect, "predict_test_images", lambda session, interface, dataset, seed: interface
    )
    needs = [PredictionsNeed(artefact=ARTEFACT, dataset=name) for name in DATASETS]
    task: Any = SimpleNamespace(
        declared=None, file=SimpleNamespace(path="m.h5"), keys=dict.fromkeys(needs, "k")
    )
    pool = SimpleNamespace(get=lambda name, file: DATASETS[name])
    context: Any = SimpleNamespace(datasets=pool)
    client: Any = None
    interfaces: dict[Any, Any] = {}

    found: list[Any] = [
        collect._predict(client, model(), need, task, context, interfaces) for need in needs
    ]

    assert found == ["interface of digits", "interface of digits", "interface of mnist"]
    assert chosen == ["digits", "mnist"]
