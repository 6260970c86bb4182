"""Answers to questions: what is found where, what each earns, and what students do not read."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import (
    AnswerIs,
    FormulaIs,
    NumberIs,
    RequiredAnswer,
    WordIs,
    YesOrNo,
)
from grader.checks.base import CheckContext
from grader.checks.needs import lab_questions
from grader.evidence.answers.record import Answer, Answers, AnswersNeed, AnswerValue
from grader.records.evidence import Failure, file_failure
from grader.records.lab import Artefact, Lab
from grader.records.result import CheckResult
from grader.reporting.redaction import for_student
from tests.factories import View, exercise, report, threshold, worded

LAYERS = RequiredAnswer(names=("layers", "number of layers"), expected=NumberIs(value=4321))
LOSS = RequiredAnswer(
    names=("loss",),
    expected=WordIs(right=("cross-entropy",), others=("hinge",)),
    text="Which loss is minimised?",
)
ELSEWHERE = RequiredAnswer(names=("learns",), expected=YesOrNo(yes=False), exercise="2-linear")
CHECK = AnswerIs(id="network", title="The model", points=3, answers=(LAYERS, LOSS, ELSEWHERE))
OF = exercise(CHECK, id="1-network", artefacts=("file", "report"))
MISSING = file_failure("missing", "answers.toml")


def answers(*given: tuple[str, str, AnswerValue], file: str = "answers.toml") -> Answers:
    return Answers(
        file=file,
        format="toml",
        answers=tuple(
            Answer(exercise=exercise, name=name, value=value, where=f"{file}, line {line}")
            for line, (exercise, name, value) in enumerate(given, 1)
        ),
    )


def evidence(first: Answers | Failure, second: Answers | Failure = MISSING) -> View:
    return View({AnswersNeed(artefact="file"): first, AnswersNeed(artefact="report"): second})


def judged(first: Answers | Failure, second: Answers | Failure = MISSING) -> CheckResult:
    return CHECK.judge(CheckContext(exercise=OF, evidence=evidence(first, second)))


RIGHT = (("1", "layers", 4321), ("1-network", "Loss", "Cross-Entropy"), ("2", "learns", False))


def test_right_answers_pass_and_are_named_with_their_places() -> None:
    """Each with its file and line."""
    result = judged(answers(*RIGHT))

    assert (result.status, result.score, result.advice) == ("passed", 3, ())
    assert worded(result) == (
        "Right answers: 3 of 3. layers: 4321 is right (answers.toml, line 1). "
        "loss: Cross-Entropy is right (answers.toml, line 2). learns: false is right (answers.toml, line 3)."
    )


def test_wrong_answers_are_told_from_those_not_understood_and_missing() -> None:
    """What is wrong is to be thought about, what is missing or unclear to be written."""
    result = judged(answers(("1", "number of layers", 5), ("1", "loss", "softmax loss 2")))
    text = worded(result)

    assert (result.status, result.score, result.flags) == ("failed", 0, ("unread-answer",))
    assert "layers: 5 is not right (answers.toml, line 1)." in text
    assert "loss: softmax loss 2 could not be understood (answers.toml, line 2)." in text
    assert "learns: no answer was found for the exercise 2-linear." in text
    assert "In the exercise 1-network, write a word or a name as in loss =" in text
    assert 'In the exercise 2-linear, write yes or no as in learns = "yes",' in text
    assert "correct: layers." in text


def test_each_question_earns_the_same_share() -> None:
    """Two of three are two thirds."""
    result = judged(answers(*RIGHT[:2]))

    assert (result.status, result.score) == ("partial", 2)


def test_students_never_read_the_right_answers() -> None:
    """Staff do, in the detail."""
    result = judged(answers(("1", "layers", 5), ("1", "loss", "hinge"), ("2", "learns", True)))
    shown = for_student(report(checks=[result])).exercises[0].checks[0]

    assert result.detail == "layers = 4321; loss = cross-entropy; learns = false"
    for language in ("en", "fr"):
        text = worded(shown, language)
        assert all(item not in text for item in ("4321", "cross-entropy", "false"))
    assert shown.detail == ""


def test_the_first_artefact_with_an_answer_counts() -> None:
    """Question by question: the file first, then the report, whether or not the other is there."""
    in_report = answers(*RIGHT, file="report.pdf")

    assert judged(answers(("1", "layers", 5)), in_report).score == 2
    assert judged(in_report, answers(("1", "layers", 5))).score == 3
    assert judged(MISSING, in_report).score == 3
    assert "report.pdf, line 1" in worded(judged(MISSING, in_report))


def test_a_file_without_answers_is_not_answered() -> None:
    """A form that nobody filled in is read, and lacks every answer."""
    result = judged(file_failure("no-answers", "answers.toml"))

    assert (result.status, result.score, result.failure) == ("failed", 0, None)
    assert worded(result).count("no answer was found") == 3


def test_where_nothing_can_be_read_the_failure_says_why() -> None:
    """What was handed in and is wrong comes before what is not there."""
    damaged = file_failure("corrupt", "report.pdf")

    assert judged(MISSING, MISSING).failure == MISSING
    assert judged(MISSING, damaged).failure == damaged
    assert judged(MISSING, damaged).score == 0


def test_what_is_our_fault_costs_nothing() -> None:
    """Where an answer may stand in what we could not read, nothing is judged; otherwise all is."""
    ours = file_failure("timed-out", "report.pdf", fault="grader")

    assert judged(answers(*RIGHT[:2]), ours).status == "error"
    assert judged(answers(*RIGHT), ours).status == "passed"


def test_a_single_question_needs_no_count() -> None:
    """One sentence says it all; a long answer is cut."""
    check = AnswerIs(
        id="f",
        title="F",
        points=1,
        answers=(RequiredAnswer(names=("f",), expected=FormulaIs(expressions=("x^2",))),),
    )
    of = exercise(check, id="1", artefacts=("file",))
    given = evidence(answers(("1", "f", "x*x + 0*" + "x*" * 90 + "x")))
    text = worded(check.judge(CheckContext(exercise=of, evidence=given)))

    assert "…" in text
    assert "Right answers" not in text


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (RequiredAnswer, {"names": (), "expected": NumberIs(value=1)}, "a name"),
        (RequiredAnswer, {"names": ("layers", "?"), "expected": NumberIs(value=1)}, "a name"),
        (AnswerIs, {"id": "a", "title": "A", "points": 1, "answers": ()}, "asks nothing"),
    ],
)
def test_a_check_that_asks_nothing_is_refused(
    kind: type[Any], fields: dict[str, Any], reason: str
) -> None:
    """So is a question without a name."""
    with pytest.raises(ValueError, match=reason):
        kind(**fields)


def test_the_questions_of_a_lab_stand_once() -> None:
    """In the order of the checks; other kinds of check ask none."""
    again = AnswerIs(id="again", title="Again", points=1, answers=(LOSS,))
    parts = exercise(CHECK, threshold(), again, id="1-network", artefacts=("file",))
    asked = lab_questions(
        Lab(
            slug="a",
            title="A",
            version="1",
            artefacts=(Artefact(id="file", title="the answers", patterns=("*.toml",)),),
            exercises=(parts,),
        )
    )

    assert [(item.exercise, item.name, item.form) for item in asked] == [
        ("1-network", "layers", "number"),
        ("1-network", "loss", "word"),
        ("2-linear", "learns", "yes-no"),
    ]
    assert asked[1].text == "Which loss is minimised?"
