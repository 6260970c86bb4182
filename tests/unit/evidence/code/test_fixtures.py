from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.checks.hidden_test import plain_need, read_need
from grader.evidence.code.fixtures import (
    code_reading,
    figures,
    function_values,
    reading_needs,
    trainings,
    trainings_needs,
    values_needs,
)
from grader.evidence.code.function_record import EvaluatedFunctions
from grader.evidence.code.record import CodeNeed, CodeReading, Training
from grader.evidence.code.run_record import CodeRun, CodeRunNeed, FigureDrawn, RecordedRun
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest
from grader.records.hidden_test import PlainNeed

NEEDS = trainings_needs(FixtureRequest(artefact="notebook"))
FOUND: dict[Any, Any] = {
    CodeNeed(artefact="notebook"): CodeReading(
        files=("lab.py",), trainings=(Training(where="lab.py:3", epochs=5),)
    ),
    CodeRunNeed(artefact="notebook"): RecordedRun(
        CodeRun(files=("lab.py",), figures=(FigureDrawn(where="lab.py:9"),)), dict
    ),
}


def test_points_of_values_are_numbers_or_lists_of_them() -> None:
    """What a mark says becomes the need; anything else is refused with what to write."""

    def asked(*given: Any) -> tuple[float, ...]:
        (need,) = values_needs(FixtureRequest(artefact="notebook", marks={"values_at": given}))
        return need.points

    assert asked([-1, 0.5], 2) == (-1.0, 0.5, 2.0)
    for given in ([], ["1"], [[True]]):
        with pytest.raises(ValueError, match="values_at"):
            asked(*given)


def test_values_come_back_from_plain_data() -> None:
    """The check of a hidden test keeps its needs as JSON has them."""
    (need,) = values_needs(FixtureRequest(artefact="notebook", marks={"values_at": ([1, 2.5],)}))
    kept = msgspec.json.decode(msgspec.json.encode(plain_need(need)), type=PlainNeed)

    assert read_need(kept) == need
    assert read_need(kept).id == need.id
    given = EvaluatedFunctions(points=need.points)
    assert function_values(FixtureEvidence(needs=(need,), get={need: given}.__getitem__)) is given


def test_hidden_tests_see_what_was_read_and_what_ran() -> None:
    """Trainings are one table of both, figures are those of the run."""
    seen = FixtureEvidence(needs=NEEDS, get=FOUND.__getitem__)

    assert [(row.where, row.epochs) for row in trainings(seen)] == [("lab.py:3", 5)]
    drawn = figures(FixtureEvidence(needs=NEEDS[1:], get=FOUND.__getitem__))
    assert [figure.where for figure in drawn] == ["lab.py:9"]


def test_hidden_tests_see_the_code_as_it_reads() -> None:
    """With the saved outputs of its notebooks."""
    needs = reading_needs(FixtureRequest(artefact="notebook"))

    assert code_reading(FixtureEvidence(needs=needs, get=FOUND.__getitem__)).files == ("lab.py",)
