"""What the checks of a lab look at, however badly a check of another package behaves."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CheckContext, CheckKind
from grader.checks.needs import check_needs, earning_datasets, lab_datasets, lab_needs
from grader.evidence.need import Need
from grader.evidence.predictions.record import PredictionsNeed
from grader.records.lab import Exercise
from grader.records.result import CheckResult
from tests.factories import ARTEFACT, DATASET, exercise, lab, threshold


class Careless(CheckKind, tag="careless", frozen=True, kw_only=True):
    """Names whatever it is told to, or fails to."""

    artefact: str = ""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        if not self.artefact:
            raise KeyError("needs")
        return (PredictionsNeed(artefact=self.artefact, dataset=DATASET),)

    def judge(self, context: CheckContext) -> CheckResult:
        return self.result("passed", 1)


def careless(**more: Any) -> Careless:
    return Careless(id="careless", title="Careless", points=1, **more)


def test_needs_stand_once_for_each_artefact() -> None:
    """Two checks on the same predictions need them once."""
    declared = lab(threshold(), careless(artefact=ARTEFACT))

    assert lab_needs(declared) == {ARTEFACT: (PredictionsNeed(artefact=ARTEFACT, dataset=DATASET),)}
    assert lab_datasets(declared) == [DATASET]


def test_a_check_that_cannot_name_its_needs_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The other checks of the lab are collected for all the same."""
    check = careless()

    assert check_needs(check, exercise(check)) == ()
    assert lab_needs(lab(threshold(), check))[ARTEFACT] != ()
    assert "failed to name its needs" in caplog.text


def test_a_need_of_an_unknown_artefact_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It is nobody's, so nothing is collected for it."""
    assert lab_needs(lab(careless(artefact="other"))) == {ARTEFACT: ()}
    assert "no artefact of the lab" in caplog.text


@pytest.mark.parametrize(
    ("gate", "requires", "earning"),
    [(0, (), []), (0, ("gate",), ["digits/gate"]), (1, (), ["digits/gate"])],
)
def test_points_rest_on_what_earns_or_is_required(
    gate: float, requires: tuple[str, ...], earning: list[str]
) -> None:
    """A check without points decides about points where another one requires it."""
    declared = lab(threshold(points=gate, id="gate"), threshold(id="main", requires=requires))
    found = earning_datasets(declared)

    assert sorted(found) == [*earning, "digits/main"]
    assert set(found.values()) == {(DATASET,)}
