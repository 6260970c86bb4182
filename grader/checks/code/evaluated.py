"""`ModelsEvaluated`: each model asked for is evaluated on test images."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.base import CheckContext
from grader.checks.code.base import CodeCheck, is_cut, training_text, trainings_text
from grader.checks.code.commented_out import is_commented_out
from grader.checks.code.fields import recorded
from grader.checks.code.filters import ModelFilter, accepted
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown, TracedEvaluation
from grader.records.message import Count, Message, Name, message
from grader.records.result import CheckResult


@dataclass(frozen=True)
class _Case:
    """One of the models asked for, and where it is evaluated."""

    models: ModelFilter
    training: Training | None
    where: str = ""
    """Empty where it is not."""
    on_training_images: bool = False


class ModelsEvaluated(CodeCheck, tag="models-evaluated", frozen=True, kw_only=True):
    """Each model asked for is evaluated after its training, or validated on test images while it is trained.

    An evaluation on the images of the training does not count, and is flagged. Each model earns its share.
    """

    models: tuple[ModelFilter, ...]

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError(f"check '{self.id}' asks for no model")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for an evaluation of each model."""
        cases = [self._case(models, code) for models in self.models]
        right = [case for case in cases if case.where and not case.on_training_images]
        wrong = [case for case in cases if case not in right]
        if wrong and is_cut(code) and all(case.training and not case.where for case in wrong):
            return self.judge_unknown(
                *(training_text(case.training) for case in wrong if case.training)
            )
        if wrong and all(_may_be_evaluated(case, code) for case in wrong):
            return self.judge_unknown()
        counted = message(
            "models-evaluated.counted",
            right=Count(value=len(right)),
            models=Count(value=len(cases), setting=True),
        )
        return self.share_result(
            len(right) / len(cases),
            counted,
            *(
                message("models-evaluated.found", where=Name(text=where))
                for where in dict.fromkeys(case.where for case in right)
            ),
            advice=tuple(_advice(case, code) for case in wrong),
            flags=("evaluated-on-training-images",)
            if any(case.on_training_images for case in wrong)
            else (),
        )

    def _case(self, models: ModelFilter, code: CodeShown) -> _Case:
        """The first training of a model with an evaluation on test images, else what comes nearest to that."""
        nearest = _Case(models, None)
        for training in accepted(code.trainings, models):
            if training.validation is not None and training.validation.kind == "test":
                return _Case(models, training, training.where)
            found = _evaluations(training, code)
            for item in found:
                if not _is_on_training_images(item):
                    return _Case(models, training, item.where)
            if found:
                nearest = _Case(models, training, found[0].where, on_training_images=True)
            elif nearest.training is None:
                nearest = _Case(models, training)
        return nearest


def _may_be_evaluated(case: _Case, code: CodeShown) -> bool:
    return case.training is None and is_commented_out(case.models, code)


def _evaluations(training: Training, code: CodeShown) -> list[TracedEvaluation]:
    numbers = {item.model for item in recorded(training, code)}
    run = code.run
    return [item for item in (run.evaluations if run else ()) if item.model in numbers]


def _is_on_training_images(evaluation: TracedEvaluation) -> bool:
    return evaluation.images is not None and evaluation.images.split == "train"


def _advice(case: _Case, code: CodeShown) -> Message:
    if case.training is None:
        return message(
            "trainings-have.no-training",
            model=case.models.text,
            found=trainings_text(code.trainings),
        )
    if case.on_training_images:
        return message("models-evaluated.on-training-images", where=Name(text=case.where))
    return message("models-evaluated.advice", training=training_text(case.training))
