"""MNIST: 70,000 handwritten digits, 28 x 28, white ink on black.

Source: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/, as the one ``.npz``
file that Keras distributes.
"""

from __future__ import annotations

from functools import partial

from grader.datasets.containers import read_npz
from grader.datasets.files import Container, Download, Facts, FileDataset

_DOWNLOAD = Download(
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    filename="mnist.npz",
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)


class Mnist(FileDataset):
    """The 60,000 training and 10,000 test images of MNIST, shape (28, 28), ink 255, ground 0."""

    name = "mnist"
    title = "MNIST handwritten digits"
    class_names = tuple("0123456789")
    image_shape = (28, 28)
    containers = {
        "train": (Container("mnist.npz", partial(read_npz, images="x_train", labels="y_train")),),
        "test": (Container("mnist.npz", partial(read_npz, images="x_test", labels="y_test")),),
    }
    downloads = {"train": _DOWNLOAD, "test": _DOWNLOAD}
    facts = {
        "train": Facts(60_000, (5, 0, 4, 1, 9, 2, 1, 3, 1, 4), (0.13066,)),
        "test": Facts(10_000, (7, 2, 1, 0, 4, 1, 4, 9, 5, 9), (0.13251,)),
    }
