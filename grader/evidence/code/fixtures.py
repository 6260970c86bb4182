"""What hidden tests see of student code."""

from __future__ import annotations

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


def run_needs(request: FixtureRequest) -> tuple[CodeRunNeed]:
    """What ran."""
    return (CodeRunNeed(artefact=request.artefact),)


def figures(evidence: FixtureEvidence) -> tuple[FigureDrawn, ...]:
    """The figures that were drawn, in order."""
    recorded: RecordedRun = evidence.get(evidence.needs[0])
    return recorded.run.figures
