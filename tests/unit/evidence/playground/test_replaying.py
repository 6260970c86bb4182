"""Replays within bounds, and what students noted of them."""

from __future__ import annotations

import msgspec
import pytest

from grader.evidence.playground import replaying
from grader.evidence.playground.record import Claim
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.replaying import (
    SIDE,
    agrees,
    replay_link,
    shown,
)

XOR = Settings(seed="0.31415", dataset="xor", hidden=(3,))


def test_losses_are_shown_as_the_page_shows_them() -> None:
    """Three decimals, halves up."""
    assert [shown(loss) for loss in (0.1774999, 0.1775, 0.0005, 0.0)] == [0.177, 0.178, 0.001, 0.0]


@pytest.mark.parametrize(
    ("claimed", "loss", "same"),
    [
        (0.177, 0.17749, True),
        (0.177, 0.1785, False),
        (0.18, 0.1785, True),
        (0.18, 0.1849, True),
        (0.18, 0.1861, False),
        (0.2, 0.1785, True),
        (0.0, 0.0004, True),
        (0.0, 0.3, False),
        (None, 0.3, True),
        (0.3, None, False),
    ],
)
def test_students_may_round(claimed: float | None, loss: float | None, same: bool) -> None:
    """What they note has three decimals or fewer."""
    assert agrees(claimed, loss) is same


def test_a_fresh_page_is_replayed_with_its_curve_and_picture() -> None:
    """At the first epochs, at those noted and at the last; the output where the data are."""
    replay = replay_link(XOR, Claim(epochs=7), epochs=20)

    assert [item.epoch for item in replay.losses][:4] == [0, 1, 2, 3]
    assert {7, 20} <= {item.epoch for item in replay.losses}
    assert (replay.is_certain, replay.skipped) == (True, 0)
    assert replay.picture is not None
    assert len(replay.picture.outputs) == SIDE * SIDE
    assert len(replay.picture.train) == len(replay.picture.test) == 250
    assert msgspec.json.decode(msgspec.json.encode(replay), type=type(replay)) == replay


def test_the_start_after_a_reset_is_found_by_what_was_noted() -> None:
    """The page itself showed these losses ten epochs after a reset; its link is the same as before."""
    replay = replay_link(XOR, Claim(epochs=10, train_loss=0.391, test_loss=0.424), epochs=10)

    assert replay.skipped == 9
    assert (replay.losses[-1].train, replay.losses[-1].test) == (
        0.391328557320892,
        0.4235325666526053,
    )


@pytest.mark.parametrize(
    "claim",
    [
        Claim(epochs=10, train_loss=0.001, test_loss=0.002),
        Claim(epochs=10, test_loss=0.424),
        Claim(train_loss=0.391, test_loss=0.424),
    ],
)
def test_what_no_start_shows_without_doubt_is_contradicted(claim: Claim) -> None:
    """Losses of no start, and too little to tell starts apart; the fresh page is replayed."""
    replay = replay_link(XOR, claim, epochs=10)

    assert (replay.skipped, replay.starts) == (None, 0)
    assert replay.losses[-1].test == pytest.approx(0.4553352, abs=1e-4)


def test_a_network_that_a_last_digit_decides_is_not_certain() -> None:
    """A large one with a batch of one point and a high rate."""
    wild = Settings(
        seed="0.5",
        dataset="spiral",
        hidden=(8, 8),
        batch_size=1,
        learning_rate=0.3,
        noise=30,
        percent_train=20,
    )

    assert not replay_link(wild, epochs=60).is_certain
    assert replay_link(msgspec.structs.replace(wild, learning_rate=0.001), epochs=5).is_certain


def test_numbers_that_are_too_large_are_no_losses() -> None:
    """A linear network that diverges ends in no number, and JSON has none."""
    away = Settings(
        seed="1",
        activation="linear",
        dataset="reg-plane",
        learning_rate=100,
        batch_size=1,
        percent_train=5,
    )
    last = replay_link(away, epochs=20).losses[-1]

    assert (last.train, last.test) == (None, None)


def test_no_replay_takes_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Epochs beyond what there is time for are left out."""
    monkeypatch.setattr(replaying, "_MOST_OPERATIONS", 200_000)
    small = Settings(seed="1", dataset="xor", hidden=(), percent_train=2)
    large = Settings(seed="1", hidden=(16,) * 8, percent_train=90)

    assert replay_link(small, Claim(epochs=10**9), epochs=1).losses[-1].epoch == 500
    assert replay_link(large, Claim(epochs=10**9), epochs=1).losses[-1].epoch == 1
