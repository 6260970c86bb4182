"""`AnswerIs`: questions of the lab are answered rightly in a file, a notebook or a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.checks.answers.expected import Expected, Verdict
from grader.checks.answers.given import answers_needs, given_answers
from grader.checks.base import CheckContext, CheckKind
from grader.evidence.answers.names import name_key
from grader.evidence.answers.record import Answer, AnswersNeed
from grader.evidence.answers.template import example_line
from grader.evidence.answers.words import value_text
from grader.records.base import Record
from grader.records.lab import Exercise
from grader.records.message import Code, Count, Listing, Message, Name, message
from grader.records.question import Question
from grader.records.result import CheckResult

#: Characters of an answer that are repeated to the student.
_MOST_SHOWN = 120


class RequiredAnswer(Record, frozen=True, kw_only=True):
    """A question and its right answer."""

    names: tuple[str, ...]
    """What it may be called, the first in the file for students: ``("layers", "number of layers")``."""
    expected: Expected
    exercise: str = ""
    """Id of the exercise it is answered under; empty for that of the check."""
    text: str = ""
    """The question in the lab's language, for the file that students fill in."""

    def __post_init__(self) -> None:
        if not self.names or not all(map(name_key, self.names)):
            raise ValueError("a question has a name of letters or digits")


@dataclass(frozen=True)
class _Judged:
    """A question with what was answered."""

    required: RequiredAnswer
    question: Question
    answer: Answer | None
    verdict: Verdict | Literal["unanswered"]


class AnswerIs(CheckKind, tag="answer-is", frozen=True, kw_only=True):
    """Every question is answered rightly; each one earns the same share.

    Of several artefacts the first in which a question is answered counts. Students read which of their answers are
    right, never what the right ones are.
    """

    answers: tuple[RequiredAnswer, ...]

    def __post_init__(self) -> None:
        if not self.answers:
            raise ValueError(f"check '{self.id}' asks nothing")

    def needs(self, exercise: Exercise) -> tuple[AnswersNeed, ...]:
        """The answers in each artefact."""
        return answers_needs(exercise.artefacts_of(self))

    def questions(self, exercise: Exercise) -> tuple[Question, ...]:
        """What is asked, for the file that students fill in."""
        return tuple(_question(required, exercise) for required in self.answers)

    def judge(self, context: CheckContext) -> CheckResult:
        """Find each answer and compare it with the right one."""
        given = given_answers(context.evidence, context.exercise.artefacts_of(self))
        judged = [
            _judge(required, question, given.find(question.exercise, *required.names))
            for required, question in zip(
                self.answers, self.questions(context.exercise), strict=True
            )
        ]
        missing = given.missing(all_found=all(item.answer is not None for item in judged))
        if missing is not None:
            return self.judge_failure(missing)
        right = sum(item.verdict == "right" for item in judged)
        share = right / len(judged)
        return self.result(
            "passed" if share == 1 else "partial" if share else "failed",
            share,
            *_summary(right, len(judged)),
            *map(_feedback, judged),
            advice=_advice(judged),
            detail="; ".join(f"{item.question.name} = {item.required.expected}" for item in judged),
            flags=("unread-answer",) if any(item.verdict == "unread" for item in judged) else (),
        )


def _question(required: RequiredAnswer, exercise: Exercise) -> Question:
    return Question(
        exercise=required.exercise or exercise.id,
        name=required.names[0],
        form=required.expected.form,
        text=required.text,
    )


def _judge(required: RequiredAnswer, question: Question, answer: Answer | None) -> _Judged:
    verdict = "unanswered" if answer is None else required.expected.verdict(answer)
    return _Judged(required, question, answer, verdict)


def _summary(right: int, count: int) -> list[Message]:
    """How many are right, where there are several."""
    if count == 1:
        return []
    return [message("answers.share", right=Count(value=right), count=Count(value=count))]


def _feedback(judged: _Judged) -> Message:
    """What was answered to a question, and where."""
    question = Name(text=judged.question.name)
    if judged.answer is None:
        exercise = Name(text=judged.question.exercise)
        return message("answers.unanswered", question=question, exercise=exercise)
    text = value_text(judged.answer.value)
    return message(
        f"answers.{judged.verdict}",
        question=question,
        given=Code(text=text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"),
        where=Name(text=judged.answer.where),
    )


def _advice(judged: list[_Judged]) -> tuple[Message, ...]:
    """How to write what was not answered or not understood, and what to look at again."""
    advice = [
        message(
            "answers.write",
            exercise=Name(text=item.question.exercise),
            form=message(f"answers.form-{item.question.form}"),
            example=Code(text=example_line(item.question)),
        )
        for item in judged
        if item.verdict in ("unanswered", "unread")
    ]
    wrong = tuple(Name(text=item.question.name) for item in judged if item.verdict == "wrong")
    if wrong:
        advice.append(message("answers.think-again", questions=Listing(items=wrong)))
    return tuple(advice)
