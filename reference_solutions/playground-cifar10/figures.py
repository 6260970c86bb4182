"""Draw what the models of `links.toml` put out, each with its test loss, as `links.svg`.

python reference_solutions/playground-cifar10/figures.py
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np

from grader.evidence.playground.links import read_link
from grader.evidence.playground.probe.claims import claim_of_table
from grader.evidence.playground.record import Link, LinkReplay
from grader.evidence.playground.replaying import SIDE, SQUARE, replay_link
from grader.evidence.playground.words import losses_text, model_text

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "playground"  # the same file each time

from matplotlib import pyplot as plt  # noqa: E402 - the backend is chosen first
from matplotlib.axes import Axes  # noqa: E402

HERE = Path(__file__).parent
COLUMNS = 4


def main() -> None:
    """Replay every run and draw it."""
    runs = list(replayed())
    rows = math.ceil(len(runs) / COLUMNS)
    figure, axes = plt.subplots(
        rows, COLUMNS, figsize=(3 * COLUMNS, 3.3 * rows), layout="constrained"
    )
    for place in axes.flat:
        place.set_axis_off()
    for place, (link, replay) in zip(axes.flat, runs, strict=False):
        draw(place, link, replay)
    figure.savefig(HERE / "links.svg", metadata={"Date": None}, dpi=60)


def replayed() -> Iterator[tuple[Link, LinkReplay]]:
    """The runs of `links.toml`, replayed to the epoch that is noted."""
    tables = tomllib.loads((HERE / "links.toml").read_text(encoding="utf-8"))
    for exercise, noted in tables.items():
        for table in noted:
            link = read_link(table["lien"], claim_of_table(table), exercise=exercise)
            if link.settings is not None:
                yield link, replay_link(link.settings, link.claim, link.claim.epochs or 0)


def draw(axes: Axes, link: Link, replay: LinkReplay) -> None:
    """The output as colours, and the test points."""
    if replay.picture is None or link.settings is None:
        return
    outputs = np.reshape(replay.picture.outputs, (SIDE, SIDE)) / 100
    extent = (-SQUARE, SQUARE, -SQUARE, SQUARE)
    axes.imshow(outputs, cmap="RdBu", vmin=-1.8, vmax=1.8, extent=extent, interpolation="bilinear")
    x, y, labels = np.transpose(replay.picture.test)
    axes.scatter(x, y, c=labels, cmap="RdBu", s=12, linewidths=0.5, edgecolors="white")
    last = replay.losses[-1]
    title = f"{link.exercise}: {model_text(link.settings)}\n{last.epoch}: {losses_text(last.train, last.test)}"
    axes.set_title(title, fontsize=8)


if __name__ == "__main__":
    main()
