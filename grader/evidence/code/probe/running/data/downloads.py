"""`keras.utils.get_file` for the files of datasets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from grader.evidence.code.probe.running.data.file_contents import content_of
from grader.evidence.code.probe.running.data.file_names import dataset_in, handed_in, text_of
from grader.evidence.code.probe.running.data.patching import imported, served_first
from grader.evidence.code.probe.running.data.served import ServedData

#: Folders that the archives of CIFAR unpack to.
_FOLDERS = {"cifar10": "cifar-10-batches-py", "cifar100": "cifar-100-python"}


def install(data: ServedData) -> None:
    """Let `get_file` give the files of datasets at hand.

    A single file is written into the current folder. Of an archive the folder is named that it would have been
    unpacked to; `open` serves what is in it.

    Args:
        data: What the files hold.
    """

    def get_file(fname: Any = None, origin: Any = None, *args: Any, **kwargs: Any) -> Any:
        name = _file_name(fname) or _file_name(origin)
        known = dataset_in(name)
        if known is None:
            return None
        found = handed_in(name)
        if found is not None:
            return str(Path(found).resolve())
        if known in _FOLDERS and not name.endswith(".npz"):
            return str(Path.cwd() / _FOLDERS[known])
        content = content_of(name, data)
        if content is None:
            return None
        path = Path.cwd() / name
        path.write_bytes(content)
        return str(path)

    # Keras and tf-keras each have their own.
    replaced: dict[Any, Callable[..., Any]] = {}
    for module in list(imported(_is_keras)):
        original = vars(module).get("get_file")
        if callable(original):
            if original not in replaced:
                replaced[original] = served_first(original, get_file)
            module.__dict__["get_file"] = replaced[original]


def _is_keras(module: str) -> bool:
    return "keras" in module and (".utils" in module or ".datasets" in module)


def _file_name(path: Any) -> str:
    """The last part of a path or an address, as it is written."""
    return PurePosixPath(str(path)).name if text_of(path) else ""
