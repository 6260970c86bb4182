"""`AccuracyMeasured`: the accuracy of a model is measured on images it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from grader.checks.base import CheckContext
from grader.checks.code.base import ReportedCodeCheck, is_complete, trainings_text
from grader.checks.code.fields import recorded
from grader.checks.code.filters import ModelFilter, accepted
from grader.checks.code.remains import changed_into
from grader.checks.text.quantities import accuracies
from grader.checks.text.topic import Topic, paragraphs_about
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.records.base import Record
from grader.records.message import Name, message
from grader.records.result import CheckResult

_Kind = Literal["held-out", "training"]


class _Measured(Record, frozen=True, kw_only=True):
    """Where an accuracy is measured, and on which images."""

    where: str
    on: _Kind
    by_evaluation: bool = False
    """Whether the code evaluates the model there, not only logs its training."""


class AccuracyMeasured(ReportedCodeCheck, tag="accuracy-measured", frozen=True, kw_only=True):
    """A model of one kind is evaluated on images it was not trained on, or a report tells its accuracy.

    Its first artefact is code, all others are reports. An accuracy on the training images alone is half of it, and
    flagged for staff.
    """

    models: ModelFilter
    topic: Topic
    """What reports call this model."""

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for evaluations, then for what a report tells."""
        found = accepted(code.trainings, self.models)
        measured = [item for training in found for item in _measured(training, code)]
        held_out = next((item for item in measured if item.on == "held-out"), None)
        if held_out is not None:
            where = Name(text=held_out.where)
            return self.result("passed", 1.0, message("accuracy-measured.passed", where=where))
        told = self._told(context)
        evaluated = next((item for item in measured if item.by_evaluation), None)
        if told is not None and evaluated is None:
            file, value = told
            return self.result(
                "passed",
                1.0,
                message("accuracy-measured.told", file=Name(text=file), value=Name(text=value)),
                flags=("not-in-code",),
            )
        if measured:
            where = Name(text=(evaluated or measured[0]).where)
            return self.result(
                "partial",
                0.5,
                message("accuracy-measured.on-training", where=where),
                advice=(message("accuracy-measured.advice"),),
                flags=("measured-on-training",),
            )
        if not found and changed_into(self.models, code):
            return self.judge_changed(self.models, code)
        if found and not is_complete(code):
            return self.judge_unknown(
                message("accuracy-measured.none", trainings=trainings_text(found))
            )
        feedback = (
            message("accuracy-measured.none", trainings=trainings_text(found))
            if found
            else message("code-check.no-such-model", model=self.models.text)
        )
        return self.result("failed", 0.0, feedback, advice=(message("accuracy-measured.advice"),))

    def _told(self, context: CheckContext) -> tuple[str, str] | None:
        """The file of the report and the accuracy it tells of this model."""
        for report in self.reports(context):
            for paragraph in paragraphs_about(report, self.topic):
                for number in accuracies(paragraph):
                    return report.file, f"{number.text}{number.unit}"
        return None


def _measured(training: Training, code: CodeShown) -> Sequence[_Measured]:
    """Every place where the accuracy of a trained model is measured."""
    traced = recorded(training, code)
    models = {item.model for item in traced}
    data = {training.data, *(_data_of(item.images) for item in traced)}
    found: list[_Measured] = []
    for evaluation in code.run.evaluations if code.run is not None else ():
        if evaluation.model in models:
            images = _data_of(evaluation.images)
            on: _Kind = "training" if images and images in data else "held-out"
            found.append(_Measured(where=evaluation.where, on=on, by_evaluation=True))
    validation = training.validation
    if validation is not None:
        on = "training" if validation.is_training_data else "held-out"
        found.append(_Measured(where=training.where, on=on))
    if any("acc" in metric for item in traced for metric in item.metrics):
        found.append(_Measured(where=training.where, on="training"))
    return found


def _data_of(images: Any) -> str:
    """The dataset and the split of images: ``mnist/test``; empty where neither is known."""
    return f"{images.dataset}/{images.split}" if images is not None and images.dataset else ""
