"""`GradientsTaken`: the code computes gradients of each model asked for, layer by layer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from grader.checks.base import CheckContext
from grader.checks.code.base import is_cut
from grader.checks.code.commented_out import is_commented_out
from grader.checks.code.figure_check import FigureCheck
from grader.checks.code.filters import ModelFilter
from grader.checks.code.grid_drawn import is_over_layers
from grader.checks.code.layers import hidden_layers
from grader.evidence.code.run_record import CodeShown, GradientsComputed
from grader.evidence.code.words import short_place
from grader.records.message import Code, Count, Message, Name, message
from grader.records.result import CheckResult

#: Gradients none of which is larger are rounding errors: those of a sum of probabilities are.
_ZERO = 1e-7

#: What gradients that are computed and not drawn earn where they are to be drawn.
_NOT_DRAWN = 0.5

_State = Literal["right", "not-drawn", "few", "zero", "trained", "untrained", "absent"]


@dataclass(frozen=True)
class _Case:
    """One of the models asked for, and what comes nearest to its gradients."""

    models: ModelFilter
    state: _State
    where: str = ""


class GradientsTaken(FigureCheck, tag="gradients-taken", frozen=True, kw_only=True):
    """The code computes gradients of each model, at least one for each hidden layer; each model earns its share.

    Where the run recorded none, a figure of gradients that a notebook was saved with or a report shows counts, and the
    feedback says so. Gradients that are all zero, as those of a sum of probabilities, do not count and are flagged.
    """

    models: tuple[ModelFilter, ...]
    trained: bool = True
    """Whether the models are trained before; else they must not be."""
    drawn: bool = False
    """Whether figures need a line over the layers for each model, too: else half of its share is lost."""
    figures_named: tuple[str, ...] = ()
    """Words, one of which the caption of a report's figure, or the cell of a saved one, has besides ``gradient``."""

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError(f"check '{self.id}' asks for no model")

    def judge_code(self, code: CodeShown, context: CheckContext) -> CheckResult:
        """Look for gradients of each model."""
        cases = [self._case(models, code) for models in self.models]
        found = [case for case in cases if case.state in ("right", "not-drawn")]
        wrong = [case for case in cases if case.state != "right"]
        counted = message(
            "gradients-taken.counted",
            right=Count(value=len(found)),
            models=Count(value=len(cases), setting=True),
        )
        if all(case.state == "absent" for case in cases):
            named = f"(?=.*({'|'.join(map(re.escape, self.figures_named))}))"
            saved = self.shown_elsewhere(
                code, context, source=f"{named}(?=.*gradient).*plot", caption=f"{named}.*gradient"
            )
            if saved is not None:
                return self.share_result(1.0, counted, saved, flags=("not-in-run",))
        if wrong and self._is_unknown(wrong, code):
            return self.judge_unknown(counted)
        lost = sum(_NOT_DRAWN if case.state == "not-drawn" else 1.0 for case in wrong)
        return self.share_result(
            (len(cases) - lost) / len(cases),
            counted,
            *(
                message("gradients-taken.found", where=Name(text=where))
                for where in dict.fromkeys(case.where for case in found)
            ),
            advice=tuple(self._advice(case) for case in wrong),
            flags=("gradients-are-zero",) if any(case.state == "zero" for case in wrong) else (),
        )

    def _case(self, models: ModelFilter, code: CodeShown) -> _Case:
        computed = code.run.gradients if code.run is not None else ()
        nearest = _Case(models, "absent")
        for item in computed:
            if models.fits(item.layers):
                state = self._state(item, code)
                case = _Case(models, state, short_place(item.where, code.files))
                if state in ("right", "not-drawn"):
                    return case
                nearest = case
        return nearest

    def _state(self, computed: GradientsComputed, code: CodeShown) -> _State:
        if computed.trained != self.trained:
            return "trained" if computed.trained else "untrained"
        known = [value for value in computed.largest if value is not None]
        depth = len(hidden_layers(computed.layers))
        if len(known) * computed.calls < depth:
            return "few"
        if max(known, default=0.0) <= _ZERO:
            return "zero"
        return "right" if not self.drawn or self._is_drawn(depth, code) else "not-drawn"

    def _is_drawn(self, depth: int, code: CodeShown) -> bool:
        """Whether figures have as many lines over the layers of models of a depth as models of it are asked for."""
        wanted = sum(
            models.hidden_layers is None or abs(models.hidden_layers - depth) <= models.near
            for models in self.models
        )
        lines = [
            line
            for figure in (code.run.figures if code.run is not None else ())
            for axes in figure.axes
            for line in axes.lines
        ]
        return sum(is_over_layers(line, depth) for line in lines) >= wanted

    def _is_unknown(self, wrong: list[_Case], code: CodeShown) -> bool:
        """Whether gradients may be computed that were not recorded, or not attributed to a model."""
        if any(case.state not in ("absent", "trained", "untrained") for case in wrong):
            return False
        if all(is_commented_out(case.models, code) for case in wrong):
            return True
        computed = code.run.gradients if code.run is not None else ()
        trains = any(models.accepts(item) for models in self.models for item in code.trainings)
        unattributed = any(not item.layers for item in computed)
        return unattributed or (is_cut(code) and (trains or bool(computed)))

    def _advice(self, case: _Case) -> Message:
        before = case.state == "absent" and not self.trained
        key = "absent-untrained" if before else case.state
        return message(
            f"gradients-taken.{key}",
            model=case.models.text,
            where=Name(text=case.where),
            code=Code(text="tape.gradient(loss, model.trainable_variables)"),
        )
