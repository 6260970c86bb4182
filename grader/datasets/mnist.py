"""MNIST: 70,000 handwritten digits, 28 x 28, white ink on black.

Source: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/, as the one ``.npz``
file that Keras distributes.
"""

from __future__ import annotations

from functools import partial

from grader.datasets.containers import read_npz
from grader.datasets.files import Container, Download, FileDataset, Published

_DOWNLOAD = Download(
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    filename="mnist.npz",
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)

#: 60,000 training and 10,000 test images of shape (28, 28), ink 255 on ground 0.
DATASET = FileDataset(
    name="mnist",
    title="MNIST handwritten digits",
    class_names="0123456789",
    image_shape=(28, 28),
    train=Published(
        containers=(Container("mnist.npz", partial(read_npz, images="x_train", labels="y_train")),),
        download=_DOWNLOAD,
        sizes=(60_000,),
        first_labels=(5, 0, 4, 1, 9, 2, 1, 3, 1, 4),
        mean=(0.13066,),
        digest="251afd29f3c6f204bed9fbe0c5c03f896b5e76daf429154e931f2447cdcca89d",
    ),
    test=Published(
        containers=(Container("mnist.npz", partial(read_npz, images="x_test", labels="y_test")),),
        download=_DOWNLOAD,
        sizes=(10_000,),
        first_labels=(7, 2, 1, 0, 4, 1, 4, 9, 5, 9),
        mean=(0.132515,),
        digest="26120b4578752d7d87c2cb6601f15f4b0efd4dd7947b156b4f7aa2d35f931d2f",
    ),
)
