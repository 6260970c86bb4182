"""Look at one saved model, isolated as always."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.evidence.models import KIND
from grader.evidence.models.client import ModelClient
from grader.evidence.models.formats import model_format
from grader.evidence.models.profile import PROFILE
from grader.evidence.models.record import ModelSummary
from grader.grading.isolation import choose_level
from grader.grading.plan import format_table
from grader.intake.artefacts import format_of
from grader.intake.sniffing import sniff_file
from grader.parallel import usable_cores
from grader.records.evidence import Failure
from grader.sandbox import Isolation, Limits, Sandboxes
from grader.upkeep.not_opened import not_opened


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
    opened = _open(path, isolation, limits or Limits(threads=usable_cores()))
    if isinstance(opened, Failure):
        raise not_opened(opened)
    return opened


def _open(path: Path, isolation: Isolation, limits: Limits) -> ModelSummary | Failure:
    kind, accepted = sniff_file(path), tuple(KIND.accepts.values())
    found = format_of(kind, path.name, accepted, format_table())
    form = model_format(kind)
    if isinstance(found, Failure):
        return msgspec.structs.replace(found, kind=KIND.name)
    if form is None:
        raise ValueError(f"'{kind}' is no format of a model")
    level = choose_level(isolation)
    with Sandboxes(limits, level) as sandboxes, sandboxes.open(PROFILE) as box:
        model = ModelClient(box, path.name, limits).open(path.resolve(), form)
    if isinstance(model, Failure) and model.reason == "wrong-format":
        return msgspec.structs.replace(model, formats=accepted, kind=KIND.name)
    return model
