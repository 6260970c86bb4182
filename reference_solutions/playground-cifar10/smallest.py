"""Search for the smallest model whose test loss reaches 0.177 on the data of exercise 3, and write `smallest.csv`.

Every shape of up to four neurons in up to two hidden layers is trained with two activations and three learning rates,
from the page's own weights and after resets, by the grader's replay. `smallest.csv` has the best of each shape.

    python reference_solutions/playground-cifar10/smallest.py
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from grader.evidence.playground.replay.elementary import PLATFORM
from grader.evidence.playground.replay.replay import Replay
from grader.evidence.playground.replay.settings import Settings
from grader.evidence.playground.words import layers_text

LOSS = 0.177
DATA = Settings(seed="0.50819", dataset="xor", noise=35)

SHAPES = ((), (1,), (2,), (1, 1), (3,), (2, 1), (1, 2), (4,), (3, 1), (2, 2), (1, 3))
ACTIVATIONS = ("relu", "tanh")
RATES = (0.03, 0.1, 0.3)

#: Resets of a shape, and how long each start is trained.
RESETS, EPOCHS, STEP = 12, 500, 10


@dataclass(frozen=True)
class Found:
    """The best test loss of a training, and when it was reached."""

    loss: float
    settings: Settings
    skipped: int
    epoch: int


def main() -> None:
    """Search, print each shape as it is done, and write the table."""
    table = Path(__file__).with_name("smallest.csv")
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("layers", "neurons", "test_loss", "activation", "learning_rate", "skipped", "epoch")
        )
        for shape in SHAPES:
            best = min(trained(shape), key=lambda found: found.loss)
            settings = best.settings
            row = (
                *(layers_text(shape), settings.neurons, f"{best.loss:.4f}", settings.activation),
                *(settings.learning_rate, best.skipped, best.epoch),
            )
            writer.writerow(row)
            print(*row, "reaches it" if best.loss < LOSS + 0.0005 else "", flush=True)


def trained(shape: tuple[int, ...]) -> Iterator[Found]:
    """The trainings of a shape."""
    for activation, rate in product(ACTIVATIONS if shape else ACTIVATIONS[:1], RATES):
        settings = Settings(
            seed=DATA.seed,
            dataset=DATA.dataset,
            noise=DATA.noise,
            hidden=shape,
            activation=activation,
            learning_rate=rate,
        )
        replay = Replay(settings, PLATFORM)
        for reset in range(RESETS + 1):
            replay.restart(reset * settings.weights)
            losses = []
            for epoch in range(STEP, EPOCHS + 1, STEP):
                replay.advance_to(epoch)
                losses.append((replay.losses().test, epoch))
            loss, epoch = min(losses)
            yield Found(loss, settings, reset * settings.weights, epoch)


if __name__ == "__main__":
    main()
