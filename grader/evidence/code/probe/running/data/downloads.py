"""The files of datasets that code would download."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from grader.evidence.code.probe.running.data.file_contents import content_of
from grader.evidence.code.probe.running.data.file_names import dataset_in, is_handed_in
from grader.evidence.code.probe.running.data.served import ServedData

#: Folders that the archives of CIFAR unpack to.
_FOLDERS = {"cifar10": "cifar-10-batches-py", "cifar100": "cifar-100-python"}


def downloaded_from(data: ServedData) -> Callable[[str, str], str | None]:
    """What gives the path of a file, by its name and address, as `keras.utils.get_file` does.

    A single file is written into the current folder. Of an archive the folder is named that it would have been
    unpacked to; `open` serves what is in it. A file that is of no dataset, or was handed in, has None.

    Args:
        data: What the files hold.
    """

    def path_of(name: str, address: str) -> str | None:
        file = PurePosixPath(name or address).name
        known = dataset_in(file)
        if known is None or is_handed_in(file):
            return None
        if known in _FOLDERS and not file.endswith(".npz"):
            return str(Path.cwd() / _FOLDERS[known])
        content = content_of(file, data)
        if content is None:
            return None
        path = Path.cwd() / file
        path.write_bytes(content)
        return str(path)

    return path_of
