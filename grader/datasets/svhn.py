"""SVHN: house numbers in street photographs, cropped to one digit, 32 x 32.

Source: Y. Netzer et al., "Reading Digits in Natural Images with Unsupervised Feature Learning",
2011, http://ufldl.stanford.edu/housenumbers/ (format 2); for non-commercial use only. The
digests are those of TensorFlow Datasets' ``url_checksums/svhn_cropped.txt``.
"""

from __future__ import annotations

from grader.datasets.containers import read_delta_npz, read_svhn_mat
from grader.datasets.files import Container, Download, FileDataset, Published

#: 73,257 training and 26,032 test images of shape (32, 32, 3), RGB; the digit 0 has label 0.
DATASET = FileDataset(
    name="svhn",
    title="SVHN house numbers",
    class_names="0123456789",
    image_shape=(32, 32, 3),
    train=Published(
        containers=(Container("train_32x32.mat", read_svhn_mat),),
        download=Download(
            url="http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
            filename="train_32x32.mat",
            sha256="435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
        ),
        sizes=(73_257,),
    ),
    test=Published(
        containers=(
            Container("test_32x32.mat", read_svhn_mat),
            Container("svhn_test_first10k.npz", read_delta_npz),
        ),
        download=Download(
            url="http://ufldl.stanford.edu/housenumbers/test_32x32.mat",
            filename="test_32x32.mat",
            sha256="cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
        ),
        sizes=(26_032, 10_000),
        first_labels=(5, 2, 1, 0, 6, 1, 9, 1, 1, 8),
    ),
)
