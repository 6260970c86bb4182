"""Collect evidence of one submission: what its networks are and what they answer."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.checks import CheckKind
from grader.grading.asking import Conversation
from grader.grading.scaling import choose_scaling
from grader.grading.stock import Shelf, Stock
from grader.grading.store import Arrays
from grader.intake import Found, assign_artefacts
from grader.intake.artefacts import ARCHIVE_KINDS, MODEL_KINDS
from grader.records.evidence import (
    Effort,
    Evidence,
    Failure,
    Item,
    Observation,
    Predictions,
)
from grader.records.lab import Artefact, Lab, ModelNeed, Need
from grader.records.submission import SubmittedFile
from grader.sandbox import Limits, Sandbox

#: Changed whenever the same submission could give other evidence, so that stored evidence is not reused.
EVIDENCE_VERSION = 2

#: How many of the best classes are kept of every image.
KEPT_CLASSES = 5

#: The libraries whose versions evidence depends on.
RUNTIME = ("tensorflow", "keras", "h5py", "numpy")


def runtime_versions() -> dict[str, str]:
    """Installed versions of the grader and of the libraries that open and run networks."""
    return {name: version(name) for name in ("grader", *RUNTIME)}


def lab_needs(lab: Lab) -> dict[str, list[Need]]:
    """What the checks of a lab look at: artefact id to needs, the network itself first."""
    needs: dict[str, set[Need]] = {artefact.id: set() for artefact in lab.artefacts}
    for exercise in lab.exercises:
        needs[exercise.artefact].add(ModelNeed(artefact=exercise.artefact))
        for check in exercise.checks:
            if isinstance(check, CheckKind):
                needs[exercise.artefact].update(check.needs(exercise.artefact))
    return {
        artefact: sorted(found, key=lambda need: getattr(need, "dataset", ""))
        for artefact, found in needs.items()
        if found
    }


@dataclass(frozen=True)
class Plan:
    """What is to be collected of every submission."""

    lab: Lab
    stock: Stock
    limits: Limits

    @cached_property
    def needs(self) -> dict[str, list[Need]]:
        """Artefact id to needs, without repetition, the network itself first."""
        return lab_needs(self.lab)

    def key(self, submission_sha256: str) -> str:
        """Digest of everything the evidence of a submission depends on."""
        basis = (
            EVIDENCE_VERSION,
            submission_sha256,
            [(artefact.id, artefact.patterns) for artefact in self.lab.artefacts],
            {artefact: [repr(need) for need in needs] for artefact, needs in self.needs.items()},
            {name: shelf.record.digest for name, shelf in self.stock.shelves.items()},
            sorted(self.stock.unavailable),
            {name: version(name) for name in RUNTIME},
            (float(self.limits.wall_s), self.limits.memory_bytes),
        )
        return hashlib.sha256(msgspec.json.encode(basis, order="sorted")).hexdigest()


@dataclass(frozen=True)
class Collected:
    """Evidence and the arrays that go with it."""

    evidence: Evidence
    arrays: Arrays


def collect(found: Found, plan: Plan, sandbox: Sandbox) -> Collected:
    """Collect all evidence of one submission. Whatever goes wrong becomes a `Failure` in it."""
    started = time.monotonic()
    submission = found.submission
    assignment = assign_artefacts(plan.lab, submission)
    observations: list[Observation] = []
    arrays: Arrays = {}
    peak = 0
    for artefact_id, needs in plan.needs.items():
        file = assignment.chosen.get(artefact_id)
        trouble = _before_opening(plan.lab.artefact(artefact_id), file, found)
        if trouble is not None or file is None:
            items: dict[Need, Item] = dict.fromkeys(needs, trouble or Failure(reason="missing"))
        else:
            observed = _observe(file, found, needs, plan, sandbox)
            items, peak = observed.items, max(peak, observed.peak_memory)
            arrays |= observed.arrays
        observations += [Observation.of(need, item) for need, item in items.items()]
    evidence = Evidence(
        key=plan.key(submission.sha256),
        submission=submission,
        chosen={artefact: file.path for artefact, file in assignment.chosen.items()},
        ambiguous=assignment.ambiguous,
        observations=tuple(observations),
        effort=Effort(wall_s=round(time.monotonic() - started, 3), peak_memory_bytes=peak),
    )
    return Collected(evidence, arrays)


def _before_opening(artefact: Artefact, file: SubmittedFile | None, found: Found) -> Failure | None:
    """What can be said of a file from its name and first bytes alone."""
    if file is None:
        names = [submitted.path for submitted in found.submission.files]
        listed = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        args = {"expected": ", ".join(artefact.patterns), "files": listed}
        archives = [file.path for file in found.submission.files if file.kind in ARCHIVE_KINDS]
        if archives:
            args["archive"] = archives[0]
        return Failure(reason="missing", args=args)
    if file.kind not in MODEL_KINDS:
        return Failure(reason="not-a-model", args={"file": file.path, "why": f"kind-{file.kind}"})
    return None


@dataclass(frozen=True)
class _Observed:
    items: dict[Need, Item]
    arrays: Arrays
    peak_memory: int


def _observe(
    file: SubmittedFile, found: Found, needs: list[Need], plan: Plan, sandbox: Sandbox
) -> _Observed:
    """Open one network in the sandbox, once, and answer all needs with it."""
    items: dict[Need, Item] = {}
    arrays: Arrays = {}
    path = found.path_of(file.path)
    if not path.is_file():
        # Gone since it was found, or its name is no text and stands escaped in the report.
        failure = Failure(reason="internal", detail=f"{path} cannot be found under this name")
        return _Observed(dict.fromkeys(needs, failure), {}, 0)
    with sandbox.open() as box:
        talk = Conversation(box, file.path, sandbox.limits)
        summary = talk.open(path.resolve(), "hdf5" if file.kind == "hdf5" else "keras-zip")
        for need in needs:
            if isinstance(summary, Failure) or isinstance(need, ModelNeed):
                items[need] = summary
            elif need.dataset in plan.stock.unavailable:
                items[need] = Failure(
                    reason="data-unavailable",
                    args={"dataset": need.dataset, "file": file.path},
                    detail=plan.stock.unavailable[need.dataset],
                )
            else:
                key = f"{need.artefact}.{need.dataset}"
                item = _predictions(talk, plan.stock.shelves[need.dataset], key)
                if isinstance(item, Failure):
                    items[need] = item
                else:
                    items[need], ranked = item
                    arrays |= ranked
        return _Observed(items, arrays, box.max_rss)


def _predictions(
    talk: Conversation, shelf: Shelf, key: str
) -> tuple[Predictions, Arrays] | Failure:
    classes = len(shelf.record.class_names)
    choice = choose_scaling(talk, shelf, classes)
    if isinstance(choice, Failure):
        return choice
    outputs = talk.predict(
        shelf.record.name, shelf.test().images, classes=classes, scaling=choice.scaling
    )
    if isinstance(outputs, Failure):
        return outputs
    ranked = rank_classes(outputs)
    best = outputs.max(axis=1, keepdims=True)
    predictions = Predictions(
        dataset=shelf.record.name,
        dataset_digest=shelf.record.digest,
        images=len(outputs),
        classes=classes,
        scaling=choice,
        ties=int(((outputs == best).sum(axis=1) > 1).sum()),
        array_key=key,
    )
    return predictions, {f"{key}.ranked": ranked, f"{key}.best_score": best[:, 0]}


def rank_classes(outputs: NDArray[np.float32]) -> NDArray[Any]:
    """The best classes of every row, best first; among equals the lower class, as argmax has it.

    Args:
        outputs: Shape (N, classes).

    Returns:
        Shape (N, min(5, classes)), uint8 where the classes fit, else uint16.
    """
    kept = min(KEPT_CLASSES, outputs.shape[1])
    order = np.argsort(-outputs, axis=1, kind="stable")[:, :kept]
    return order.astype(np.uint8 if outputs.shape[1] <= 256 else np.uint16)
