from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from grader import registry, resources
from reference_solutions.history import (
    curves_title,
    draw_curves,
    epoch_row,
    read_history,
    write_history,
)

LOGS = {"val_loss": 0.25, "loss": 0.5, "val_accuracy": 0.75, "accuracy": 0.123456}
NETWORKS = [
    (lab.slug, exercise.id)
    for lab in registry.labs().values()
    for exercise in lab.exercises
    if (resources.reference_solution(lab.slug) / f"{exercise.id}.h5").exists()
]


def test_a_history_grows_by_an_epoch_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Going on keeps the epochs before to the last digit and puts the new one behind them."""
    file = tmp_path / "mnist.history.csv"
    assert read_history(file) == []
    write_history(file, [epoch_row(1, LOGS, 2.06)])
    write_history(file, [*read_history(file), epoch_row(2, LOGS, 3)])

    assert file.read_text().splitlines() == [
        "epoch,accuracy,loss,val_accuracy,val_loss,seconds",
        "1,0.1235,0.5000,0.7500,0.2500,2.1",
        "2,0.1235,0.5000,0.7500,0.2500,3.0",
    ]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("epochs", ["2", "1\n1", "1\n3", "x"])
def test_a_history_with_a_gap_is_refused(tmp_path: Path, epochs: str) -> None:
    """Epochs that do not follow one another are not gone on with."""
    file = tmp_path / "mnist.history.csv"
    file.write_text(f"epoch\n{epochs}\n")

    with pytest.raises(ValueError, match="one epoch after the other"):
        read_history(file)


@pytest.mark.parametrize("epochs", [1, 40])
def test_curves_are_a_small_picture_with_a_ground_of_its_own(tmp_path: Path, epochs: int) -> None:
    """Axes and lines are named, the ground is light in dark mode too, and the same rows give the same bytes."""
    rows = [epoch_row(epoch + 1, LOGS, 1) for epoch in range(epochs)]
    first, second = tmp_path / "1.svg", tmp_path / "2.svg"
    for target in (first, second):
        draw_curves(rows, target, curves_title("mnist", rows))
    text = first.read_text()

    words = {"".join(item.itertext()).strip() for item in ET.fromstring(text).iter()}  # noqa: S314  (our own file)
    assert {"loss", "accuracy", "epoch", "training", "validation"} <= words
    assert f"mnist: 75.0% validation accuracy after {epochs} epoch{'s' * (epochs > 1)}" in words
    assert "fill: #fbfbf9" in text
    assert len(text) < 40_000
    assert text == second.read_text()


@pytest.mark.parametrize(("lab", "exercise"), NETWORKS)
def test_every_reference_network_has_its_program_history_and_curves(
    lab: str, exercise: str
) -> None:
    """What goes with a network is found by the exercise's id, and belongs to one whole training."""
    folder = resources.reference_solution(lab)
    rows = read_history(folder / f"{exercise}.history.csv")

    assert (folder / f"{exercise}.py").exists()
    assert curves_title(exercise, rows) in (folder / f"{exercise}.svg").read_text()
    assert f"EPOCHS = {len(rows)}\n" in (folder / f"{exercise}.py").read_text()
    assert (
        f'"epochs": {len(rows)}, "of": {len(rows)}'
        in (folder / f"{exercise}.training.json").read_text()
    )


def test_the_return_of_episodes_is_drawn_where_models_play(tmp_path: Path) -> None:
    """Only held-out episodes are measured, and the title says how long the best epoch balanced."""
    rows = [
        epoch_row(epoch, {"loss": 0.5, "val_return": steps}, 1)
        for epoch, steps in ((1, 20.0), (2, 480.5), (3, 300.0))
    ]
    draw_curves(rows, tmp_path / "a.svg", curves_title("solves", rows))
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")

    assert "solves: 480.5 steps in the best of 3 epochs" in text
    assert ">return</text>" in text
    assert "accuracy" not in text
