"""`BestNamed`: of the architectures that were tried, the best one is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.checks.base import CheckContext
from grader.checks.code.base import ReportedCodeCheck, trainings_text
from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.text.quantities import accuracies
from grader.checks.text.sentences import sentences_in
from grader.checks.text.topic import Topic, is_about, paragraphs_about
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.evidence.report.passages import names_any
from grader.evidence.report.record import ReportReading
from grader.records.message import Name, message
from grader.records.result import CheckResult

_BEST = (
    *("best", "optimal", "optimum", "highest accuracy", "most accurate", "maximi*", "outperform*"),
    *("better than all", "meilleur*", "plus précis*", "optimale*", "plus haute exactitude"),
)
#: Words for architectures and their parts.
_ARCHITECTURE = (
    *(
        "architecture*",
        "network*",
        "model*",
        "layer*",
        "neuron*",
        "unit*",
        "mlp",
        "cnn",
        "convolution*",
    ),
    *("réseau*", "modèle*", "couche*", "unité*"),
)
_BEST_WORD = r"\b(?:best|optimal\w*|optimum|highest accuracy|most accurate|maximi\w*|meilleur\w*|plus pr[ée]cis\w*)\b"
#: What somebody set out to do, and not what came of it: ``we tried to find the best architecture``.
_INTENT = re.compile(
    r"\b(?:find(?:ing)?|search(?:ed|ing)?|look(?:ed|ing)? for|seek(?:ing)?|determine|choose|select|get|obtain|identify"
    r"|want\w*|need\w*|like|voul\w*|veut"
    r"|cherch\w*|trouver|d[ée]terminer|obtenir)"
    r"(?:\W+(?:for|out|which|what|the|an?|our|of|is|network|model|architecture|les?|la|l|une?|quel\w*)){0,6}\W+"
    rf"{_BEST_WORD}|\b(?:goal|aim|objectif|objective)\b[^.;]*{_BEST_WORD}|\b(?:to|pour|d['’])\s*maximi"
    rf"|^\W*(?:which|what|quel\w*)\b[^.;:]*{_BEST_WORD}",
    re.IGNORECASE,
)
#: What is said of the best one once it is known.
_KNOWN = r"\b(?:is|was|are|were|has|had|turned out|turns out|est|[ée]tait)\b|[:=]"
_RESULT = (
    r"\b(?:with|gives?|gave|reach\w*|achiev\w*|obtain\w*|got|uses?|used|performs?|performed|consists?|seems?|found"
    r"|chose|choose|keep|kept|because|since|car|gard\w*|chois\w*|retenu\w*"
    r"|donne\w*|atteint|obtien\w*|obtenu\w*|avec)\b"
)
_SAYS_KNOWN = re.compile(rf"{_BEST_WORD}.*?(?:{_KNOWN})", re.IGNORECASE)
_SAYS_RESULT = re.compile(
    rf"{_BEST_WORD}.*?(?:{_KNOWN}|{_RESULT})|(?:{_KNOWN}|{_RESULT}).*?{_BEST_WORD}|outperform",
    re.IGNORECASE,
)
#: Words of a comment that names the code below it: ``best model``.
_MOST_WORDS_OF_A_NAME = 6
#: Characters of a sentence that feedback shows.
_MOST_SHOWN = 240


@dataclass(frozen=True)
class Sentence:
    """A sentence, and where it stands."""

    where: str
    text: str
    is_comment: bool = False


class BestNamed(ReportedCodeCheck, tag="best-named", frozen=True, kw_only=True):
    """A report, the text of a notebook, a comment or what the code prints names the best architecture.

    Its first artefact is code, all others are reports. Several that were compared without naming the best are half.
    """

    models: ModelFilter = ModelFilter()
    topic: Topic
    """What reports call these models."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for a sentence that names it, then for what was compared."""
        reports = self.reports(context)
        named = next((item for item in self.sentences(code, reports) if _names_best(item)), None)
        if named is not None:
            text = " ".join(named.text.split())[:_MOST_SHOWN]
            return self.result(
                "passed",
                1.0,
                message("best-named.passed", where=Name(text=named.where), text=Name(text=text)),
            )
        trained = accepted(code.trainings, self.models)
        compared = len(_architectures(trained)) > 1 or self._compared_in(reports)
        return self.share_result(
            0.5 if compared else 0.0,
            message(
                "best-named.compared" if compared else "best-named.none",
                found=trainings_text(trained),
            ),
            advice=(message("best-named.advice"),),
        )

    def sentences(self, code: CodeShown, reports: list[ReportReading]) -> Iterator[Sentence]:
        """What is said in reports, text cells, comments, and by what the code prints."""
        for report in reports:
            for part in report.parts:
                if is_about(part.place, self.topic) is not False:
                    for sentence in sentences_in(part.text):
                        yield Sentence(report.file, sentence)
        for notebook in code.notebooks:
            for cell in notebook.cells:
                where = f"{notebook.file}, cell {cell.number}"
                for sentence in sentences_in(cell.source) if cell.kind == "text" else ():
                    yield Sentence(where, sentence)
        for comment in code.comments:
            yield from (
                Sentence(comment.where, sentence, is_comment=True)
                for sentence in sentences_in(comment.text)
            )
        for unused in code.commented_out:
            yield Sentence(unused.where, unused.text, is_comment=True)
        for step in code.run.steps if code.run is not None else ():
            for line in step.printed.split("\n"):
                yield Sentence(step.where, line)

    def _compared_in(self, reports: list[ReportReading]) -> bool:
        """Whether a report tells several accuracies of these models."""
        return any(
            len({number.value for item in paragraphs_about(report, self.topic) for number in accuracies(item)}) > 1
            for report in reports
        )  # fmt: skip


def _names_best(item: Sentence) -> bool:
    """Whether a text says which architecture is best: not that the best one is looked for."""
    text = item.text
    if not (names_any(text, _BEST) and names_any(text, _ARCHITECTURE)):
        return False
    if _INTENT.search(text):
        return _SAYS_KNOWN.search(text) is not None
    is_name = item.is_comment and len(text.split()) <= _MOST_WORDS_OF_A_NAME
    return is_name or _SAYS_RESULT.search(text) is not None


def _architectures(trainings: list[Training]) -> set[Any]:
    """The different architectures, those of a loop that reading knows as one row among them."""
    return {
        tuple((layer.class_name, layer.units, layer.filters) for layer in training.layers)
        for training in trainings
    }
