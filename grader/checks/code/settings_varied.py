"""`SettingsVaried`: one of several settings was varied."""

from __future__ import annotations

from grader.checks.base import CheckContext
from grader.checks.code.base import ReportedCodeCheck, may_train_more, trainings_text
from grader.checks.code.fields import Field, field_name
from grader.checks.code.filters import ModelFilter
from grader.checks.code.values_tried import ValuesTried
from grader.evidence.code.run_record import CodeShown
from grader.records.message import Listing, message
from grader.records.result import CheckResult


class SettingsVaried(ReportedCodeCheck, tag="settings-varied", frozen=True, kw_only=True):
    """Trainings of one kind of model differ in any of several settings; each is looked for as `ValuesTried` does.

    Its first artefact is code, all others are reports.
    """

    models: ModelFilter = ModelFilter()
    fields: tuple[Field, ...]
    at_least: int = 2
    """How many different values of one of them."""

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError(f"check '{self.id}' asks for no setting")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Take the setting of which most was tried; what stands in the code before what only texts name."""
        results = [self._tried(field).judge_code(code, context) for field in self.fields]
        best = max(results, key=lambda result: (result.score or 0, not result.flags))
        if best.score:
            return best
        trained = [item for item in code.trainings if self.models.accepts(item)]
        if not trained:
            if may_train_more(code, self.models):
                return self.judge_unknown()
            return self.no_such_model(self.models, code)
        fields = Listing(items=tuple(map(field_name, self.fields)))
        return self.result(
            "failed",
            0.0,
            message("settings-varied.none", fields=fields, found=trainings_text(trained)),
            advice=(message("settings-varied.advice", fields=fields),),
        )

    def _tried(self, field: Field) -> ValuesTried:
        return ValuesTried(
            id=self.id,
            title=self.title,
            points=self.points,
            artefacts=self.artefacts,
            visibility=self.visibility,
            hint=self.hint,
            models=self.models,
            field=field,
            at_least=self.at_least,
        )
