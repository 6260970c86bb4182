"""`FormulaStated`: the formula of a loss is given, in typed answers or in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.checks.answers.expected import FormulaIs, Verdict
from grader.checks.answers.given import GivenAnswers
from grader.checks.base import CheckContext
from grader.checks.described.base import DescriptionCheck
from grader.checks.text.prose import Prose, Sentence
from grader.evidence.answers.names import plain
from grader.evidence.answers.record import Answer
from grader.evidence.answers.template import example_line
from grader.evidence.answers.words import value_text
from grader.evidence.report.record import ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Message, Name, Value, message
from grader.records.question import Question
from grader.records.result import CheckResult

_NAMES = ("formula", "loss formula", "formula of the loss", "functional form")
_MATHS = re.compile(r"\$\$?(.+?)\$\$?|`([^`]+)`|\\\[(.+?)\\\]|\\\((.+?)\\\)")
_SUM = re.compile(r"\\sum|∑|\u03c3|(?<![a-z])sum(?![a-z])|e_?\{?[a-z]?\}?\s*[\[(]")
_LOG = re.compile(r"log|(?<![a-z])ln(?![a-z])")
_MINUS = re.compile(r"[-−–]\s*(?:\\?[a-z∑\u03c3(\[{\\]|1\s*[/\s])")
#: A mean over a distribution, which formulas cannot be compared with.
_EXPECTATION = re.compile(r"\bE_|\bE\[|mathbb")
_ABOUT = re.compile(r"formula|equation|expression|cross.?entropy|loss function", re.IGNORECASE)
#: Not the badge that links a notebook to where it runs.
_PICTURE = re.compile(r"!\[(?!open in )|<img\b(?![^>]*badge)", re.IGNORECASE)


class FormulaStated(DescriptionCheck, tag="formula-stated", frozen=True, kw_only=True):
    """The formula is given: compared by its values where it can be read, else told by a minus, a sum and a logarithm.

    One that cannot be read with certainty waits for a person, and so does one that is a picture.
    """

    expected: FormulaIs

    def questions(self, exercise: Exercise) -> tuple[Question, ...]:
        """What is asked, for the file that students fill in."""
        return (Question(exercise=exercise.id, name=_NAMES[0], form="formula"),)

    def judge_said(self, given: GivenAnswers, prose: Prose, context: CheckContext) -> CheckResult:
        """Look at the typed answer, then at formulas in the text, then for pictures of one."""
        answer = given.find(context.exercise.id, *_NAMES)
        if answer is not None:
            text, where = value_text(answer.value), Name(text=answer.where)
            match self.expected.verdict(answer):
                case "right":
                    return self._passed(text, where)
                case "wrong":
                    wrong = message("formula-stated.wrong", formula=Code(text=text), where=where)
                    return self.result("failed", 0.0, wrong, advice=(self._advice(context),))
                case "unread":
                    return self._left_to_people(_unsure(text, where))
        unsure: list[Message] = []
        others: list[Sentence] = []
        for text, sentence in _formulas(prose):
            verdict = self._verdict(text)
            if verdict == "right" or (
                verdict == "unread" and sentence not in others and _has_all_parts(text)
            ):
                return self._passed(text, sentence.where)
            if verdict == "wrong":
                others.append(sentence)
            unsure.append(_unsure(text, sentence.where))
        if unsure:
            return self._left_to_people(unsure[0])
        picture = _picture(prose)
        if picture is not None:
            return self._left_to_people(message("formula-stated.picture", where=picture))
        none = message("formula-stated.none")
        return self.result("failed", 0.0, none, advice=(self._advice(context),))

    def _advice(self, context: CheckContext) -> Message:
        (question,) = self.questions(context.exercise)
        return message("described.write", lines=Code(text=example_line(question)))

    def _passed(self, text: str, where: Value) -> CheckResult:
        found = message("formula-stated.right", formula=Code(text=text[:200]), where=where)
        return self.result("passed", 1.0, found)

    def _left_to_people(self, why: Message) -> CheckResult:
        return self.result("pending", None, why, flags=("needs-review",))

    def _verdict(self, text: str) -> Verdict:
        """Whether a formula, or what stands behind its equals sign, has the values expected."""
        side = text.rpartition("=")[2]
        if _EXPECTATION.search(side):
            return "unread"
        found = [
            self.expected.verdict(Answer(exercise="", name="", value=part, where=""))
            for part in (text, side)
        ]
        return "right" if "right" in found else "wrong" if "wrong" in found else "unread"


def _has_all_parts(text: str) -> bool:
    """Whether a formula that cannot be compared has the parts of a cross-entropy."""
    bare = plain(text)
    return all(part.search(bare) for part in (_SUM, _LOG, _MINUS))


def _unsure(text: str, where: Value) -> Message:
    return message("formula-stated.unsure", formula=Code(text=text[:200]), where=where)


def _formulas(prose: Prose) -> Iterator[tuple[str, Sentence]]:
    """What looks like a formula with a logarithm, the whole sentences last."""
    having = [sentence for sentence in prose.sentences if _LOG.search(sentence.plain)]
    for sentence in having:
        for groups in _MATHS.findall(sentence.text):
            text = "".join(groups)
            if _LOG.search(plain(text)):
                yield text, sentence
    for sentence in having:
        if _SUM.search(sentence.plain) and re.search(r"[=∑(\[]", sentence.text):
            yield sentence.text, sentence


def _picture(prose: Prose) -> Value | None:
    """Where a picture may be the formula: an image in a text about it, or an equation of a document."""
    for sentence in prose.sentences:
        if _PICTURE.search(sentence.text):
            return sentence.where
    code = prose.code
    for notebook in () if isinstance(code, Failure) else code.notebooks:
        for cell in notebook.cells:
            if cell.kind == "text" and _PICTURE.search(cell.source) and _ABOUT.search(cell.source):
                return Name(text=f"{notebook.file}, cell {cell.number}")
    found = (report for report in prose.reports if _has_picture(report))
    return next((Name(text=report.file) for report in found), None)


def _has_picture(report: ReportReading) -> bool:
    captions = [caption.text for caption in report.captions]
    captions += [figure.caption for figure in report.figures]
    return bool(report.equations) or any(map(_ABOUT.search, captions))
