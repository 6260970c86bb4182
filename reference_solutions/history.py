"""The history of a training, epoch by epoch, and the learning curves drawn from it.

`<exercise>.history.csv` holds a row an epoch: loss and metrics on the training images and, with
`val_` before the name, on the held-out ones, and the seconds it took. Run
`python reference_solutions/history.py` to draw the curves of every history anew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from grader.files import write_whole

HERE = Path(__file__).parent

#: One epoch: the name of each figure, and the figure as it is written.
Row = Mapping[str, str]

PAPER, INK, GRID = "#fbfbf9", "#22262b", "#dcdcd6"
TRAINING, VALIDATION = "#2a6fb0", "#c2500a"
#: Ticks stand at multiples of these.
ROUND = [1, 2, 5, 10]


def epoch_row(epoch: int, logs: Mapping[str, float], seconds: float) -> Row:
    """What is kept of an epoch.

    Args:
        epoch: Its number; the first is 1.
        logs: What Keras measured.
        seconds: How long it took.

    Returns:
        The figures with four decimals, as Keras prints them.
    """
    measured = {name: f"{logs[name]:.4f}" for name in sorted(logs, key=_column_order)}
    return {"epoch": str(epoch), **measured, "seconds": f"{seconds:.1f}"}


def _column_order(name: str) -> tuple[bool, str]:
    return name.startswith("val_"), name


def read_history(file: Path) -> list[Row]:
    """Read a history; a file that is not there is an empty one.

    Raises:
        ValueError: The epochs in it are not 1, 2, 3 and so on.
    """
    if not file.exists():
        return []
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    if [row.get("epoch") for row in rows] != [str(n + 1) for n in range(len(rows))]:
        raise ValueError(f"{file} does not hold one epoch after the other")
    return rows


def write_history(file: Path, rows: Sequence[Row]) -> None:
    """Write a history; whoever reads the file meanwhile sees the old one or the new one."""
    text = io.StringIO()
    table = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_whole(file, text.getvalue().encode(), durable=True)


def draw_curves(rows: Sequence[Row], target: Path, title: str) -> None:
    """Draw the loss and what else was measured, training and validation, over the epochs.

    Args:
        rows: The history.
        target: The SVG to write. It brings its own light background.
        title: Stands above the curves.
    """
    style = {
        "font.size": 11,
        "font.family": "sans-serif",
        "svg.hashsalt": title,
        # Text stays text: small files, and the letters of the page around them.
        "svg.fonttype": "none",
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(5.7, 3.1), facecolor=PAPER, layout="constrained")
        figure.get_layout_engine().set(w_pad=0.1, h_pad=0.09, wspace=0.03)
        loss, measured = figure.subplots(1, 2)
        _draw(loss, rows, "loss")
        _draw(measured, rows, _metric(rows))
        if _metric(rows) == "accuracy":
            measured.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
        figure.suptitle(title, fontsize=11.5, fontweight="bold")
        named = {name: line for axes in (loss, measured) for line, name in _legend(axes)}
        figure.legend(
            named.values(), named.keys(), loc="outside lower center", ncols=2, frameon=False
        )
        figure.savefig(target, format="svg", metadata={"Date": None, "Title": title})


def _draw(axes: Axes, rows: Sequence[Row], metric: str) -> None:
    """One metric, where it was measured: in training, and on held-out images or episodes."""
    epochs = range(1, len(rows) + 1)
    # A lone epoch is no line; it needs a dot.
    dot = "o" if len(rows) < 2 else ""
    for name, colour, dashes, label in (
        (metric, TRAINING, "--", "training"),
        (f"val_{metric}", VALIDATION, "-", "validation"),
    ):
        if name in rows[0]:
            values = [float(row[name]) for row in rows]
            axes.plot(epochs, values, color=colour, lw=2, ls=dashes, marker=dot, label=label)
    axes.set_xlabel("epoch")
    axes.set_ylabel(metric)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1, steps=ROUND))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=ROUND))
    axes.set_facecolor(PAPER)
    axes.grid(color=GRID, lw=0.8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _metric(rows: Sequence[Row]) -> str:
    """What was measured besides the loss: the accuracy, or the return of episodes."""
    return "return" if "val_return" in rows[0] else "accuracy"


def _legend(axes: Axes) -> list[tuple[Artist, str]]:
    return list(zip(*axes.get_legend_handles_labels(), strict=True))


def counted(rows: Sequence[Row]) -> str:
    """How many epochs, in words."""
    return f"{len(rows)} epoch{'s' if len(rows) != 1 else ''}"


def curves_title(exercise: str, rows: Sequence[Row]) -> str:
    """What stands above the curves: how long was trained, and what came of it."""
    measured = f"val_{_metric(rows)}"
    if measured == "val_return":
        best = max(float(row[measured]) for row in rows)
        return f"{exercise}: {best:g} steps in the best of {counted(rows)}"
    return f"{exercise}: {float(rows[-1][measured]):.1%} validation accuracy after {counted(rows)}"


def main() -> None:
    """Draw every history's curves."""
    for file in sorted(HERE.glob("*/*.history.csv")):
        exercise = file.name.removesuffix(".history.csv")
        rows = read_history(file)
        target = file.with_name(f"{exercise}.svg")
        draw_curves(rows, target, curves_title(exercise, rows))
        print(f"{target.relative_to(HERE)}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
