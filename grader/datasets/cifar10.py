"""CIFAR-10: 60,000 colour photographs, 32 x 32, ten classes.

Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

from functools import partial

from grader.datasets.cifar import cifar_containers
from grader.datasets.containers import read_delta_npz
from grader.datasets.files import Container, Download, FileDataset, Published

_DOWNLOAD = Download(
    url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    filename="cifar-10-python.tar.gz",
    sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)
_containers = partial(
    cifar_containers,
    "cifar-10-batches-py",
    archive=_DOWNLOAD.filename,
    labels="labels",
    binary_folder="cifar-10-batches-bin",
    binary_archive="cifar-10-binary.tar.gz",
    label_bytes=1,
)


#: 50,000 training and 10,000 test images of shape (32, 32, 3), RGB.
DATASET = FileDataset(
    name="cifar10",
    title="CIFAR-10 photographs",
    class_names=(
        *("airplane", "automobile", "bird", "cat", "deer"),
        *("dog", "frog", "horse", "ship", "truck"),
    ),
    image_shape=(32, 32, 3),
    train=Published(
        containers=(
            *_containers([f"data_batch_{number}" for number in range(1, 6)]),
            Container("cifar10_train.npz", read_delta_npz),
            Container("cifar10_train_20k.npz", read_delta_npz),
        ),
        download=_DOWNLOAD,
        sizes=(50_000, 20_000),
        first_labels=(6, 9, 9, 4, 1, 1, 2, 7, 8, 3),
        mean=(0.491400, 0.482158, 0.446531),
    ),
    test=Published(
        containers=(*_containers(["test_batch"]), Container("cifar10_test.npz", read_delta_npz)),
        download=_DOWNLOAD,
        sizes=(10_000,),
        first_labels=(3, 8, 8, 0, 6, 6, 1, 6, 3, 1),
        mean=(0.494214, 0.485131, 0.450409),
    ),
)
