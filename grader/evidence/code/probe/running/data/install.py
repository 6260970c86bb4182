"""All the ways in which code reaches a dataset, served."""

from __future__ import annotations

from collections.abc import Callable

from grader.evidence.code.probe.running.data import (
    keras_sets,
    numpy_files,
    opening,
    sklearn_sets,
    tables,
    tfds,
    torchvision_sets,
    tutorials,
)
from grader.evidence.code.probe.running.data.served import ServedData


def install(data: ServedData, used: Callable[[str], None]) -> None:
    """Serve datasets to the code that runs in this process from now on.

    What was handed in under the name of a dataset's file is not served. Call it once, after the libraries were
    imported that the code uses, and before the shims: they look for files by their names, and tell which are missing.

    Args:
        data: The datasets.
        used: Told a short name whenever something is served that would not be there: a file, as ``mnist files``, or
            what a library no longer has, as ``fetch_mldata``.
    """
    keras_sets.install(data)
    opening.install(data, used)
    numpy_files.install(data, used)
    tables.install(data, used)
    sklearn_sets.install(data, used)
    tutorials.install(data, used)
    tfds.install(data, used)
    torchvision_sets.install(data)
