"""Files of datasets that are not there, read in the ways code reads them."""

from __future__ import annotations

import builtins
import gzip
import io
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import sklearn.datasets

from grader.evidence.code.probe.reading.source import script_unit
from grader.evidence.code.probe.running import places
from grader.evidence.code.probe.running.data import numpy_files, opening, sklearn_sets, tables
from grader.evidence.code.probe.running.data.downloads import path_of_download
from grader.evidence.code.probe.running.data.served import ServedData
from tests.unit.evidence.code.running.digits import digits, pictures

TRAIN = digits()["mnist", "train"]
TEST = digits()["mnist", "test"]
PICTURES = pictures()["cifar10", "test"]

#: Whatever `install` replaces, put back after each test.
_REPLACED = (
    (builtins, "open"),
    (io, "open"),
    *((np, name) for name in ("load", "loadtxt", "genfromtxt")),
    *((scipy.io, name) for name in ("loadmat",)),
    *((sklearn.datasets, name) for name in ("fetch_openml", "fetch_california_housing")),
)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Datasets are served; the names of what was served in place of a file."""
    modules = [
        (module, name)
        for prefix, name in (("scipy.io", "loadmat"), ("sklearn.datasets", "fetch_openml"))
        for full_name, module in sys.modules.items()
        if full_name.startswith(prefix) and name in vars(module)
    ]
    for module, name in (*_REPLACED, *modules):
        monkeypatch.setattr(module, name, getattr(module, name))
    for name in ("fetch_mldata", "load_boston"):
        monkeypatch.setitem(vars(sklearn.datasets), name, None)
    told: list[str] = []
    data = ServedData(digits() | pictures(), lambda name: None)
    opening.install(data, told.append)
    numpy_files.install(data, told.append)
    sklearn_sets.install(data, told.append)
    return told


def unpickled(file: Any, **arguments: Any) -> Any:
    return pickle.load(file, **arguments)  # noqa: S301, TID251 - as students do


def test_idx_files_are_read_in_any_folder(used: list[str]) -> None:
    """MNIST's own files, zipped or not, through `open`, `gzip`, `pathlib` and `numpy.fromfile`."""
    with gzip.open("data/train-images-idx3-ubyte.gz", "rb") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with open("C:\\Users\\x\\t10k-labels.idx1-ubyte", "rb") as file:  # noqa: PTH123
        file.read(8)
        labels = np.fromfile(file, np.uint8)
    header = Path("t10k-images-idx3-ubyte").read_bytes()[:16]

    assert (images == TRAIN.images).all()
    assert (labels == TEST.labels).all()
    assert np.frombuffer(header, ">u4").tolist() == [2051, 10_000, 28, 28]
    assert set(used) == {"mnist files"}


def test_the_name_of_a_folder_tells_fashion_from_digits(used: list[str]) -> None:
    """Fashion-MNIST has files of the same names."""
    Path("fashion/train-labels-idx1-ubyte").read_bytes()

    assert used == ["fashion-mnist files"]


@pytest.mark.parametrize(("encoding", "key"), [("bytes", b"data"), ("latin1", "data")])
def test_batches_of_cifar_are_pickles_of_python_2(encoding: str, key: Any, used: list[str]) -> None:
    """Keys are bytes or texts as the code asks for; images are planes."""
    with Path("cifar-10-batches-py/test_batch").open("rb") as file:
        batch = unpickled(file, encoding=encoding)

    assert batch[key].shape == (10_000, 3_072)
    assert (batch[key][7].reshape(3, 32, 32) == PICTURES.images[7].transpose(2, 0, 1)).all()
    assert batch["labels" if encoding == "latin1" else b"labels"] == PICTURES.labels.tolist()


def test_all_batches_hold_the_training_images(used: list[str]) -> None:
    """Five batches of 10,000, and the names of the classes."""
    with Path("data_batch_5").open("rb") as file:
        batch = unpickled(file, encoding="bytes")
    with Path("batches.meta").open("rb") as file:
        meta = unpickled(file, encoding="latin1")

    assert len(batch[b"labels"]) == 10_000
    assert meta["label_names"][3] == "cat"


def test_files_of_cifar_100_have_both_kinds_of_labels(used: list[str]) -> None:
    """`train`, `test` and `meta` below a folder of that name."""
    with Path("data/cifar-100-python/test").open("rb") as file:
        batch = unpickled(file, encoding="bytes")
    with Path("data/cifar-100-python/meta").open("rb") as file:
        meta = unpickled(file, encoding="bytes")

    assert batch[b"data"].shape == (10_000, 3_072)
    assert set(batch[b"coarse_labels"]) == set(range(20))
    assert len(meta[b"fine_label_names"]) == 100


def test_archives_of_numpy_are_read_by_path_and_by_file(used: list[str]) -> None:
    """`numpy.load` gives the arrays Keras distributes."""
    with np.load("/kaggle/input/mnist.npz") as archive:
        images, names = archive["x_train"], archive.files
    with Path("mnist.npz").open("rb") as file, np.load(file) as archive:
        labels = archive["y_test"]

    assert names == ["x_train", "y_train", "x_test", "y_test"]
    assert (images == TRAIN.images).all()
    assert (labels == TEST.labels).all()


def test_arrays_of_a_dataset_are_read(used: list[str]) -> None:
    """Kaggle keeps images and labels in files of their own."""
    assert (np.load("../input/mnist/X_test.npy") == TEST.images).all()
    assert (np.load("../input/mnist/train_labels.npy") == TRAIN.labels).all()
    with pytest.raises(FileNotFoundError):
        np.load("../input/mnist/weights.npy")


@pytest.mark.slow
def test_digits_that_everybody_pickled_are_read(used: list[str]) -> None:
    """``mnist.pkl.gz`` has training, validation and test images from 0 to 1."""
    with gzip.open("mnist.pkl.gz", "rb") as file:
        train, validation, test = unpickled(file, encoding="latin1")

    assert [part[0].shape for part in (train, validation, test)] == [
        (50_000, 784), (10_000, 784), (10_000, 784),
    ]  # fmt: skip
    assert (validation[1] == TRAIN.labels[50_000:]).all()
    assert 0.9 < test[0].max() < 1


def test_files_of_matlab_are_read(used: list[str]) -> None:
    """SVHN stands along the last axis, with 10 for the digit 0."""
    found = scipy.io.loadmat("data/test_32x32.mat")
    digits = scipy.io.loadmat("mnist-original")

    assert found["X"].shape == (32, 32, 3, 26_032)
    assert found["y"].shape == (26_032, 1)
    assert set(np.unique(found["y"])) == set(range(1, 11))
    assert digits["data"].shape == (784, 70_000)
    assert used == ["svhn files", "mnist files"]


@pytest.mark.parametrize("path", ["svhn/train.mat", "C:\\\\data\\\\SVHN\\\\train_images.mat"])
def test_house_numbers_are_told_by_their_folder(path: str, used: list[str]) -> None:
    """Files that were renamed are read too."""
    assert scipy.io.loadmat(path)["X"].shape == (32, 32, 3, 73_257)
    assert used == ["svhn files"]


def test_tables_without_a_heading_are_read_as_text(used: list[str]) -> None:
    """A line is a label and 784 values; a number in the name is the number of lines."""
    with Path("mnist_dataset/mnist_train_100.csv").open() as file:
        lines = file.readlines()
    numbers = np.loadtxt("mnist_test.csv", delimiter=",")

    values = [int(value) for value in lines[3].split(",")]
    assert len(lines) == 100
    assert values == [TRAIN.labels[3], *TRAIN.images[3].ravel()]
    assert (numbers[:, 0] == TEST.labels).all()
    assert numbers.shape == (10_000, 785)


def test_what_was_handed_in_is_read(used: list[str]) -> None:
    """A file of the student's own wins over the dataset."""
    np.savez("mnist.npz", x_train=np.arange(3))
    Path("mnist_train.csv").write_text("1,2\n")
    Path("test_batch").write_bytes(b"own")

    with np.load("mnist.npz") as archive:
        assert archive["x_train"].tolist() == [0, 1, 2]
    assert np.loadtxt("mnist_train.csv", delimiter=",").tolist() == [1, 2]
    assert Path("test_batch").read_bytes() == b"own"
    assert used == []


def test_a_file_handed_in_elsewhere_is_not_served(used: list[str]) -> None:
    """What has the name of a dataset's file, in any folder, is left to what looks for files by their names."""
    Path("data").mkdir()
    Path("data/mnist.npz").write_bytes(b"own")

    with pytest.raises(FileNotFoundError):
        np.load("/content/drive/mnist.npz")
    assert used == []


@pytest.mark.parametrize("name", ["notes.txt", "mnist_weights.npz", "mnist/train", "train", "\0"])
def test_other_files_are_missing_as_ever(name: str, used: list[str]) -> None:
    """The code sees the error that Python gives it."""
    with pytest.raises((FileNotFoundError, ValueError)):
        Path(name).read_bytes()
    with pytest.raises((FileNotFoundError, ValueError)):
        np.load(name)

    assert used == []


def test_a_download_leads_to_what_is_served(used: list[str]) -> None:
    """A file or, of an archive of CIFAR, the folder it unpacks to; both are read as if they were there."""
    path = path_of_download("", "https://example.org/data/mnist.npz")
    folder = path_of_download("cifar-10-python.tar.gz", "https://example.org/c.tar.gz")

    assert path is not None
    assert folder is not None
    with np.load(path) as archive:
        assert (archive["x_test"] == TEST.images).all()
    assert Path(folder, "batches.meta").read_bytes()
    assert list(Path().iterdir()) == []


def test_other_downloads_are_left_alone() -> None:
    """What is of no dataset, and what was handed in."""
    Path("mnist.npz").write_bytes(b"own")

    assert path_of_download("flowers.tgz", "https://example.org/flowers.tgz") is None
    assert path_of_download("mnist.npz", "https://example.org/mnist.npz") is None


def test_nothing_is_served_to_code_that_writes(used: list[str]) -> None:
    """A file that is written is the code's own."""
    Path("train-labels-idx1-ubyte").write_bytes(b"own")

    assert Path("train-labels-idx1-ubyte").read_bytes() == b"own"


@pytest.mark.slow
def test_openml_gives_digits_as_arrays_and_as_tables(used: list[str]) -> None:
    """Rows of 784 values, training images first, with labels that are texts."""
    x, y = sklearn.datasets.fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False)
    fashion = sklearn.datasets.fetch_openml(data_id=40996, as_frame=False)

    assert (x.shape, x.dtype) == ((70_000, 784), np.float64)
    assert (x[60_000:] == TEST.images.reshape(-1, 784)).all()
    assert y[:5].tolist() == [str(label) for label in TRAIN.labels[:5]]
    assert fashion.data.shape == (70_000, 784)


def test_loaders_of_the_past_give_data(used: list[str]) -> None:
    """`fetch_mldata` sorted the digits; `load_boston` had 506 rows."""
    old = sklearn.datasets.fetch_mldata("MNIST original")

    assert old.data.shape == (70_000, 784)
    assert (np.diff(old.target[:60_000]) >= 0).all()
    assert sklearn.datasets.load_boston().data.shape == (506, 13)
    assert sklearn.datasets.fetch_california_housing().data.shape == (20_640, 8)
    with pytest.raises(OSError, match="is no more"):
        sklearn.datasets.fetch_mldata("leukemia")
    assert used == ["fetch_mldata", "load_boston"]


@pytest.fixture
def pandas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Pandas, with tables of datasets served."""
    library = pytest.importorskip("pandas")
    for name, module in list(sys.modules.items()):
        if name.startswith("pandas") and "read_csv" in vars(module):
            monkeypatch.setattr(module, "read_csv", module.read_csv)
    tables.install(ServedData(digits(), lambda name: None), lambda name: None)
    monkeypatch.setattr(places, "_UNITS", {})
    return library


def test_tables_of_kaggle_are_read(pandas: Any) -> None:
    """The Digit Recognizer has 42,000 labelled rows and 28,000 without labels."""
    train = pandas.read_csv("/kaggle/input/digit-recognizer/train.csv")
    test = pandas.read_csv("/kaggle/input/digit-recognizer/test.csv", nrows=5)
    plain = pandas.read_csv("mnist_test.csv", header=None)
    titled = pandas.read_csv("mnist_test.csv")

    assert train.shape == (42_000, 785)
    assert list(train)[:2] == ["label", "pixel0"]
    assert test.shape == (5, 784)
    assert (plain[0] == TEST.labels).all()
    assert list(titled)[-1] == "28x28"


def test_a_training_table_is_digits_where_the_code_speaks_of_them(pandas: Any) -> None:
    """``train.csv`` alone may be anything."""
    with pytest.raises(FileNotFoundError):
        pandas.read_csv("../input/train.csv")

    places.register(script_unit("lab.py", "# MNIST\n"))

    assert pandas.read_csv("../input/train.csv").shape == (42_000, 785)
