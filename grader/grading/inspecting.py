"""Look at one saved network, in the sandbox as always."""

from __future__ import annotations

from pathlib import Path

from grader.errors import NotOpenedError
from grader.grading.asking import Conversation
from grader.grading.batch import open_sandbox
from grader.grading.isolation import choose_level
from grader.grading.parallel import usable_cores
from grader.intake.artefacts import MODEL_FORMATS, format_of, naming_formats
from grader.intake.sniffing import sniff_file
from grader.messages import failure_text
from grader.records.evidence import Failure, ModelSummary
from grader.sandbox import Isolation, Limits


def inspect_model(
    path: Path, *, limits: Limits | None = None, isolation: Isolation = "auto"
) -> ModelSummary:
    """Open a saved network and describe it.

    Args:
        path: The file, whatever its name.
        limits: What opening it may use.
        isolation: Level of the walls; ``auto`` is the strongest that holds here.

    Raises:
        NotOpenedError: It is no network, or it does not open; the message says what it is.
    """
    taken = tuple(MODEL_FORMATS.values())
    found: ModelSummary | Failure
    form = format_of(sniff_file(path), path.name, taken)
    if isinstance(form, Failure):
        found = form
    else:
        allowed = limits or Limits(threads=usable_cores())
        level = choose_level(isolation)
        with open_sandbox(allowed, level) as sandbox, sandbox.open() as box:
            found = Conversation(box, path.name, allowed).open(path.resolve(), form)
    if isinstance(found, Failure):
        found = naming_formats(found, taken)
        message, advice = failure_text("en", found.reason, found.args)
        raise NotOpenedError(message, hint=advice)
    return found
