"""`ModelDescribed` and `DescriptionAgrees`: what students say of a model is right, and is true of their own."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.answers.given import GivenAnswers
from grader.checks.base import CheckContext
from grader.checks.code.base import training_text
from grader.checks.code.filters import ModelFilter
from grader.checks.described.aspects import ASKED, Aspect, Said, in_words, typed
from grader.checks.described.base import DescriptionCheck
from grader.checks.described.described_model import DescribedModel, built_model
from grader.checks.text.prose import Prose
from grader.evidence.answers.template import example_line
from grader.evidence.code.record import CodeReading, Training
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Listing, Message, Name, message
from grader.records.question import Question
from grader.records.result import CheckResult

#: Characters of a sentence that are repeated to the student.
_MOST_SHOWN = 160


class ModelDescribed(DescriptionCheck, tag="model-described", frozen=True, kw_only=True):
    """One thing that a lab asks about a model is answered rightly.

    It is right where it is true of the model that is handed out, or of the first that the code trains. Typed answers
    decide where the question is answered there; else the student's own sentences do. The number of parameters may
    stand in a saved `model.summary()` alone, which the feedback says.
    """

    aspect: Aspect
    model: DescribedModel
    """The one handed out."""
    apart: tuple[ModelFilter, ...] = ()
    """Models of other exercises."""

    def questions(self, exercise: Exercise) -> tuple[Question, ...]:
        """What is asked, for the file that students fill in."""
        return _questions(self.aspect, exercise)

    def judge_said(self, given: GivenAnswers, prose: Prose, context: CheckContext) -> CheckResult:
        """Compare what is said with both models."""
        built = _built(prose, self.apart, self.model)
        models = [self.model, *((built[0],) if built is not None else ())]
        said = _said(self.aspect, given, prose, context.exercise, models)
        if said is not None and said.is_right:
            return self.result("passed", 1.0, _quoted("right", self.aspect, said))
        saved = _saved_parameters(prose.code, models) if self.aspect == "parameters" else None
        if saved is not None:
            return self.result("passed", 1.0, saved, flags=("not-in-run",))
        if said is not None:
            advice = message("described.think-again", aspect=_aspect(self.aspect))
            return self.result("failed", 0.0, _quoted("wrong", self.aspect, said), advice=(advice,))
        lines = "; ".join(example_line(item) for item in self.questions(context.exercise))
        return self.result(
            "failed",
            0.0,
            message("described.unanswered", aspect=_aspect(self.aspect)),
            advice=(message("described.write", lines=Code(text=lines)),),
        )


class DescriptionAgrees(DescriptionCheck, tag="description-agrees", frozen=True, kw_only=True):
    """What is said of the model is true of the one that the code builds; each thing that is said earns its share.

    Where the code has no model but those of other exercises, a person compares: it may have been changed into them.
    """

    aspects: tuple[Aspect, ...]
    model: DescribedModel
    """The one handed out, for the shape of its inputs."""
    apart: tuple[ModelFilter, ...] = ()
    """Models of other exercises."""

    def __post_init__(self) -> None:
        if not self.aspects:
            raise ValueError(f"check '{self.id}' compares nothing")

    def judge_said(self, given: GivenAnswers, prose: Prose, context: CheckContext) -> CheckResult:
        """Compare all that is said with the model of the code."""
        if isinstance(prose.code, Failure):
            return self.judge_failure(prose.code)
        built = _built(prose, self.apart, self.model)
        models = [] if built is None else [built[0]]
        said = {
            aspect: found
            for aspect in self.aspects
            if (found := _said(aspect, given, prose, context.exercise, models)) is not None
        }
        if not said:
            return self._without(message("described.nothing-to-compare"))
        if built is None:
            if not prose.code.trainings:
                return self._without(message("described.no-model"))
            return self.result(
                "pending", None, message("described.model-gone"), flags=("needs-review",)
            )
        differing = {aspect: found for aspect, found in said.items() if not found.is_right}
        share = 1 - len(differing) / len(said)
        return self.share_result(
            share,
            _compared(built[1], said),
            *(_quoted("differs", aspect, found) for aspect, found in differing.items()),
            advice=(message("described.agree"),) if differing else (),
        )

    def _without(self, why: Message) -> CheckResult:
        return self.result("failed", 0.0, why, advice=(message("described.agree"),))


def _said(
    aspect: Aspect,
    given: GivenAnswers,
    prose: Prose,
    exercise: Exercise,
    models: Sequence[DescribedModel],
) -> Said | None:
    return typed(aspect, given, exercise.id, models) or in_words(aspect, prose.sentences, models)


def _built(
    prose: Prose, apart: Sequence[ModelFilter], model: DescribedModel
) -> tuple[DescribedModel, Training] | None:
    if isinstance(prose.code, Failure):
        return None
    return built_model(prose.code.trainings, apart, model.image)


def _saved_parameters(
    code: CodeReading | Failure, models: Sequence[DescribedModel]
) -> Message | None:
    """The saved `model.summary()` of a notebook that shows the parameters."""
    counts = {model.parameters for model in models}
    for notebook in () if isinstance(code, Failure) else code.notebooks:
        for cell in notebook.cells:
            if any(summary.parameters in counts for summary in cell.summaries):
                where = f"{notebook.file}, cell {cell.number}"
                return message("described.saved-summary", where=Name(text=where))
    return None


def _questions(aspect: Aspect, exercise: Exercise) -> tuple[Question, ...]:
    return tuple(
        Question(exercise=exercise.id, name=asked.names[0], form=asked.form)
        for asked in ASKED[aspect]
    )


def _aspect(aspect: Aspect) -> Message:
    return message(f"model-aspect.{aspect}")


def _quoted(key: str, aspect: Aspect, said: Said) -> Message:
    text = said.text if len(said.text) <= _MOST_SHOWN else f"{said.text[:_MOST_SHOWN]}…"
    return message(
        f"described.{key}", aspect=_aspect(aspect), text=Code(text=text), where=said.where
    )


def _compared(training: Training, said: dict[Aspect, Said]) -> Message:
    return message(
        "described.compared",
        training=training_text(training),
        aspects=Listing(items=tuple(_aspect(aspect) for aspect in said)),
    )
