"""Submissions to be compared, made by hand: weights as if trained, predictions as if made by a model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.probe.fingerprint import Weight, fingerprint
from grader.evidence.models.record import WeightFingerprint
from grader.evidence.need import Need
from grader.evidence.view import StoredEvidence
from grader.records.base import Record
from grader.records.evidence import ArtefactFile, Failure, ServedArtefact
from grader.records.submission import Student, Submission, SubmittedFile
from tests.factories import (
    ARTEFACT,
    DATASET,
    MODEL_NEED,
    PREDICTIONS_NEED,
    evidence,
    model,
    observation,
    predictions,
    resolved,
    stored_arrays,
)

Arrays = list[NDArray[np.float32]]

#: Of the hand-made dataset.
LABELS = np.arange(1000) % 10
SHAPES = ((60, 40), (40, 10))


def initialized(seed: int, shapes: Sequence[tuple[int, int]] = SHAPES) -> Arrays:
    """Kernels as Keras initializes them."""
    rng = np.random.default_rng(seed)
    arrays = []
    for shape in shapes:
        limit = np.sqrt(6 / sum(shape))
        arrays.append(rng.uniform(-limit, limit, shape).astype(np.float32))
    return arrays


def moved(arrays: Arrays, seed: int, by: float = 1.0) -> Arrays:
    """The kernels after training: moved at random, `by` times as far as their own length."""
    rng = np.random.default_rng(seed)
    changed = []
    for array in arrays:
        step = rng.normal(size=array.shape)
        step *= by * np.linalg.norm(array) / np.linalg.norm(step)
        changed.append((array + step).astype(np.float32))
    return changed


def trained(seed: int) -> Arrays:
    """A model initialized and trained independently of all others."""
    return moved(initialized(seed), 1000 + seed)


def fingerprint_of(arrays: Arrays) -> WeightFingerprint:
    """The fingerprint of a model with these kernels and no biases."""
    found = fingerprint([Weight("kernel", array) for array in arrays])
    assert found is not None
    return found


def predicted(seed: int, wrong: int = 100, hard: int = 150) -> NDArray[np.uint8]:
    """What a model predicts on 1,000 images: the first ones are hard, and most errors agree."""
    rng = np.random.default_rng(seed)
    classes = LABELS.copy()
    missed = rng.choice(hard, wrong, replace=False)
    classes[missed] = (LABELS[missed] + np.where(rng.random(wrong) < 0.7, 1, 2)) % 10
    return classes.astype(np.uint8)


def submitted(
    student: str,
    *,
    weights: Arrays | None = None,
    classes: NDArray[Any] | None = None,
    file: str = "",
    path: str = "digits.h5",
    email: str = "",
    failure: Failure | None = None,
    untrained: bool = False,
) -> StoredEvidence:
    """The evidence of a student: a model and its predictions, or `failure` in place of the model.

    Args:
        student: The id.
        weights: Of the model.
        classes: What it predicts.
        file: The digest of the file; unique to the student if empty.
        path: Of the file.
        email: As on the roster.
        failure: What came of opening the file, if that is no model.
        untrained: Whether the model was never trained.
    """
    opened = model(fingerprint=fingerprint_of(weights) if weights else None, untrained=untrained)
    records: dict[Need[Any], Record | Failure] = {MODEL_NEED: failure or opened}
    arrays: dict[str, dict[str, NDArray[Any]]] = {}
    if classes is not None:
        records[PREDICTIONS_NEED] = predictions(images=len(classes))
        arrays = stored_arrays(classes[:, np.newaxis])
    digest = file or student
    submission = Submission(
        student=Student(id=student, email=email),
        source=student,
        files=(SubmittedFile(path=path, size=1, sha256=digest, kind="hdf5"),),
        sha256="5" * 64,
    )
    served = ServedArtefact(files=(ArtefactFile(path=path, sha256=digest, kind="hdf5", size=1),))
    found = evidence(
        submission=submission,
        resolved=resolved(artefacts={ARTEFACT: served}),
        observations=tuple(
            observation(need, record, key=key_of(record)) for need, record in records.items()
        ),
    )
    return StoredEvidence(found, lambda: arrays, {DATASET: LABELS})


def key_of(record: Record | Failure) -> str:
    """A key that no other record has; the same for all failures, since what failed is collected anew."""
    raw = b"" if isinstance(record, Failure) else msgspec.json.encode(record)
    return hashlib.sha256(raw).hexdigest()
