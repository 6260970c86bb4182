"""Replay a link within bounds: its losses, whether they can be certified, and what the page draws."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from grader.evidence.playground.record import NO_CLAIM, Claim, Link, LinkReplay, LossAt, Picture
from grader.evidence.playground.replay.elementary import ORIGINAL, PLATFORM
from grader.evidence.playground.replay.points import Point
from grader.evidence.playground.replay.replay import Replay
from grader.evidence.playground.replay.settings import Settings

#: Epochs that are replayed where a student names fewer, and at most.
USUAL_EPOCHS = 500
MOST_EPOCHS = 20_000

#: Points of the loss curves beside the first epochs.
_CURVE_POINTS = 50
_FIRST_EPOCHS = (0, 1, 2, 5)

#: What one replay may take, and a search for a start, in operations (`_operations`): about ten million a second.
_MOST_OPERATIONS = 150_000_000
_MOST_SEARCHED = 250_000_000

#: Random numbers that are looked through for the start of a model after resets, and resets of one model.
_MOST_SKIPPED = 400
_MOST_RESETS = 20

#: Losses this near are counted to estimate how often one start shows, by chance, what another does to three decimals.
_NEAR = 0.01
_CELLS = (2 * _NEAR / 0.001) ** 2

#: Starts that may be expected to show it by chance.
_MOST_BY_CHANCE = 0.03

#: Models whose weights are drawn in a few clicks.
_FEW_CLICKS = 3

#: Losses beyond it are no finite numbers any more, or soon none.
_LARGEST_LOSS = 1e12

#: Sides of the square that a picture shows, and of its grid.
SQUARE = 6.0
SIDE = 40


def shown(loss: float) -> float:
    """A loss as the page shows it: three decimals, halves rounded up."""
    return math.floor(loss * 1000 + 0.5) / 1000


def agrees(claimed: float | None, loss: float | None) -> bool:
    """Whether a student may have read a loss from the page: all three decimals, or fewer of them, rounded."""
    if claimed is None:
        return True
    if loss is None:
        return False
    noted = shown(claimed)
    decimals = len(f"{noted:.3f}".rstrip("0").partition(".")[2])
    tolerance = 0.0 if decimals == 3 else 0.5 * 10.0 ** -max(decimals, 1)
    return abs(noted - shown(loss)) <= tolerance + 1e-9


def claim_agrees(claim: Claim, losses: LossAt) -> bool:
    """Whether both losses are what a student noted."""
    return agrees(claim.train_loss, losses.train) and agrees(claim.test_loss, losses.test)


def replay_link(
    settings: Settings, claim: Claim = NO_CLAIM, epochs: int = USUAL_EPOCHS
) -> LinkReplay:
    """Replay a link as a fresh page would run it, or from the start after resets that shows what a student noted.

    Args:
        settings: What the link says.
        claim: What the student noted.
        epochs: Replayed at least, as far as there is time.
    """
    wanted = _affordable(settings, max(epochs, claim.epochs or 0))
    at = _recorded_epochs(wanted, claim.epochs)
    fast, original = Replay(settings, PLATFORM), Replay(settings, ORIGINAL)
    platform, losses = _losses(fast, at), _losses(original, at)
    start = _FRESH
    if _are_same(losses, platform) and not _is_shown(claim, losses):
        start = _start_after_resets(fast, claim)
    if start.skipped:
        fast.restart(start.skipped)
        original.restart(start.skipped)
        platform, losses = _losses(fast, at), _losses(original, at)
    return LinkReplay(
        losses=tuple(losses),
        is_certain=_are_same(losses, platform),
        skipped=start.skipped,
        starts=start.fitting,
        picture=_picture(original),
    )


def agreed_losses(link: Link) -> LossAt | None:
    """The losses of a link at the epoch a student noted; where none was noted, after all epochs."""
    if link.replay is None:
        return None
    losses = link.replay.losses
    noted = (item for item in losses if item.epoch == link.claim.epochs)
    return next(noted, losses[-1])


def _operations(settings: Settings, epochs: int) -> int:
    """About how many additions, multiplications and elementary functions of 50 ns some epochs take."""
    return epochs * settings.train_points * (4 * settings.weights + 16 * settings.neurons + 32)


def _affordable(settings: Settings, epochs: int) -> int:
    most = _MOST_OPERATIONS // max(1, _operations(settings, 1))
    return max(1, min(epochs, most, MOST_EPOCHS))


def _recorded_epochs(last: int, noted: int | None) -> list[int]:
    step = max(1, round(last / _CURVE_POINTS))
    at = {*_FIRST_EPOCHS, *range(0, last, step), last, noted if noted is not None else last}
    return sorted(epoch for epoch in at if epoch <= last)


def _losses(replay: Replay, at: list[int]) -> list[LossAt]:
    found = []
    for epoch in at:
        replay.advance_to(epoch)
        losses = replay.losses()
        found.append(LossAt(epoch=epoch, train=_finite(losses.train), test=_finite(losses.test)))
    return found


def _finite(loss: float) -> float | None:
    return loss if abs(loss) < _LARGEST_LOSS else None


def _are_same(some: list[LossAt], others: list[LossAt]) -> bool:
    """Whether the page shows the same losses at every epoch."""
    return all(map(_same_shown, some, others))


def _same_shown(one: LossAt, other: LossAt) -> bool:
    pairs = ((one.train, other.train), (one.test, other.test))
    return all(
        first == second if first is None or second is None else shown(first) == shown(second)
        for first, second in pairs
    )


def _is_shown(claim: Claim, losses: list[LossAt]) -> bool:
    """Whether the page shows what was noted; where no epoch was noted, at any of those replayed."""
    if claim.train_loss is None and claim.test_loss is None:
        return True
    return any(claim_agrees(claim, item) for item in losses if claim.epochs in (None, item.epoch))


@dataclass(frozen=True)
class _Start:
    """Where the weights begin; None where that is in doubt. `fitting` starts show what was noted."""

    skipped: int | None
    fitting: int


_FRESH = _Start(0, 1)


def _start_after_resets(replay: Replay, claim: Claim) -> _Start:
    """The start with which the page shows what was noted.

    After a few clicks, or resets of one model, the first start that shows it is taken. Any other start is taken
    where it is the only one, and none would be expected to show it by chance.
    """
    if claim.epochs is None or claim.train_loss is None or claim.test_loss is None:
        return _Start(None, 0)
    weights = replay.settings.weights
    tried: dict[int, LossAt] = {}
    for skipped in _starts(replay.settings, claim.epochs):
        replay.restart(skipped)
        (tried[skipped],) = _losses(replay, [claim.epochs])
    rounded = sorted(skipped for skipped, losses in tried.items() if claim_agrees(claim, losses))
    exact = [skipped for skipped in rounded if _is_shown_exactly(claim, tried[skipped])]
    fitting = exact or rounded  # `0.17` may be 0.170, or 0.168 rounded
    likely = [skipped for skipped in fitting if _is_likely(skipped, weights)]
    if likely or len(fitting) != 1:
        return _Start(likely[0] if likely else None, len(fitting))
    (found,) = fitting
    near = sum(_is_near(tried[found], other) for other in tried.values()) - 1
    by_chance = near / len(tried) * _MOST_SKIPPED / _CELLS
    return _Start(found if by_chance <= _MOST_BY_CHANCE else None, 1)


def _is_shown_exactly(claim: Claim, losses: LossAt) -> bool:
    """Whether the page shows what was noted to three decimals."""
    pairs = ((claim.train_loss, losses.train), (claim.test_loss, losses.test))
    return all(
        noted is not None and loss is not None and abs(shown(noted) - shown(loss)) < 1e-9
        for noted, loss in pairs
    )


def _is_likely(skipped: int, weights: int) -> bool:
    """Whether weights begin here after a few clicks, or after resets of the same model."""
    return skipped <= _FEW_CLICKS * weights or (weights > 0 and skipped % weights == 0)


def _starts(settings: Settings, epochs: int) -> Iterator[int]:
    """Where the weights may begin in the stream: after resets of the same model first, then anywhere."""
    affordable = _MOST_SEARCHED // max(1, _operations(settings, epochs))
    again = range(settings.weights, _MOST_RESETS * settings.weights + 1, max(1, settings.weights))
    anywhere = (skipped for skipped in range(1, _MOST_SKIPPED) if skipped not in again)
    return islice(chain(again, anywhere), affordable)


def _is_near(one: LossAt, other: LossAt) -> bool:
    pairs = ((one.train, other.train), (one.test, other.test))
    return all(
        first is not None and second is not None and abs(first - second) <= _NEAR
        for first, second in pairs
    )


def _picture(replay: Replay) -> Picture:
    step = 2 * SQUARE / SIDE
    places = [-SQUARE + (number + 0.5) * step for number in range(SIDE)]
    outputs = replay.outputs([Point(x, -y, 0.0) for y in places for x in places])
    return Picture(
        outputs=tuple(
            round(100 * max(-1.0, min(1.0, output))) if output == output else 0
            for output in outputs
        ),
        train=_rounded(replay.train_points),
        test=_rounded(replay.test_points),
    )


def _rounded(points: list[Point]) -> tuple[tuple[float, float, float], ...]:
    return tuple((round(x, 2), round(y, 2), round(label, 2)) for x, y, label in points)
