"""Open a submitted model; weights alone with the model that the code of the submission builds.

The student's code runs in a process of its own, and each description it gave is tried in a fresh process for models,
where it is checked like one that was handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.evidence.code.run_record import CodeRun
from grader.evidence.models.built_by_code import BuiltModel, built_models
from grader.evidence.models.client import ModelClient
from grader.evidence.models.record import ModelFormat, ModelSummary
from grader.evidence.models.weights_failures import (
    TriedModel,
    code_not_run,
    no_model_built,
    none_fits,
)
from grader.records.evidence import INTERNAL, ArtefactFile, Failure
from grader.sandbox import Box, Limits
from grader.sandbox.scratch import scratch_folder

#: What is missing of a file that the model of the submission's code may make whole.
_LACKS_MODEL = ("weights-only", "wrong-weights")

Companion = tuple[ArtefactFile, Path]


@dataclass(frozen=True)
class SubmittedModel:
    """The file of a model."""

    file: ArtefactFile
    path: Path
    form: ModelFormat
    """The format it is opened in."""
    companions: Sequence[Companion] = ()
    """The files that belong to it."""


@dataclass(frozen=True)
class SubmittedCode:
    """The code of a submission, which may build a model that only weights were saved of."""

    files: Sequence[str]
    """What the student calls its scripts and notebooks."""
    run: Callable[[], CodeRun | Failure]
    """Runs it, or gives what was recorded when it ran; called where the weights lack a model."""


@dataclass(frozen=True)
class OpenedBox:
    """A process that was asked to open a model, and what it said."""

    client: ModelClient
    model: ModelSummary | Failure


@contextmanager
def open_submitted(
    submitted: SubmittedModel,
    open_box: Callable[[], Box],
    limits: Limits,
    code: SubmittedCode | None = None,
) -> Iterator[OpenedBox]:
    """Open a model, in a process that is ended on leaving.

    Args:
        submitted: The file.
        open_box: Opens a process with the profile for models.
        limits: What it is started with.
        code: The code that came with it; None where there is none, or it is not to be run.
    """
    with ExitStack() as stack:

        def opened_with(companions: Sequence[Companion]) -> OpenedBox:
            box = stack.enter_context(open_box())
            client = ModelClient(box, submitted.file.path, limits)
            model = client.open(submitted.path.resolve(), submitted.form, companions)
            if isinstance(model, Failure):
                box.close()
            return OpenedBox(client, model)

        opened = opened_with(submitted.companions)
        failed = opened.model
        lacks_model = isinstance(failed, Failure) and failed.reason in _LACKS_MODEL
        if lacks_model and code is not None and code.files:
            opened = _open_with_code(opened, submitted.file.path, code, opened_with)
        yield opened


def _open_with_code(
    opened: OpenedBox,
    file: str,
    code: SubmittedCode,
    opened_with: Callable[[Sequence[Companion]], OpenedBox],
) -> OpenedBox:
    """Weights, opened with the first of the models that they fit which code builds.

    Args:
        opened: Where they were opened as they are, which failed.
        file: What the student calls them.
        code: The code.
        opened_with: Opens them with companions in a new process.
    """
    run = code.run()
    if isinstance(run, Failure):
        if run.fault == "grader":
            return OpenedBox(opened.client, run)
        return _told(opened, code_not_run(file, code.files, run))
    models = built_models(run, file)
    if not models:
        return _told(opened, no_model_built(file, run))
    tried: list[TriedModel] = []
    with scratch_folder("description") as folder:
        for model in models:
            attempt = opened_with([_description(model, folder)])
            if isinstance(attempt.model, ModelSummary):
                built_by = model.built_by
                summary = msgspec.structs.replace(attempt.model, built_by=built_by)
                return OpenedBox(attempt.client, summary)
            if attempt.model.reason == INTERNAL:
                return attempt
            tried.append(TriedModel(model, attempt.model))
    ours = next((item.failure for item in tried if item.failure.fault == "grader"), None)
    return OpenedBox(opened.client, ours) if ours else _told(opened, none_fits(file, tried))


def _description(model: BuiltModel, folder: Path) -> Companion:
    """A description in a file, under the name of the code that it is from."""
    path = folder / "model.json"
    path.write_text(model.config, encoding="utf-8")
    return ArtefactFile(path=model.built_by, sha256="", kind="keras-json"), path


def _told(opened: OpenedBox, failure: Failure) -> OpenedBox:
    """A failure with the code counts where nothing more exact is known of the file alone."""
    first = opened.model
    exact = isinstance(first, Failure) and (first.reason != "weights-only" or bool(first.why))
    return opened if exact else OpenedBox(opened.client, failure)
