"""Collect evidence from a saved model: open it once in the sandbox, then predict on every dataset asked for.

Of weights alone, the code of the submission is run to find the model they belong to.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.evidence.base import CollectContext, Collected, CollectTask
from grader.evidence.code.beside import is_code
from grader.evidence.code.profile import RUN_PROFILE
from grader.evidence.code.run import RunFiles, run_code
from grader.evidence.code.run_record import CodeRun
from grader.evidence.code.served import SERVED
from grader.evidence.episodes.record import EpisodesNeed, StatesNeed
from grader.evidence.models.calibration import choose_interface
from grader.evidence.models.client import ModelClient
from grader.evidence.models.declaration import ModelDeclaration
from grader.evidence.models.formats import model_format
from grader.evidence.models.opener import SubmittedCode, SubmittedModel, open_submitted
from grader.evidence.models.playing.play import PolicyPlayer
from grader.evidence.models.predict import predict_test_images
from grader.evidence.models.record import ModelNeed, ModelSummary
from grader.evidence.models.session import EvaluationTarget, open_session
from grader.evidence.predictions.interface import ModelInterface
from grader.evidence.predictions.record import Predictions, PredictionsNeed
from grader.records.evidence import Failure, internal_failure

if TYPE_CHECKING:
    from grader.evidence.base import Arrays

_Interfaces = dict[tuple[str, tuple[int, ...], bool], ModelInterface | Failure]
"""What was found out about a model: (dataset, shape of an image, whether images may be resized) to its interface.
Images that are like those of a dataset are preprocessed as those are."""


def collect_models(task: CollectTask, context: CollectContext) -> Collected:
    """Answer all needs with one opened model. Whatever goes wrong becomes a `Failure`."""
    form = model_format(task.file.kind)
    every = (*task.files, *task.companions)
    missing = next((path for _, path in every if not path.is_file()), None)
    if form is None or missing is not None:
        # Removed since it was found, or its name is not valid text and stands escaped in the report.
        failure = internal_failure(f"{missing or task.path} cannot be found under this name")
        return Collected.nothing(task.needs, failure)
    collected = Collected()
    companions = [(file, path.resolve()) for file, path in task.companions]
    submitted = SubmittedModel(task.file, task.path, form, companions)
    code = SubmittedCode(tuple(_code(task)), lambda: _run(task, context))
    with open_submitted(submitted, context.open_box, context.limits, code) as opened:
        client, model = opened.client, opened.model
        interfaces: _Interfaces = {}
        player: PolicyPlayer | None = None
        if isinstance(model, Failure) and model.reason in ("wrong-format", "refused"):
            model = msgspec.structs.replace(model, formats=task.artefact.formats)
        for need in task.needs:
            if isinstance(model, Failure) or isinstance(need, ModelNeed):
                collected.records[need] = model
            elif isinstance(need, PredictionsNeed):
                predicted = _predict(client, model, need, task, context, interfaces)
                if isinstance(predicted, Failure):
                    collected.records[need] = predicted
                else:
                    collected.records[need], collected.arrays[need] = predicted
            elif isinstance(need, EpisodesNeed | StatesNeed):
                player = player or PolicyPlayer(client, model, _declared(task))
                collected.records[need] = player.answer(need)
        collected.peak_memory_bytes = client.box.max_rss
    return collected


def _code(task: CollectTask) -> dict[str, Path]:
    """The scripts and notebooks that may build the model."""
    return {
        file.path: path
        for file, path in task.sources
        if is_code(file.path, file.kind) and path.is_file()
    }


def _run(task: CollectTask, context: CollectContext) -> CodeRun | Failure:
    """Run the code of the submission, with its data and the weights beside it."""
    code = _code(task)
    beside = {
        file.path: path
        for file, path in (*task.files, *task.sources)
        if file.path not in code and path.is_file()
    }
    finished = run_code(
        lambda: context.open_with(RUN_PROFILE),
        RunFiles(code, beside),
        SERVED,
        RUN_PROFILE.limits(context.limits),
        on_step=context.on_step,
    )
    return finished if isinstance(finished, Failure) else finished.run


def _predict(
    client: ModelClient,
    model: ModelSummary,
    need: PredictionsNeed,
    task: CollectTask,
    context: CollectContext,
    interfaces: _Interfaces,
) -> tuple[Predictions, Arrays] | Failure:
    dataset = context.datasets.get(need.dataset, file=task.file.path)
    if isinstance(dataset, Failure):
        return dataset
    declared = _declared(task)
    target = EvaluationTarget(
        dataset=need.dataset,
        image=dataset.images().shape[1:],
        classes=len(dataset.record.class_names),
        calibration=dataset.calibration(),
        resizing=need.resizing,
    )
    session = open_session(client, model, target, declared)
    if isinstance(session, Failure):
        return session
    key = (dataset.like or need.dataset, target.image, need.resizing)
    if key not in interfaces:
        interfaces[key] = choose_interface(session, model.expects, declared)
    interface = interfaces[key]
    if isinstance(interface, Failure):
        return interface
    return predict_test_images(session, interface, dataset, seed=task.keys[need])


def _declared(task: CollectTask) -> ModelDeclaration | None:
    return task.declared if isinstance(task.declared, ModelDeclaration) else None
