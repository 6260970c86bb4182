"""What hidden tests see of student code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.evidence.code.function_record import EvaluatedFunctions, FunctionValuesNeed
from grader.evidence.code.merged import merged_trainings
from grader.evidence.code.record import CodeNeed, CodeReading, Training
from grader.evidence.code.run_record import CodeRunNeed, FigureDrawn, RecordedRun
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest


def trainings_needs(request: FixtureRequest) -> tuple[CodeNeed, CodeRunNeed]:
    """What the code reads as, and what ran."""
    return CodeNeed(artefact=request.artefact), CodeRunNeed(artefact=request.artefact)


def trainings(evidence: FixtureEvidence) -> tuple[Training, ...]:
    """The trainings that reading found, with what the run says, and those only the run shows."""
    read, run = evidence.needs
    reading: CodeReading = evidence.get(read)
    recorded: RecordedRun = evidence.get(run)
    return merged_trainings(reading.trainings, recorded.run)


def reading_needs(request: FixtureRequest) -> tuple[CodeNeed]:
    """What the code reads as."""
    return (CodeNeed(artefact=request.artefact),)


def code_reading(evidence: FixtureEvidence) -> CodeReading:
    """The code as it reads, with its notebooks as they were saved."""
    found: CodeReading = evidence.get(evidence.needs[0])
    return found


def run_needs(request: FixtureRequest) -> tuple[CodeRunNeed]:
    """What ran."""
    return (CodeRunNeed(artefact=request.artefact),)


def figures(evidence: FixtureEvidence) -> tuple[FigureDrawn, ...]:
    """The figures that were drawn, in order."""
    recorded: RecordedRun = evidence.get(evidence.needs[0])
    return recorded.run.figures


def values_needs(request: FixtureRequest) -> tuple[FunctionValuesNeed]:
    """Values at the points of the mark ``values_at``: numbers, lists of them, or both.

    Raises:
        ValueError: There is no mark, or there are no points, too many, or what is no finite number.
    """
    points = tuple(_points(request.marks.get("values_at", ())))
    if not points:
        raise ValueError("values needs @pytest.mark.values_at([...]): the points at which")
    return (FunctionValuesNeed(artefact=request.artefact, points=points),)


def _points(given: Any) -> Iterator[float]:
    for value in given:
        if isinstance(value, list | tuple):
            yield from _points(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield float(value)
        else:
            raise ValueError(f"the mark values_at takes numbers, not {value!r}")


def function_values(evidence: FixtureEvidence) -> EvaluatedFunctions:
    """The functions of the code, with their values at these points."""
    found: EvaluatedFunctions = evidence.get(evidence.needs[0])
    return found
