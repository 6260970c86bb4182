"""`RangeStated`: the range of a function's derivative is given, in typed answers or in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from grader.checks.answers.expected import IntervalIs, SetIs
from grader.checks.answers.given import GivenAnswers
from grader.checks.base import CheckContext
from grader.checks.described.base import DescriptionCheck
from grader.checks.text.prose import Prose, Sentence
from grader.evidence.answers.intervals import NumberInterval, interval_of
from grader.evidence.answers.names import name_key
from grader.evidence.answers.record import Answer
from grader.evidence.answers.template import example_line
from grader.evidence.answers.words import value_text
from grader.records.lab import Exercise
from grader.records.message import Code, Message, Name, Value, message
from grader.records.question import Question
from grader.records.result import CheckResult

#: What the right ends are worth, as a share, where it is wrong whether they are in the range.
_RIGHT_ENDS = 0.5

_Verdict = Literal["right", "ends", "wrong", "unread"]

_NUMBER = r"[-+−]?\d[\d.]*(?:\s*/\s*\d+)?"
_SIGN = r"(?:<=|>=|≤|≥|⩽|⩾|<|>)"
#: Ranges within a sentence, as they stand there.
_RANGES = (
    re.compile(rf"[\[(\]]\s*{_NUMBER}\s*[,;]\s*{_NUMBER}\s*[\])\[]"),
    re.compile(rf"\{{\s*{_NUMBER}\s*[,;]\s*{_NUMBER}\s*\}}"),
    re.compile(rf"{_NUMBER}\s*{_SIGN}\s*[^\W\d][^<>≤≥=]{{0,24}}?\s*{_SIGN}\s*{_NUMBER}"),
)
#: Ranges in words, of which the numbers count.
_BETWEEN = re.compile(
    rf"(?:between|from|entre|de|μεταξύ|από)\s+(?:του\s+|το\s+)?({_NUMBER})"
    rf"\s+(?:and|to|et|à|και|έως)\s+(?:του\s+|το\s+)?({_NUMBER})",
    re.IGNORECASE,
)
_EITHER = re.compile(rf"(?<![\d.,])({_NUMBER})\s+(?:or|ou|ή)\s+({_NUMBER})", re.IGNORECASE)
#: A function that is one number here and another there: ``0 for x < 0 and 1 for x > 0``.
_PIECE = re.compile(
    rf"(?<![\d.,<>=/])\s({_NUMBER})\s*,?\s*(?:if|for|when|where|else|otherwise|si|pour|sinon)\b"
)
_LATEX = (
    (re.compile(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}"), r"\1/\2"),
    (re.compile(r"\\leq?(?![a-z])"), "<="),
    (re.compile(r"\\geq?(?![a-z])"), ">="),
    (re.compile(r"\\(?:left|right|quad|[,;!])|[$`]"), " "),
    (re.compile(r"\\"), ""),
)
_QUARTERS = str.maketrans({"¼": "1/4", "½": "1/2", "¾": "3/4"})


@dataclass(frozen=True)
class _Stated:
    """A range that is given somewhere."""

    text: str
    where: Value
    verdict: _Verdict


class RangeStated(DescriptionCheck, tag="range-stated", frozen=True, kw_only=True):
    """The range is given: a typed answer counts first, then a sentence about the function with the right range.

    Of a typed answer the right ends earn half where it is wrong whether they are in the range; in a sentence they are
    enough. No sentence is held against a student, since it may be about another range: where the function is written
    about and no right range found, a person looks.
    """

    names: tuple[str, ...]
    """What the question may be called in a file of answers, the first in the file for students."""
    expected: IntervalIs | SetIs
    called: tuple[str, ...]
    """Words, one of which a sentence about the function has, or a heading above it, in lower case."""
    others: tuple[str, ...] = ()
    """Words of other functions: a sentence that names none is about the one that was named last."""
    text: str = ""
    """The question in the lab's language, for the file that students fill in."""

    def __post_init__(self) -> None:
        if not self.names or not all(map(name_key, self.names)):
            raise ValueError("a question has a name of letters or digits")
        if not self.called:
            raise ValueError(f"check '{self.id}' names no function")

    def questions(self, exercise: Exercise) -> tuple[Question, ...]:
        """What is asked, for the file that students fill in."""
        return (
            Question(
                exercise=exercise.id,
                name=self.names[0],
                form=self.expected.form,
                text=self.text,
            ),
        )

    def judge_said(self, given: GivenAnswers, prose: Prose, context: CheckContext) -> CheckResult:
        """Look at the typed answer, then at ranges in sentences about the function."""
        answer = given.find(context.exercise.id, *self.names)
        if answer is not None:
            text = value_text(answer.value)
            typed = _Stated(text, Name(text=answer.where), self._verdict(answer))
            return self._judge_stated(typed, context)
        about = list(self._about(prose.sentences))
        found = [
            _Stated(text, sentence.where, self._verdict(_as_answer(text)))
            for sentence in about
            for text in _ranges(sentence.text)
        ]
        stated = next((item for item in found if item.verdict in ("right", "ends")), None)
        if stated is not None:
            return self._judge_stated(replace(stated, verdict="right"), context)
        if about or any(report.equations for report in prose.reports):
            where = about[0].where if about else Name(text=prose.reports[0].file)
            unsure = message("range-stated.unsure", where=where)
            return self.result("pending", None, unsure, flags=("needs-review",))
        none = message("range-stated.none")
        return self.result("failed", 0.0, none, advice=(self._advice(context),))

    def _judge_stated(self, stated: _Stated, context: CheckContext) -> CheckResult:
        said = message(
            f"range-stated.{stated.verdict}", range=Code(text=stated.text[:120]), where=stated.where
        )
        share = {"right": 1.0, "ends": _RIGHT_ENDS}.get(stated.verdict, 0.0)
        return self.share_result(
            share,
            said,
            advice=() if share == 1 else (self._advice(context),),
            detail=str(self.expected),
            flags=("unread-answer",) if stated.verdict == "unread" else (),
        )

    def _verdict(self, answer: Answer) -> _Verdict:
        verdict: _Verdict = self.expected.verdict(answer)
        found = interval_of(answer)
        right = interval_of(_as_answer(str(self.expected)))
        if verdict != "wrong" or not isinstance(found, NumberInterval):
            return verdict
        bare = NumberInterval(found.low, found.high)
        same = right is not None and bare.is_same(right, tolerance=self.expected.tolerance)
        return "ends" if same else "wrong"

    def _about(self, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
        """The sentences that name the function, or that stand below a heading or after a sentence that does."""
        is_last_named = False
        for sentence in sentences:
            named = [_names(sentence.text, words) for words in (self.called, self.others)]
            if any(named):
                is_last_named = named[0]
            if is_last_named or any(_names(section, self.called) for section in sentence.sections):
                yield sentence

    def _advice(self, context: CheckContext) -> Message:
        (question,) = self.questions(context.exercise)
        return message("described.write", lines=Code(text=example_line(question)))


def _names(text: str, words: Sequence[str]) -> bool:
    return any(word in text.casefold() for word in words)


def _as_answer(text: str) -> Answer:
    return Answer(exercise="", name="", value=text, where="")


def _ranges(sentence: str) -> Iterator[str]:
    """What looks like a range in a sentence, in a form that `interval_of` reads."""
    text = sentence.translate(_QUARTERS)
    for notation, plain in _LATEX:
        text = notation.sub(plain, text)
    for pattern in _RANGES:
        yield from (match[0] for match in pattern.finditer(text))
    yield from (f"between {low} and {high}" for low, high in _BETWEEN.findall(text))
    yield from (f"{{{one}, {other}}}" for one, other in _EITHER.findall(text))
    pieces = sorted({*_PIECE.findall(f" {text}")})
    if len(pieces) > 1:
        yield "{" + ", ".join(pieces) + "}"
