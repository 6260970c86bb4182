"""The answers a student gives in any of several files, for checks that compare them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.checks.base import EvidenceView
from grader.evidence.answers.lookup import find_answer
from grader.evidence.answers.record import Answer, Answers, AnswersNeed
from grader.records.evidence import Failure

#: A file that was read and holds no answer: each question is unanswered then.
_NOTHING_ANSWERED = "no-answers"
_NO_FILE = "missing"


@dataclass(frozen=True)
class GivenAnswers:
    """What was read of some artefacts, the one that counts first in front."""

    answers: tuple[Answers, ...]
    failures: tuple[Failure, ...] = ()
    """Why others could not be read."""
    is_anything_there: bool = True
    """Whether at least one of the files was read, be it without an answer."""

    def find(self, exercise: str, *names: str) -> Answer | None:
        """The answer to a question, of the first artefact in which it is answered.

        Args:
            exercise: Id of the exercise.
            names: What the question may be called.
        """
        found = (find_answer(answers, exercise, *names) for answers in self.answers)
        return next((answer for answer in found if answer is not None), None)

    def missing(self, *, all_found: bool) -> Failure | None:
        """Why nothing can be judged; None where something can.

        Args:
            all_found: Whether every question is answered: then it does not matter what else could not be read.
        """
        ours = (failure for failure in self.failures if failure.fault == "grader")
        if (failure := next(ours, None)) is not None and not all_found:
            return failure
        if self.is_anything_there:
            return None
        there = (failure for failure in self.failures if failure.reason != _NO_FILE)
        return next(there, self.failures[0])


def answers_needs(artefacts: Sequence[str]) -> tuple[AnswersNeed, ...]:
    """The needs of answers in some artefacts."""
    return tuple(AnswersNeed(artefact=artefact) for artefact in artefacts)


def given_answers(evidence: EvidenceView, artefacts: Sequence[str]) -> GivenAnswers:
    """What was read of some artefacts.

    Args:
        evidence: The submission's.
        artefacts: Their ids, the one that counts first in front.
    """
    read: list[Answers] = []
    failures: list[Failure] = []
    is_empty = False
    for need in answers_needs(artefacts):
        found = evidence.get(need)
        if isinstance(found, Answers):
            read.append(found)
        elif found.reason == _NOTHING_ANSWERED:
            is_empty = True
        else:
            failures.append(found)
    return GivenAnswers(tuple(read), tuple(failures), is_anything_there=bool(read) or is_empty)
