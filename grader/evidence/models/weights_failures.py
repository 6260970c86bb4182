"""What is said of weights that fit no model which the code of the submission builds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.evidence.code.run_record import CodeRun
from grader.evidence.models.built_by_code import BuiltModel
from grader.records.evidence import Failure, file_failure
from grader.records.message import Code, Count, Listing, Message, Name, Value, message
from grader.records.names import first_few

#: Models that are named, and characters of an error.
_NAMED, _ERROR = 3, 200


@dataclass(frozen=True)
class TriedModel:
    """A model that weights could not be loaded into."""

    model: BuiltModel
    failure: Failure


def code_not_run(file: str, code: Sequence[str], ended: Failure) -> Failure:
    """Weights whose code could not be run.

    Args:
        file: What the student calls the file of weights.
        code: The scripts and notebooks.
        ended: How running them ended.
    """
    return file_failure(
        "weights-only",
        file,
        "code-not-run",
        detail=ended.detail,
        code=Name(text=first_few(code, most=3)),
        problem=_problem(ended),
    )


def no_model_built(file: str, run: CodeRun) -> Failure:
    """Weights whose code builds no model of Keras; the first error says why, where there is one."""
    code = Name(text=first_few(run.files, most=3))
    error = next((step.error for step in run.steps if step.error), "")
    if not error:
        return file_failure("weights-only", file, "no-model-built", code=code)
    shown = Code(text=error[:_ERROR])
    return file_failure("weights-only", file, "code-stops", code=code, error=shown)


def none_fits(file: str, tried: Sequence[TriedModel]) -> Failure:
    """Weights that fit none of the models that were built; the first ones are named, with what does not fit."""
    return file_failure(
        "weights-only",
        file,
        "none-fits",
        detail="\n".join(item.failure.detail for item in tried),
        count=Count(value=len(tried)),
        models=Listing(items=tuple(map(_named, tried[:_NAMED])), separator="; "),
    )


def _named(tried: TriedModel) -> Message:
    where, problem = Name(text=tried.model.where), _problem(tried.failure)
    if tried.model.layers is None:
        return message("model.built", where=where, problem=problem)
    layers = Count(value=tried.model.layers)
    return message("model.built-layers", where=where, layers=layers, problem=problem)


def _problem(failure: Failure) -> Value:
    """What is wrong, as a phrase."""
    if not failure.why:
        return Message(key=f"reason.{failure.reason}")
    return Listing(
        items=tuple(Message(key=f"why.{why}", values=failure.values) for why in failure.why)
    )
