"""Look at one saved model, isolated as always."""

from __future__ import annotations

from collections.abc import Sequence
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
from grader.records.evidence import ArtefactFile, Failure
from grader.sandbox import Isolation, Limits, Sandboxes
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
        raise not_opened(opened)
    return opened


def open_model(
    file: ArtefactFile,
    path: Path,
    companions: Sequence[tuple[ArtefactFile, Path]],
    sandboxes: Sandboxes,
) -> ModelSummary | Failure:
    """Open a saved model in a process of its own.

    Args:
        file: What it is called, and what its first bytes say it is.
        path: Where it lies.
        companions: The files that belong to it.
        sandboxes: Where the process comes from.

    Raises:
        ValueError: It is no model by its first bytes.
    """
    form = model_format(file.kind)
    if form is None:
        raise ValueError(f"'{file.kind}' is no format of a model")
    with sandboxes.open(PROFILE) as box:
        client = ModelClient(box, file.path, PROFILE.limits(sandboxes.limits))
        model = client.open(path.resolve(), form, companions)
    if isinstance(model, Failure) and model.reason == "wrong-format":
        return msgspec.structs.replace(model, formats=_ACCEPTED, kind=KIND.name)
    return model
