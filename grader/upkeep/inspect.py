"""Look at one saved model, isolated as always."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.errors import NotOpenedError
from grader.evidence.models import KIND
from grader.evidence.models.formats import model_format
from grader.evidence.models.opener import SubmittedCode, SubmittedModel, open_submitted
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelSummary
from grader.grading.isolation import choose_level
from grader.grading.plan import format_table
from grader.intake.artefacts import format_of
from grader.intake.sniffing import sniff_file
from grader.parallel import usable_cores
from grader.records.evidence import ArtefactFile, Failure
from grader.records.names import first_few
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.inspect_code import is_code
from grader.upkeep.not_opened import not_opened

_ACCEPTED = tuple(KIND.accepts.values())


def inspect_model(
    path: Path, *, isolation: Isolation, limits: Limits | None = None
) -> ModelSummary:
    """Open a saved model and describe it.

    Args:
        path: The file, whatever its name.
        isolation: The isolation level it is opened at; ``auto`` is the strongest that works here.
        limits: What opening it may use.

    Raises:
        NotOpenedError: It is no model, or it does not open; the message says what it is.
        IsolationError: It cannot be isolated as asked for.
    """
    kind = sniff_file(path)
    found = format_of(kind, path.name, _ACCEPTED, format_table())
    if isinstance(found, Failure):
        raise not_opened(msgspec.structs.replace(found, kind=KIND.name))
    file = ArtefactFile(path=path.name, sha256="", kind=kind)
    limits = limits or Limits(threads=usable_cores())
    with Sandboxes(limits, choose_level(isolation)) as sandboxes:
        opened = open_model(file, path, (), sandboxes)
    if isinstance(opened, Failure):
        error = not_opened(opened)
        raise _with_code_beside(error, path) if opened.reason == "weights-only" else error
    return opened


def open_model(
    file: ArtefactFile,
    path: Path,
    companions: Sequence[tuple[ArtefactFile, Path]],
    sandboxes: Sandboxes,
    code: SubmittedCode | None = None,
) -> ModelSummary | Failure:
    """Open a saved model in a process of its own.

    Args:
        file: What it is called, and what its first bytes say it is.
        path: Where it lies.
        companions: The files that belong to it.
        sandboxes: Where the process comes from.
        code: What builds the model of weights that are alone; None where nothing is to be run.

    Raises:
        ValueError: It is no model by its first bytes.
    """
    form = model_format(file.kind)
    if form is None:
        raise ValueError(f"'{file.kind}' is no format of a model")
    submitted = SubmittedModel(file, path, form, companions)
    limits = PROFILE.limits(sandboxes.limits)
    with open_submitted(submitted, lambda: sandboxes.open(PROFILE), limits, code) as opened:
        model = opened.model
    if isinstance(model, Failure) and model.reason == "wrong-format":
        return msgspec.structs.replace(model, formats=_ACCEPTED, kind=KIND.name)
    return model


def _with_code_beside(error: NotOpenedError, path: Path) -> NotOpenedError:
    """What is said of weights, with how to load them into the model that code in the same folder builds."""
    try:
        code = sorted(item.name for item in path.resolve().parent.iterdir() if is_code(item))
    except OSError:
        return error
    if not code:
        return error
    folder = path.parent if str(path.parent) != "." else "."
    return NotOpenedError(
        str(error),
        hint=f"{first_few(code, most=3)} lies beside it: `grader inspect {folder}` runs the code and loads the "
        f"weights into the model that it builds. {error.hint}",
    )
