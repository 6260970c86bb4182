"""The files of datasets that code would download."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from grader.evidence.code.probe.running.data.file_contents import is_published
from grader.evidence.code.probe.running.data.file_names import dataset_in, is_handed_in

#: Folders that the archives of CIFAR unpack to.
_FOLDERS = {"cifar10": "cifar-10-batches-py", "cifar100": "cifar-100-python"}


def path_of_download(name: str, address: str) -> str | None:
    """Where a file of a dataset is to be found, as `keras.utils.get_file` gives it; of an archive its folder.

    Nothing is written there: `open` and `numpy.load` serve it.

    Args:
        name: What it is to be called; may be empty.
        address: Where it would be downloaded from.

    Returns:
        None for a file of no dataset, and for one that was handed in.
    """
    file = PurePosixPath(name or address).name
    dataset = dataset_in(file)
    if dataset is None or is_handed_in(file):
        return None
    if is_published(file):
        return str(Path.cwd() / file)
    return str(Path.cwd() / _FOLDERS[dataset]) if dataset in _FOLDERS else None
