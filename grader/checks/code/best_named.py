"""`BestNamed`: of the architectures that were tried, the best one is named."""

from __future__ import annotations

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
#: Characters of a sentence that feedback shows.
_MOST_SHOWN = 240


@dataclass(frozen=True)
class Sentence:
    """A sentence, and where it stands."""

    where: str
    text: str


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
        named = next(
            (item for item in self.sentences(code, reports) if _names_best(item.text)), None
        )
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
            yield Sentence(comment.where, comment.text)
        for unused in code.commented_out:
            yield Sentence(unused.where, unused.text)
        for step in code.run.steps if code.run is not None else ():
            for line in step.printed.split("\n"):
                yield Sentence(step.where, line)

    def _compared_in(self, reports: list[ReportReading]) -> bool:
        """Whether a report tells several accuracies of these models."""
        return any(
            len({number.value for item in paragraphs_about(report, self.topic) for number in accuracies(item)}) > 1
            for report in reports
        )  # fmt: skip


def _names_best(sentence: str) -> bool:
    return names_any(sentence, _BEST) and names_any(sentence, _ARCHITECTURE)


def _architectures(trainings: list[Training]) -> set[Any]:
    """The different architectures, those of a loop that reading knows as one row among them."""
    return {
        tuple((layer.class_name, layer.units, layer.filters) for layer in training.layers)
        for training in trainings
    }
