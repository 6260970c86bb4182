"""Exports without labels: what is in them, and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from grader.datasets.base import Dataset, Location, Split, SplitName
from grader.datasets.unlabelled import export_unlabelled, image_ids
from grader.errors import StorageError, UsageError
from tests.faults import failing_disk

RNG = np.random.default_rng(0)


class Pets(Dataset):
    """A dataset in memory."""

    name, title, class_names = "pets", "Pets", ("cat", "dog")

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self.split = Split(images, (np.arange(len(images)) % 2).astype(np.uint8))
        self.image_shape = images.shape[1:]

    def locate(self, split: SplitName) -> Location | None:
        return None

    def load(self, split: SplitName) -> Split:
        assert split == "test"
        return self.split


def pets(*shape: int) -> Pets:
    return Pets(RNG.integers(0, 256, shape, dtype=np.uint8))


def exported(folder: Path) -> tuple[list[str], NDArray[np.uint8]]:
    with np.load(folder / "images.npz", allow_pickle=False) as data:
        return data["ids"].tolist(), data["images"]


@pytest.mark.parametrize("shape", [(40, 8, 8), (40, 8, 8, 3)], ids=["grey", "colour"])
def test_every_image_is_there_under_its_id(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Arrays, example and pictures name the same images, which the grader knows again."""
    dataset = pets(*shape)
    manifest = export_unlabelled(dataset, tmp_path / "out", pictures=True)
    ids, images = exported(tmp_path / "out")
    known = dict(zip(image_ids(dataset.split.images), dataset.split.images, strict=True))

    assert sorted(known) == ids
    assert all((known[name] == image).all() for name, image in zip(ids, images, strict=True))
    example = (tmp_path / "out" / "example.csv").read_text().splitlines()
    assert example == ["id,label", *(f"{name},0" for name in ids)]
    for name in ids[:3]:
        picture = np.asarray(Image.open(tmp_path / "out" / "images" / f"{name}.png"))
        np.testing.assert_array_equal(picture, known[name])
    assert (manifest.images, manifest.shape) == (40, shape[1:])


def test_nothing_tells_labels_or_places(tmp_path: Path) -> None:
    """Ids depend on the pixels alone, their order is not the dataset's, and other labels change no file."""
    dataset = pets(60, 8, 8)
    export_unlabelled(dataset, tmp_path / "one", pictures=False)
    dataset.split = Split(dataset.split.images[::-1], np.zeros(60, np.uint8))
    export_unlabelled(dataset, tmp_path / "other", pictures=False)

    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "other").iterdir()}
    assert files.keys() == {"images.npz", "example.csv", "manifest.json"}
    assert list(image_ids(dataset.split.images)) != sorted(image_ids(dataset.split.images))


def test_a_picture_that_comes_again_has_an_id_of_its_own() -> None:
    """Every image has a line, also where two are the same to the last pixel."""
    image = RNG.integers(0, 256, (1, 8, 8), dtype=np.uint8)
    first, second, third = image_ids(np.concatenate([image, image, image]))

    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_ids_are_words_to_every_spreadsheet() -> None:
    """No id can be taken for a number."""
    for name in image_ids(RNG.integers(0, 256, (500, 4, 4), dtype=np.uint8)):
        assert name.startswith("i")
        assert name.isalnum()


def test_the_manifest_says_what_the_images_are(tmp_path: Path) -> None:
    """Name, shape and classes are for the student; the digest is the same for the same images."""
    dataset = pets(5, 8, 8)
    one = export_unlabelled(dataset, tmp_path / "one", pictures=False)
    again = export_unlabelled(dataset, tmp_path / "one", pictures=False)
    read = json.loads((tmp_path / "one" / "manifest.json").read_text())

    assert read["schema"] == "grader/unlabelled/v1"
    assert read["class_names"] == ["cat", "dog"]
    assert one == again
    assert one.digest != export_unlabelled(pets(5, 8, 8), tmp_path / "two", pictures=False).digest


def test_other_files_are_not_written_among(tmp_path: Path) -> None:
    """A folder that holds something else is left alone."""
    full, file = tmp_path / "full", tmp_path / "full" / "notes.txt"
    full.mkdir()
    file.write_text("mine")

    for place in (full, file):
        with pytest.raises(UsageError, match="something else"):
            export_unlabelled(pets(2, 8, 8), place, pictures=False)
    assert list(full.iterdir()) == [file]


def test_an_export_that_was_stopped_is_begun_again(tmp_path: Path) -> None:
    """What a full disk left of it does not count as something else."""
    with failing_disk(tmp_path / "out", fails_at=6), pytest.raises(StorageError, match="out/"):
        export_unlabelled(pets(2, 8, 8), tmp_path / "out", pictures=True)
    assert (tmp_path / "out").exists()
    assert not (tmp_path / "out/manifest.json").exists()
    export_unlabelled(pets(2, 8, 8), tmp_path / "out", pictures=True)

    assert (tmp_path / "out/manifest.json").exists()
