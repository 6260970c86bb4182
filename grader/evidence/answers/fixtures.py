"""What hidden tests see of typed answers."""

from __future__ import annotations

from grader.evidence.answers.record import Answers, AnswersNeed
from grader.evidence.fixtures import FixtureEvidence, FixtureRequest


def answers_needs(request: FixtureRequest) -> tuple[AnswersNeed, ...]:
    """The answers."""
    return (AnswersNeed(artefact=request.artefact),)


def given_answers(evidence: FixtureEvidence) -> Answers:
    """The answers."""
    found: Answers = evidence.get(evidence.needs[0])
    return found
