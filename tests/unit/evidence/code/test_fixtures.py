from __future__ import annotations

from typing import Any

from grader.evidence.code.fixtures import figures, trainings, trainings_needs
from grader.evidence.code.record import CodeNeed, CodeReading, Training
from grader.evidence.code.run_record import CodeRun, CodeRunNeed, FigureDrawn, RecordedRun
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest

NEEDS = trainings_needs(FixtureRequest(artefact="notebook"))
FOUND: dict[Any, Any] = {
    CodeNeed(artefact="notebook"): CodeReading(
        files=("lab.py",), trainings=(Training(where="lab.py:3", epochs=5),)
    ),
    CodeRunNeed(artefact="notebook"): RecordedRun(
        CodeRun(files=("lab.py",), figures=(FigureDrawn(where="lab.py:9"),)), dict
    ),
}


def test_hidden_tests_see_what_was_read_and_what_ran() -> None:
    """Trainings are one table of both, figures are those of the run."""
    seen = FixtureEvidence(needs=NEEDS, get=FOUND.__getitem__)

    assert [(row.where, row.epochs) for row in trainings(seen)] == [("lab.py:3", 5)]
    drawn = figures(FixtureEvidence(needs=NEEDS[1:], get=FOUND.__getitem__))
    assert [figure.where for figure in drawn] == ["lab.py:9"]
