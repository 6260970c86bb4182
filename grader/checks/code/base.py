"""What every check on code looks at: what was read of it, with what its run recorded."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from grader.checks.base import CheckContext, CheckKind
from grader.checks.code.filters import ModelFilter
from grader.checks.code.remains import changed_text
from grader.evidence.code.merged import shown_code
from grader.evidence.code.record import CodeNeed, Training
from grader.evidence.code.run_record import CodeRunNeed, CodeShown
from grader.evidence.code.words import layers_text
from grader.evidence.need import Need
from grader.evidence.report.record import ReportNeed, ReportReading
from grader.records.evidence import Failure
from grader.records.lab import Exercise
from grader.records.message import Code, Listing, Message, Name, message
from grader.records.result import CheckResult

#: Packages that train models by themselves.
_TRAINERS = frozenset(
    {"pytorch_lightning", "lightning", "fastai", "skorch", "ignite", "jax", "flax", "mxnet"}
)

#: What came of a step that may have done more.
_CUT = frozenset({"failed", "timed out", "crashed", "not reached"})


class CodeCheck(CheckKind, frozen=True, kw_only=True):
    """A check on what the code of a submission builds, trains and draws.

    It looks at the first of its artefacts. What was read decides, and the run adds to it: where the code could not be
    run, only what reading cannot know is missing.
    """

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """What reading the code says, and what a run of it records."""
        artefact = exercise.artefacts_of(self)[0]
        return (CodeNeed(artefact=artefact), CodeRunNeed(artefact=artefact))

    def judge(self, context: CheckContext) -> CheckResult:
        """Judge what is known; where that is not enough and the run failed through our fault, nothing is judged."""
        artefact = context.exercise.artefacts_of(self)[0]
        reading = context.evidence.get(CodeNeed(artefact=artefact))
        if isinstance(reading, Failure):
            return self.judge_failure(reading)
        run = context.evidence.get(CodeRunNeed(artefact=artefact))
        result = self.judge_code(
            shown_code(reading, None if isinstance(run, Failure) else run.run), context
        )
        if isinstance(run, Failure) and run.fault == "grader" and result.status != "passed":
            return self.judge_failure(run)
        return result

    @abstractmethod
    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Judge code of which something is known."""

    def judge_unknown(self, *feedback: Message) -> CheckResult:
        """A result for a person to settle: what the check asks about could be neither read nor recorded."""
        return self.result(
            "pending", None, *feedback, message("code-check.unknown"), flags=("needs-review",)
        )

    def judge_unsure(self, *feedback: Message) -> CheckResult:
        """A result for a person to settle: what was found may be meant or not."""
        return self.result("pending", None, *feedback, flags=("needs-review",))

    def judge_changed(self, models: ModelFilter, code: CodeShown) -> CheckResult:
        """A result for a person to settle: the code trains only what a model was changed into."""
        return self.result("pending", None, changed_text(models, code), flags=("needs-review",))

    def no_such_model(self, models: ModelFilter, code: CodeShown) -> CheckResult:
        """The result where the code trains no model of a kind."""
        return self.result(
            "failed",
            0.0,
            message("code-check.no-such-model", model=models.text),
            advice=(found_instead(code),),
        )


class ReportedCodeCheck(CodeCheck, frozen=True, kw_only=True):
    """A check on code whose other artefacts are reports, which may say or show what the code does not."""

    def needs(self, exercise: Exercise) -> tuple[Need[Any], ...]:
        """What is known of the code, and what the reports say."""
        return (*super().needs(exercise), *self._report_needs(exercise))

    def reports(self, context: CheckContext) -> list[ReportReading]:
        """The reports that could be read."""
        found = map(context.evidence.get, self._report_needs(context.exercise))
        return [report for report in found if not isinstance(report, Failure)]

    def _report_needs(self, exercise: Exercise) -> tuple[ReportNeed, ...]:
        return tuple(ReportNeed(artefact=report) for report in exercise.artefacts_of(self)[1:])


def is_complete(code: CodeShown) -> bool:
    """Whether a run reached the end of the code, so that what it did not record is not there."""
    return (
        code.run is not None
        and code.run.ended
        and all(step.status in ("ok", "failed", "ended") for step in code.run.steps)
    )


def is_cut(code: CodeShown) -> bool:
    """Whether some of the code was not run to its end, so that it may do more than was recorded."""
    run = code.run
    return run is None or any(step.status in _CUT or step.after_cut for step in run.steps)


def may_train_more(code: CodeShown, models: ModelFilter) -> bool:
    """Whether the code may train a model of a kind that was not recognised: in ways, or with layers, not followed."""
    if any(item.executed and models.may_accept(item) for item in code.trainings):
        return True
    if not _TRAINERS.isdisjoint(code.imports):
        return True
    cells = (cell.source for notebook in code.notebooks for cell in notebook.cells)
    return not code.trainings and any(".backward(" in source for source in cells)


def found_instead(code: CodeShown) -> Message:
    """The trainings there are, as advice to those who train nothing of what is asked for."""
    return message("code-check.found-instead", found=trainings_text(code.trainings))


def training_text(training: Training) -> Message:
    """A training with its place: 'lab.py:62: Dense 1 sigmoid'."""
    return message(
        "code-check.training" if training.executed else "code-check.training-not-reached",
        where=Name(text=training.where),
        layers=Code(text=layers_text(training)),
    )


def trainings_text(trainings: Iterable[Training], most: int = 6) -> Message:
    """The first few of several trainings, one after the other."""
    listed = list(trainings)
    if not listed:
        return message("code-check.no-trainings")
    texts = tuple(training_text(item) for item in listed[:most])
    return message("code-check.trainings", trainings=Listing(items=texts, separator="; "))
