"""Have an opened network answer a dataset's test images: evidence, and the arrays that go with it."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.grading.calibrating import choose_contract
from grader.grading.interview import Interview
from grader.grading.reading import scores
from grader.grading.stock import Shelf
from grader.grading.store import Arrays
from grader.grading.tables import Table
from grader.records.contract import Contract, InputContract, OutputContract, Scaling
from grader.records.declaration import ModelDeclaration
from grader.records.evidence import Failure, Predictions

#: How many of the best classes are kept of every image.
KEPT_CLASSES = 5

#: Images answered a second time, in another order and another batch.
_ASKED_TWICE = 50

#: How far both answers to an image may lie apart, as a share of the largest of its numbers.
_TOLERANCE = 1e-3


def answer_test_images(
    interview: Interview,
    shelf: Shelf,
    key: str,
    *,
    expects: Scaling | None,
    declared: ModelDeclaration | None,
    seed: str,
) -> tuple[Predictions, Arrays] | Failure:
    """Choose what the network expects on calibration images, then have it answer the test images.

    Args:
        interview: The opened network and the dataset.
        shelf: The dataset's images.
        key: Of the arrays.
        expects: The scaling a layer inside the network asks for, where one does.
        declared: What the student says of the network.
        seed: The order in which the images are shown is drawn from it; nothing a network could know.
    """
    contract = choose_contract(interview, expects, declared)
    if isinstance(contract, Failure):
        return contract
    outputs = _ask_shuffled(interview, contract.input, shelf.test().images, seed)
    if isinstance(outputs, Failure):
        return outputs
    classes = interview.subject.classes
    return evidence_of(scores(outputs, contract.output, classes), contract, shelf, key)


def evidence_of(
    outputs: NDArray[np.float32], contract: Contract, shelf: Shelf, key: str
) -> tuple[Predictions, Arrays]:
    """Scores of shape (N, classes) on a dataset's test images, as evidence."""
    best = outputs.max(axis=1, keepdims=True)
    predictions = Predictions(
        dataset=shelf.record.name,
        dataset_digest=shelf.record.digest,
        images=len(outputs),
        classes=outputs.shape[1],
        contract=contract,
        ties=int(((outputs == best).sum(axis=1) > 1).sum()),
        array_key=key,
    )
    ranked = rank_classes(outputs)
    return predictions, {f"{key}.ranked": ranked, f"{key}.best_score": best[:, 0]}


def evidence_of_table(table: Table, shelf: Shelf, key: str) -> tuple[Predictions, Arrays]:
    """A table of predictions, as evidence; of labels alone no more than the best class is kept."""
    contract = Contract(input=InputContract(), output=OutputContract(form="logits"), source="given")
    if table.scores is not None:
        return evidence_of(table.scores, contract, shelf, key)
    classes = len(shelf.record.class_names)
    predictions = Predictions(
        dataset=shelf.record.name,
        dataset_digest=shelf.record.digest,
        images=len(table.labels),
        classes=classes,
        contract=contract,
        ties=0,
        array_key=key,
    )
    ranked = table.labels[:, np.newaxis].astype(_class_type(classes))
    unknown = np.full(len(ranked), np.nan, np.float32)
    return predictions, {f"{key}.ranked": ranked, f"{key}.best_score": unknown}


def rank_classes(outputs: NDArray[np.float32]) -> NDArray[Any]:
    """The best classes of every row, best first; among equals the lower class, as argmax has it.

    Args:
        outputs: Shape (N, classes).

    Returns:
        Shape (N, min(5, classes)), uint8 where the classes fit, else uint16.
    """
    kept = min(KEPT_CLASSES, outputs.shape[1])
    order = np.argsort(-outputs, axis=1, kind="stable")[:, :kept]
    return order.astype(_class_type(outputs.shape[1]))


def _class_type(classes: int) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if classes <= 256 else np.uint16


def _ask_shuffled(
    interview: Interview, contract: InputContract, images: NDArray[np.uint8], seed: str
) -> NDArray[np.float32] | Failure:
    """Outputs of shape (N, width) in the images' order, asked for in another.

    Some images are asked about twice, in other company: an answer has to depend on its image alone.
    """
    order = np.random.default_rng(_number(seed)).permutation(len(images))
    shuffled = interview.ask(contract, images[order])
    if isinstance(shuffled, Failure):
        return shuffled
    outputs = np.empty_like(shuffled)
    outputs[order] = shuffled
    again = order[::-1][:_ASKED_TWICE]
    repeated = interview.ask(contract, images[again])
    if isinstance(repeated, Failure):
        return repeated
    differing = _differing(outputs[again], repeated)
    if differing:
        args = {"why": "unsteady", "count": str(differing), "images": str(len(again))}
        return Failure(reason="bad-output", args={"file": interview.file, **args})
    return outputs


def _differing(one: NDArray[np.float32], other: NDArray[np.float32]) -> int:
    """In how many rows two sets of answers to the same images differ by more than rounding."""
    largest = np.abs(one).max(axis=1)
    return int((np.abs(one - other).max(axis=1) > _TOLERANCE * (largest + 1e-6)).sum())


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
