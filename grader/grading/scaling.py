"""Find out which input scaling a network expects, on public calibration images only."""

from __future__ import annotations

from grader.grading.asking import Conversation
from grader.grading.stock import Shelf
from grader.records.evidence import Failure, Scaling, ScalingChoice

#: Tried in this order; a later one must beat the first by `MARGIN`.
SCALINGS: tuple[Scaling, ...] = ("0..1", "0..255", "-1..1")

#: How much more accurate another scaling must be before it is preferred to the usual one.
MARGIN = 0.02


def choose_scaling(talk: Conversation, shelf: Shelf, classes: int) -> ScalingChoice | Failure:
    """Choose among `SCALINGS` by accuracy on the calibration images; the usual one where there are none."""
    usual = SCALINGS[0]
    calibration = shelf.calibration()
    if calibration is None:
        return ScalingChoice(scaling=usual, source="assumed")
    accuracies: dict[Scaling, float] = {}
    for scaling in SCALINGS:
        outputs = talk.predict(
            shelf.record.name, calibration.images, classes=classes, scaling=scaling
        )
        if isinstance(outputs, Failure):
            return outputs
        hits = int((outputs.argmax(axis=1) == calibration.labels).sum())
        accuracies[scaling] = hits / len(calibration)
        if accuracies[usual] >= 1 - MARGIN:
            break
    best = max(accuracies, key=lambda scaling: accuracies[scaling])
    chosen = best if accuracies[best] > accuracies[usual] + MARGIN else usual
    return ScalingChoice(
        scaling=chosen,
        source="calibration",
        calibration={str(name): value for name, value in accuracies.items()},
        images=len(calibration),
    )
