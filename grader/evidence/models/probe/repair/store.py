"""Read weights from HDF5 files and archives that `read_saved` has already checked."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NamedArrays = list[tuple[str, NDArray[Any]]]
"""The weights of a layer in saved order, each with its name."""

Tree = dict[str, Any]
"""Nested groups with arrays as leaves."""


def read_hdf5_weights(path: Path) -> dict[str, NamedArrays]:
    """The weights of every layer in an HDF5 file, by the layer's name, in saved order.

    Raises:
        OSError: The file is damaged.
        KeyError: It names weights that it does not contain.
    """
    import h5py

    with h5py.File(path, "r") as store:
        group = store.get("model_weights", store)
        return {
            name: [
                (weight, np.asarray(group[name][weight]))
                for weight in names_of(group[name], "weight_names")
            ]
            for name in names_of(group, "layer_names")
        }


def read_archive_weights(path: Path) -> Tree:
    """The weights in a ``.keras`` archive as nested groups.

    Names saved on Windows contain backslashes.

    Raises:
        OSError: The file is damaged.
    """
    import h5py

    with zipfile.ZipFile(path) as archive:
        members = {name.replace("\\", "/"): name for name in archive.namelist()}
        data = archive.read(members["model.weights.h5"])
    tree: Tree = {}
    with h5py.File(io.BytesIO(data), "r") as store:
        _read_tree(store, tree)
    return tree


def _read_tree(group: Any, tree: Tree) -> None:
    import h5py

    for name, child in group.items():
        parts = [part for part in re.split(r"[\\/]", name) if part]
        place = tree
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        if isinstance(child, h5py.Group):
            _read_tree(child, place.setdefault(parts[-1], {}))
        else:
            place[parts[-1]] = np.asarray(child)


def names_of(group: Any, attribute: str) -> list[str]:
    """A list of names; HDF5 spreads long lists over several attributes."""
    if attribute in group.attrs:
        values = list(group.attrs[attribute])
    else:
        values, part = [], 0
        while f"{attribute}{part}" in group.attrs:
            values += list(group.attrs[f"{attribute}{part}"])
            part += 1
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]
