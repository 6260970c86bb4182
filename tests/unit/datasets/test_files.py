from __future__ import annotations

import io
import os
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import datasets
from grader.datasets import locations
from grader.errors import DataError, DataUnavailableError

Folders = dict[str, Path]


def write_mnist(path: Path, *, test: int = 10_000, label: int = 7, side: int = 28) -> Path:
    np.savez_compressed(
        path,
        x_train=np.zeros((3, 28, 28), np.uint8),
        y_train=np.array([5, 0, 4], np.uint8),
        x_test=np.zeros((test, side, side), np.uint8),
        y_test=np.full(test, label, np.uint8),
    )
    return path


def cifar100_pickle(count: int) -> bytes:
    labels = (np.arange(count) % 100).tolist()
    return pickle.dumps({b"data": np.zeros((count, 3072), np.uint8), b"fine_labels": labels}, 2)


def test_the_users_own_folder_comes_first(folders: Folders) -> None:
    """GRADER_DATA is looked into before Keras' cache, and that before the grader's own."""
    mnist = datasets.get("mnist")
    for origin in ("grader-cache", "keras-cache", "GRADER_DATA"):
        write_mnist(folders[origin] / "mnist.npz")

        location = mnist.locate("test")

        assert location is not None
        assert (location.origin, location.path.parent) == (origin, folders[origin])


def test_several_folders_may_be_named(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRADER_DATA takes folders separated as in PATH, and absent ones are passed over."""
    write_mnist(folders["GRADER_DATA"] / "mnist.npz")
    monkeypatch.setenv("GRADER_DATA", os.pathsep.join(["absent", str(folders["GRADER_DATA"]), ""]))

    assert len(datasets.get("mnist").load("test")) == 10_000


def test_folders_have_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without variables the home's Keras folder and the platform's cache folder are used."""
    for variable in ("KERAS_HOME", "GRADER_CACHE", "GRADER_DATA"):
        monkeypatch.delenv(variable)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)

    assert locations.keras_folder() == tmp_path / ".keras" / "datasets"
    assert locations.cache_folder().is_absolute()
    assert "grader" in locations.cache_folder().parts


def test_any_number_of_training_images_will_do(folders: Folders) -> None:
    """A short training split is read, and its images serve for calibration."""
    write_mnist(folders["GRADER_DATA"] / "mnist.npz")
    calibration = datasets.get("mnist").calibration()

    assert calibration is not None
    assert calibration.split.labels.tolist() == [5, 0, 4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"test": 9_999}, "9,999 test images where 10,000 are expected"),
        ({"label": 10}, "labels are not all in 0 to 9"),
        ({"side": 27}, r"images \(N, 28, 28\) are expected"),
    ],
)
def test_a_wrong_test_set_is_refused(folders: Folders, change: dict[str, int], words: str) -> None:
    """A test split of another size, shape or label range raises an error that says so."""
    write_mnist(folders["GRADER_DATA"] / "mnist.npz", **change)

    with pytest.raises(DataError, match=words):
        datasets.get("mnist").load("test")


def test_pixels_must_be_bytes(folders: Folders) -> None:
    """Images of floating-point numbers raise instead of being taken for 0 to 255."""
    arrays = {"x_test": np.zeros((2, 28, 28)), "y_test": np.zeros(2, np.uint8)}
    np.savez(folders["GRADER_DATA"] / "mnist.npz", **arrays)

    with pytest.raises(DataError, match="float64, not uint8"):
        datasets.get("mnist").load("test")


@pytest.mark.parametrize(
    "layout",
    [
        "cifar-100-python",
        "cifar-100-python-target/cifar-100-python",
        "cifar-100-python.tar.gz",
        "cifar-100-python-target_archive",
    ],
)
def test_every_layout_of_keras_cache_is_read(folders: Folders, layout: str) -> None:
    """Folders and archives are found under the names that Keras 2 and Keras 3 give them."""
    path = folders["keras-cache"] / layout
    if "tar.gz" in layout or "archive" in layout:
        content = cifar100_pickle(10_000)
        with tarfile.open(path, "w:gz", compresslevel=1) as archive:
            entry = tarfile.TarInfo("cifar-100-python/test")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    else:
        path.mkdir(parents=True)
        (path / "test").write_bytes(cifar100_pickle(10_000))
    before = sorted(folders["keras-cache"].rglob("*"))

    split = datasets.get("cifar100").load("test")

    assert split.images.shape == (10_000, 32, 32, 3)
    assert split.labels[:3].tolist() == [0, 1, 2]
    assert sorted(folders["keras-cache"].rglob("*")) == before


def test_binary_cifar10_is_read(folders: Folders) -> None:
    """The C version of CIFAR-10 is found under its own folder name."""
    folder = folders["GRADER_DATA"] / "cifar-10-batches-bin"
    folder.mkdir()
    (folder / "test_batch.bin").write_bytes(bytes(3073 * 10_000))

    assert len(datasets.get("cifar10").load("test")) == 10_000


def test_a_missing_training_batch_is_named(folders: Folders) -> None:
    """A CIFAR-10 folder without one of its batches raises an error that names the batch."""
    folder = folders["GRADER_DATA"] / "cifar-10-batches-bin"
    folder.mkdir()
    (folder / "data_batch_1.bin").write_bytes(bytes(3073))

    with pytest.raises(DataError, match=r"lacks data_batch_2\.bin"):
        datasets.get("cifar10").load("train")


def test_a_damaged_file_is_named_with_what_mends_it(folders: Folders) -> None:
    """A file that cannot be read raises an error with its path and the command that replaces it."""
    path = folders["keras-cache"] / "mnist.npz"
    path.write_bytes(b"an error page")

    with pytest.raises(DataError) as caught:
        datasets.get("mnist").load("test")

    assert not isinstance(caught.value, DataUnavailableError)
    assert str(path) in str(caught.value)
    assert "grader data fetch mnist" in caught.value.hint
    assert path.read_bytes() == b"an error page"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keep=st.floats(0, 1), position=st.floats(0, 0.999), value=st.integers(0, 255))
def test_no_damage_escapes_the_error_tree(
    folders: Folders, keep: float, position: float, value: int
) -> None:
    """A pickled batch cut off or with a byte changed is read or raises a DataError, nothing else."""
    folder = folders["GRADER_DATA"] / "cifar-100-python"
    folder.mkdir(exist_ok=True)
    raw = bytearray(cifar100_pickle(2))
    # The pixels are most of the file and all alike: aim at what surrounds them.
    raw[int(position * 400)] = value
    (folder / "train").write_bytes(raw[: max(1, int(keep * 2 * len(raw)))])

    try:
        datasets.get("cifar100").load("train")
    except DataError as error:
        assert "train" in str(error) or "cifar-100-python" in str(error)
