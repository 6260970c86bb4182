from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from grader import datasets
from grader.datasets.verification import verify

FIRST = [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def write_mnist(folder: Path, first: list[int], pixel: int) -> None:
    labels = np.array(first + [3] * 9_990, np.uint8)
    images = np.full((10_000, 28, 28), pixel, np.uint8)
    np.savez_compressed(
        folder / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels
    )


def test_an_absent_split_is_a_finding() -> None:
    """What is not on this machine is told with the way to get it, and is no problem."""
    for finding in verify(datasets.get("mnist")):
        assert finding.location is None
        assert finding.problems == ()
        assert "grader data fetch mnist" in finding.notes[0]


def test_a_damaged_file_is_a_problem(folders: dict[str, Path]) -> None:
    """A file that cannot be read is found and said to be wrong."""
    (folders["keras-cache"] / "mnist.npz").write_bytes(b"no")

    finding = verify(datasets.get("mnist"))[1]

    assert finding.location is not None
    assert "mnist.npz" in finding.problems[0]


def test_shuffled_labels_are_a_problem(folders: dict[str, Path]) -> None:
    """Labels in another order than the published one are said to be wrong."""
    write_mnist(folders["GRADER_DATA"], FIRST[::-1], 34)

    finding = verify(datasets.get("mnist"))[1]

    assert "do not begin 7, 2, 1" in finding.problems[0]
    assert finding.content == "unknown"


def test_other_pixels_are_a_problem(folders: dict[str, Path]) -> None:
    """Right labels with images of another brightness are said to be wrong."""
    write_mnist(folders["GRADER_DATA"], FIRST, 200)

    assert "mean pixel is 0.7843" in verify(datasets.get("mnist"))[1].problems[0]


def test_pixels_changed_within_the_mean_are_a_problem(folders: dict[str, Path]) -> None:
    """A split of known content whose labels and mean are right still has to be identical."""
    write_mnist(folders["GRADER_DATA"], FIRST, 34)

    finding = verify(datasets.get("mnist"))[1]

    assert finding.problems == ("pixels or labels differ from the published ones",)
    assert finding.container == "other"
    assert finding.size == 10_000
    assert finding.image_shape == (28, 28)
    assert sum(finding.class_counts) == 10_000
    assert "no image of class '6'" in finding.notes


def test_an_excerpt_is_told(folders: dict[str, Path]) -> None:
    """A training split shorter than the published one is a note with both numbers."""
    folder = folders["GRADER_DATA"] / "cifar-10-batches-bin"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"data_batch_{number}.bin").write_bytes(bytes(3073))

    finding = verify(datasets.get("cifar10"))[0]

    assert "5 of 50,000 images" in finding.notes
    assert finding.container == "none"


def test_doubtful_pictures_are_notes(folders: dict[str, Path]) -> None:
    """What a folder of pictures could not give is told file by file."""
    folder = folders["GRADER_DATA"] / "handwritten"
    folder.mkdir()
    picture = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(picture).line((30, 10, 30, 50), fill=0, width=5)
    picture.save(folder / "1_a.png")
    Image.new("L", (60, 60), 255).save(folder / "2_blank.png")

    (finding,) = verify(datasets.get("handwritten"))

    assert finding.size == 1
    assert finding.problems == ()
    assert any(note.startswith("2_blank.png: no ink") for note in finding.notes)


def test_the_embedded_digits_verify() -> None:
    """The digits have no problem and nothing to compare with."""
    (finding,) = verify(datasets.get("digits"))

    assert finding.problems == finding.notes == ()
    assert (finding.size, finding.content) == (1500, "unknown")
