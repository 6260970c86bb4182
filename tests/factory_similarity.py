"""Networks to be compared, made by hand: weights as if trained, answers as if given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.grading.judging import StoredEvidence
from grader.probes.fingerprint import Weight, fingerprint
from grader.records.evidence import Item, WeightFingerprint
from grader.records.lab import Need
from grader.records.submission import Student, Submission, SubmittedFile
from tests.factories import (
    ANSWERS,
    DATASET,
    NETWORK,
    evidence,
    model,
    predictions,
    stored_arrays,
)

Arrays = list[NDArray[np.float32]]

#: Of the hand-made dataset.
LABELS = np.arange(1000) % 10
SHAPES = ((60, 40), (40, 10))


def drawn(seed: int, shapes: Sequence[tuple[int, int]] = SHAPES) -> Arrays:
    """Kernels as Keras draws them."""
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
    """A network drawn and trained apart from all others."""
    return moved(drawn(seed), 1000 + seed)


def print_of(arrays: Arrays) -> WeightFingerprint:
    """The fingerprint of a network with these kernels, its biases left out."""
    found = fingerprint([Weight("kernel", array) for array in arrays])
    assert found is not None
    return found


def answers(seed: int, wrong: int = 100, hard: int = 150) -> NDArray[np.uint8]:
    """What a network says to 1,000 images: its mistakes are among the first, hard ones, most the usual ones."""
    rng = np.random.default_rng(seed)
    given = LABELS.copy()
    missed = rng.choice(hard, wrong, replace=False)
    given[missed] = (LABELS[missed] + np.where(rng.random(wrong) < 0.7, 1, 2)) % 10
    return given.astype(np.uint8)


def handed_in(
    student: str,
    *,
    weights: Arrays | None = None,
    given: NDArray[Any] | None = None,
    file: str = "",
    email: str = "",
    item: Item | None = None,
    untrained: bool = False,
) -> StoredEvidence:
    """The evidence of a student; a network and its answers, or `item` in place of the network.

    Args:
        student: The id.
        weights: Of the network.
        given: What it answers.
        file: The digest of the file; of its own where it is empty.
        email: As on the roster.
        item: What came of opening the file, where that was no network.
        untrained: Whether the network never was trained.
    """
    network = msgspec.structs.replace(
        model(), fingerprint=print_of(weights) if weights else None, untrained=untrained
    )
    items: dict[Need, Item] = {NETWORK: item or network}
    arrays = {}
    if given is not None:
        items[ANSWERS] = predictions(images=len(given))
        arrays = stored_arrays(given[:, np.newaxis])
    kept = SubmittedFile(path="digits.h5", size=1, sha256=file or student, kind="hdf5")
    who = Submission(
        student=Student(id=student, email=email), source=student, files=(kept,), sha256="5" * 64
    )
    found = evidence(student, items, submission=who)
    return StoredEvidence(found, lambda: arrays, {DATASET: LABELS})
