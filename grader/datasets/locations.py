"""Where on this machine files of datasets are looked for, in order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from grader.datasets.base import Location

#: Folders of the user's own, separated as in PATH; looked into first.
DATA_VARIABLE = "GRADER_DATA"
#: Replaces the folder that downloads go to.
CACHE_VARIABLE = "GRADER_CACHE"


def cache_folder() -> Path:
    """The folder for downloaded files: ``$GRADER_CACHE`` or the platform's cache folder.

    It need not exist yet.
    """
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser() / "datasets"
    import platformdirs

    return Path(platformdirs.user_cache_dir("grader")) / "datasets"


def keras_folder() -> Path:
    """The folder Keras keeps its datasets in; the grader only ever reads it."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home).expanduser() if home else Path.home() / ".keras") / "datasets"


def search_folders() -> Iterator[Location]:
    """Every folder to look into, first choice first; they need not exist."""
    for folder in os.environ.get(DATA_VARIABLE, "").split(os.pathsep):
        if folder:
            yield Location(Path(folder).expanduser(), "GRADER_DATA")
    yield Location(keras_folder(), "keras-cache")
    yield Location(cache_folder(), "grader-cache")
