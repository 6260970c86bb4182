from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from grader import registry, resources
from grader.checks.needs import lab_datasets
from grader.errors import GraderError
from grader.evidence.models.record import WeightFingerprint
from grader.references import reference_accuracies, reference_findings, reference_results
from tests.factory_runs import class_run

RESULTS = {
    "scores": {"digits": {"handwritten": {"accuracy": 0.97, "top5": 0.999, "images": 100}}},
    "training_seconds": {"digits": 60},
    "parameters": {"digits": 1234},
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`results.json` of every lab, for the time of a test."""
    (tmp_path / "reference").mkdir()
    monkeypatch.setattr(resources, "reference_solution", lambda lab: tmp_path / "reference")
    file = tmp_path / "reference" / "results.json"
    file.write_bytes(msgspec.json.encode(RESULTS))
    return file


def test_accuracies_are_kept_by_dataset_and_by_how_many_classes_count(file: Path) -> None:
    """Top-1 and top-5 of a dataset, whichever exercise they come from."""
    assert reference_accuracies("ml-assignment2") == {
        ("handwritten", 1): 0.97,
        ("handwritten", 5): 0.999,
    }


def test_a_lab_without_a_reference_is_compared_with_nothing(file: Path) -> None:
    """No file is no error."""
    file.unlink()

    assert reference_results("ml-assignment2") is None
    assert reference_accuracies("ml-assignment2") == {}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"scores": {}}',
        b'{"scores": {}, "training_seconds": {}, "parameters": {}, "more": 1}',
        b'{"scores": {"a": {"b": {"accuracy": "0.9", "top5": 1, "images": 1}}}}',
        b'{"scores": {"\xff": {}}, "training_seconds": {}, "parameters": {}}',
    ],
)
def test_a_damaged_file_says_which_and_what_writes_it_anew(damage: bytes, file: Path) -> None:
    """Whatever is wrong with it, the error is ours, names the file and comes with a hint."""
    file.write_bytes(damage)

    with pytest.raises(GraderError, match=r"results\.json cannot be read") as caught:
        reference_accuracies("ml-assignment2")
    assert "measure.py" in caught.value.hint


def test_a_file_that_cannot_be_opened_is_an_error_too(file: Path) -> None:
    """A folder in its place is no reference either."""
    file.unlink()
    file.mkdir()

    with pytest.raises(GraderError, match="cannot be read"):
        reference_results("ml-assignment2")


MEASURED = [name for name, lab in registry.labs().items() if lab_datasets(lab)]
"""The labs whose references have models that are measured."""


@pytest.mark.parametrize("lab", MEASURED)
def test_the_references_that_come_along_can_be_read(lab: str) -> None:
    """Each lab's figures are shares, and no top-5 accuracy is below its top-1."""
    found = reference_accuracies(lab)

    assert found
    assert all(0 < accuracy <= 1 for accuracy in found.values())
    assert all(found[name, 5] >= found[name, 1] for name, _ in found)


@pytest.mark.parametrize("lab", MEASURED)
def test_every_reference_can_be_recognised(lab: str) -> None:
    """Beside its scores stands what tells its model from others."""
    results = reference_results(lab)

    assert results is not None
    assert results.fingerprints.keys() == results.scores.keys()
    for raw in results.fingerprints.values():
        assert msgspec.json.decode(raw, type=WeightFingerprint).kernels


@pytest.mark.parametrize(
    ("secret", "origin", "line"),
    [
        (False, "embedded", 0.97),
        (False, "GRADER_DATA", 0.97),
        (False, "course", None),
        (True, "embedded", None),
        (True, "course", None),
    ],
)
def test_only_public_sets_not_of_the_course_are_compared_with_the_reference(
    secret: bool, origin: str, line: float | None, file: Path, tmp_path: Path
) -> None:
    """The reference never saw an instructor's own pictures, and a secret set's figures stay here."""
    (dataset,) = {
        fact.dataset for fact in registry.lab("ml-assignment2").exercise("3-handwritten").checks
    }
    results = msgspec.json.encode(
        RESULTS | {"scores": {"digits": {dataset: RESULTS["scores"]["digits"]["handwritten"]}}}
    )
    file.write_bytes(results)
    reports = class_run(tmp_path / "run", {"amina": 60}, secret=secret, origin=origin)
    gauged = [fact for check in reports[0].checks for fact in check.facts if fact.gauge]
    page = (tmp_path / "run/reports/amina/index.html").read_text(encoding="utf-8")

    assert [fact.reference for fact in gauged] == [line]
    assert ("97%" in page.partition("</style>")[2]) == (line is not None)


def test_the_studies_of_the_repository_belong_to_checks_of_their_labs() -> None:
    """Each finding is shown beside a check that there is, and weight decay reaches what the lab compares with."""
    for lab in registry.labs().values():
        checks = {f"{item.id}/{check.id}" for item in lab.exercises for check in item.checks}
        assert set(reference_findings(lab.slug)) <= checks
    factors = reference_findings("ds-assignment7")["2d-regularised/compared"]
    depths = reference_findings("ml-assignment2")["1b-depth/scores"]

    assert len(factors) == 5
    assert factors[0].accuracy == max(factor.accuracy for factor in factors) >= 0.9847
    assert len(depths) == 9
