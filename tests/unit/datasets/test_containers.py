from __future__ import annotations

import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat

from grader.datasets import containers

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (6, 32, 32, 3), np.uint8)
LABELS = np.array([3, 1, 0, 9, 2, 9], np.uint8)


def planes(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return images.transpose(0, 3, 1, 2).reshape(len(images), -1)


def batch(rows: slice, protocol: int = 2) -> bytes:
    content = {
        b"data": planes(IMAGES[rows]),
        b"labels": LABELS[rows].tolist(),
        b"filenames": [b"a.png"],
    }
    return pickle.dumps(content, protocol)


def tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_differences_decode_to_the_pixels(tmp_path: Path) -> None:
    """The difference code gives back exactly the pixels it was made from."""
    code = IMAGES.transpose(3, 0, 1, 2).copy()
    code[0] -= code[1]
    code[2] -= code[1]
    for axis in (2, 3):
        code = np.diff(code, axis=axis, prepend=np.uint8(0))
    np.savez_compressed(tmp_path / "a.npz", x_delta=code, y=LABELS)

    split = containers.read_delta_npz(tmp_path / "a.npz")

    assert np.array_equal(split.images, IMAGES)
    assert np.array_equal(split.labels, LABELS)


def test_arrays_of_objects_in_npz_are_refused(tmp_path: Path) -> None:
    """An npz file with pickled objects is not unpickled."""
    np.savez(tmp_path / "a.npz", x=np.array([{}], object), y=LABELS)

    with pytest.raises(ValueError, match="pickle"):
        containers.read_npz(tmp_path / "a.npz", images="x", labels="y")


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    """An npz file without the arrays asked for is refused by their names."""
    np.savez(tmp_path / "a.npz", x=IMAGES)

    with pytest.raises(ValueError, match="lacks the array y"):
        containers.read_npz(tmp_path / "a.npz", images="x", labels="y")


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_pickled_batches_are_read_in_order(tmp_path: Path, protocol: int) -> None:
    """Batches pickled by any version of Python come back as one split, from folder or archive."""
    members = {"b1": batch(slice(0, 4), protocol), "b2": batch(slice(4, 6), protocol)}
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in members.items():
        (folder / name).write_bytes(content)
    archive = tar(tmp_path / "a.tar.gz", {f"inner/{k}": members[k] for k in ("b2", "b1")})

    for path in (folder, archive):
        split = containers.read_cifar_pickles(path, ["b1", "b2"], labels="labels")

        assert np.array_equal(split.images, IMAGES)
        assert np.array_equal(split.labels, LABELS)


def test_binary_batches_take_the_last_label_byte(tmp_path: Path) -> None:
    """CIFAR-100's binary records have a coarse and a fine label; the fine one counts."""
    coarse = np.zeros((6, 1), np.uint8)
    (tmp_path / "test.bin").write_bytes(
        np.hstack([coarse, LABELS[:, None], planes(IMAGES)]).tobytes()
    )

    split = containers.read_cifar_binary(tmp_path, ["test.bin"], label_bytes=2)

    assert np.array_equal(split.images, IMAGES)
    assert np.array_equal(split.labels, LABELS)


def test_label_ten_of_svhn_is_the_digit_zero(tmp_path: Path) -> None:
    """SVHN's MATLAB file stores images last and the digit 0 as 10."""
    stored = np.where(LABELS == 0, 10, LABELS).reshape(-1, 1)
    savemat(tmp_path / "a.mat", {"X": IMAGES.transpose(1, 2, 3, 0), "y": stored})

    split = containers.read_svhn_mat(tmp_path / "a.mat")

    assert np.array_equal(split.images, IMAGES)
    assert np.array_equal(split.labels, LABELS)


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("evil"),))


@pytest.mark.parametrize(
    "content",
    [
        {"data": Evil()},
        {"data": np.array([None, {}], object)},
        {"data": np.zeros(2, "M8[s]")},
        {"data": np.dtype("u1").type(3)},
        [1, 2],
    ],
    ids=["code", "objects", "dates", "numpy scalar", "no dictionary"],
)
def test_only_plain_arrays_are_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: object
) -> None:
    """A pickle that names anything but arrays of numbers raises, and none of it runs."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises((pickle.UnpicklingError, TypeError)):
        containers.load_pickled_arrays(io.BytesIO(pickle.dumps(content, 2)))

    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["system", "eval", "__import__"])
def test_builtins_are_out_of_reach(name: str) -> None:
    """A hand-written pickle that names a function by module and name raises."""
    with pytest.raises(pickle.UnpicklingError, match="could run code"):
        containers.load_pickled_arrays(io.BytesIO(b"cbuiltins\n" + name.encode() + b"\n."))


def test_an_array_that_lies_about_its_size_is_refused() -> None:
    """An array whose bytes do not fill its shape raises instead of reserving memory."""
    raw = pickle.dumps({"data": np.zeros(4, np.uint8)}, 0)
    assert raw.count(b"(I4\n") == 1

    with pytest.raises(pickle.UnpicklingError, match="size"):
        containers.load_pickled_arrays(io.BytesIO(raw.replace(b"(I4\n", b"(I4000000000\n")))


def test_missing_batches_are_named(tmp_path: Path) -> None:
    """A folder or archive that lacks a batch is refused by the batch's name."""
    archive = tar(tmp_path / "a.tar.gz", {"inner/b1": batch(slice(0, 2))})

    with pytest.raises(ValueError, match="lacks b2"):
        containers.read_cifar_pickles(archive, ["b1", "b2"], labels="labels")


def test_a_link_in_an_archive_is_no_batch(tmp_path: Path) -> None:
    """A symbolic link that bears the name of a batch is not followed."""
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        entry = tarfile.TarInfo("b1")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(entry)

    with pytest.raises(ValueError, match="lacks b1"):
        containers.read_members(path, ["b1"])


def test_nothing_is_read_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives, folders and npz files that unpack to more than the limit are refused."""
    monkeypatch.setattr(containers, "MAX_BYTES", 1000)
    archive = tar(tmp_path / "a.tar.gz", {"other": bytes(1001), "b1": b""})
    (tmp_path / "b1").write_bytes(bytes(1001))
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(1001, np.uint8), y=LABELS)
    savemat(tmp_path / "a.mat", {"X": IMAGES, "y": LABELS})

    for read in (
        lambda: containers.read_members(archive, ["b1"]),
        lambda: containers.read_members(tmp_path, ["b1"]),
        lambda: containers.read_npz(tmp_path / "a.npz", images="x", labels="y"),
        lambda: containers.read_svhn_mat(tmp_path / "a.mat"),
    ):
        with pytest.raises(ValueError, match="more than 1,000 bytes"):
            read()


def test_labels_that_do_not_fit_a_byte_are_refused() -> None:
    """A label of 256 or one half is not silently made another class."""
    for values in ([256], [0.5], [-1]):
        with pytest.raises(ValueError, match="whole numbers"):
            containers.as_labels(np.array(values))
