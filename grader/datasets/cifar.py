"""The forms in which the University of Toronto and Keras distribute CIFAR-10 and CIFAR-100."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from grader.datasets.containers import read_cifar_binary, read_cifar_pickles
from grader.datasets.files import Container


def cifar_containers(
    folder: str,
    batches: Sequence[str],
    *,
    archive: str,
    labels: str,
    binary_folder: str,
    binary_archive: str,
    label_bytes: int,
) -> Iterator[Container]:
    """Every official form of one split: folders before archives, which are slower to read.

    Args:
        folder: Folder of the "python version", such as ``"cifar-100-python"``.
        batches: Its files that make up the split, in order.
        archive: Archive of the "python version".
        labels: Key of the labels in a batch.
        binary_folder: Folder of the "binary version"; its files have the suffix ``.bin``.
        binary_archive: Archive of the "binary version".
        label_bytes: Label bytes before each image there.
    """
    pickles = partial(read_cifar_pickles, members=batches, labels=labels)
    # Keras 3 unpacks into "<folder>-target" and keeps the archive beside it; Keras 2 did not.
    yield Container(folder, pickles)
    yield Container(f"{folder}-target/{folder}", pickles)
    binary = partial(
        read_cifar_binary, members=[f"{name}.bin" for name in batches], label_bytes=label_bytes
    )
    yield Container(binary_folder, binary)
    for name in (archive, f"{folder}-target_archive", f"{folder}.tar.gz"):
        yield Container(name, pickles)
    yield Container(binary_archive, binary)
