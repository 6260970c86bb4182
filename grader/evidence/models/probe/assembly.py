"""Open a model whose description and weights were saved apart, by making the file that holds both."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.evidence.models.formats import DESCRIPTIONS, METADATA
from grader.evidence.models.probe.config_check import check_config
from grader.evidence.models.probe.description import read_description, saving_version
from grader.evidence.models.probe.hdf5_check import check_hdf5
from grader.evidence.models.probe.opening import OpenedModel, open_model
from grader.evidence.models.probe.repair.store import (
    names_of,
    read_archive_weights,
    read_hdf5_weights,
)
from grader.evidence.models.protocol import CompanionFile, OpenModel
from grader.records.evidence import Failure, file_failure
from grader.records.message import Count, Name


def open_parts(request: OpenModel, folder: Path) -> tuple[OpenedModel, OpenModel] | Failure:
    """Open a model file, with the first of the descriptions beside it that it fits if it holds weights alone.

    Args:
        request: The file and what belongs to it.
        folder: Where the file that holds both is made.

    Returns:
        The model, and the request for the file it was opened from. If no description fits, the failure of the
        first one.
    """
    descriptions = [beside for beside in request.companions if beside.kind in DESCRIPTIONS]
    whole = not descriptions or _whole_or_broken(request)
    if isinstance(whole, Failure):
        return whole
    if whole:
        opened = open_model(Path(request.path), request.format, request.file)
        return opened if isinstance(opened, Failure) else (opened, request)
    first: Failure | None = None
    for description in descriptions:
        found = _open_with(request, description, folder)
        if not isinstance(found, Failure):
            return found
        first = first or found
    assert first is not None  # noqa: S101  (there is a description)
    return first


def _whole_or_broken(request: OpenModel) -> bool | Failure:
    """Whether a file needs no description: it is no HDF5 file of weights, or opening it will say what is wrong."""
    import h5py

    if request.format != "hdf5":
        return True
    try:
        with h5py.File(request.path, "r") as store:
            return check_hdf5(store, request.file) or "model_config" in store.attrs
    except (OSError, RuntimeError, KeyError, ValueError):
        return True


def _open_with(
    request: OpenModel, description: CompanionFile, folder: Path
) -> tuple[OpenedModel, OpenModel] | Failure:
    try:
        config = read_description(Path(description.path), description.kind)
    except ValueError as error:
        return file_failure("corrupt", description.file, detail=f"{type(error).__name__}: {error}")
    problem = check_config(config, description.file)
    if problem is not None:
        return problem
    weights = Path(request.path)
    made = (
        _one_hdf5(weights, config, folder / "whole.h5", request)
        if _by_layer_name(weights)
        else _one_archive(weights, config, folder / "whole.keras", request)
    )
    opened = open_model(Path(made.path), made.format, request.file, described_in=description.file)
    if isinstance(opened, Failure):
        return opened
    surplus = _surplus(opened, made, description.file)
    return surplus or (opened, made)


def _by_layer_name(weights: Path) -> bool:
    """Whether weights are stored by the names of layers, as `save_weights` did before Keras 3."""
    import h5py

    with h5py.File(weights, "r") as store:
        return bool(names_of(store.get("model_weights", store), "layer_names"))


def _one_hdf5(weights: Path, config: dict[str, Any], target: Path, request: OpenModel) -> OpenModel:
    """The file that `save` of Keras 1 or 2 would have written."""
    import h5py

    with h5py.File(weights, "r") as store, h5py.File(target, "w") as whole:
        group = store.get("model_weights", store)
        saved = {name: group.attrs[name] for name in group.attrs}
        store.copy(group, whole, name="model_weights")
        version = saving_version(config) or saved.get("keras_version", "")
        backend = config.get("backend") or saved.get("backend", "")
        whole.attrs["model_config"] = json.dumps(config)
        whole.attrs["keras_version"] = version
        whole.attrs["backend"] = backend
    return msgspec.structs.replace(request, path=str(target))


def _one_archive(
    weights: Path, config: dict[str, Any], target: Path, request: OpenModel
) -> OpenModel:
    """The archive that `save` of Keras 3 would have written."""
    metadata = next((file.path for file in request.companions if file.kind == METADATA), None)
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        if metadata:
            archive.write(metadata, "metadata.json")
        else:
            archive.writestr("metadata.json", json.dumps({"keras_version": saving_version(config)}))
        archive.write(weights, "model.weights.h5")
    return msgspec.structs.replace(request, path=str(target), format="keras-zip")


def _surplus(opened: OpenedModel, made: OpenModel, described_in: str) -> Failure | None:
    """The failure of weights that are those of a larger model than the one described."""
    if "drop-bookkeeping" in opened.repairs:
        return None
    path = Path(made.path)
    if made.format == "hdf5":
        named = read_hdf5_weights(path)
        saved = sum(_count(array) for arrays in named.values() for _, array in arrays)
    else:
        tree = read_archive_weights(path)
        tree.pop("optimizer", None)
        saved = _count(tree)
    taken = int(opened.model.count_params())
    if saved <= taken:
        return None
    return file_failure(
        "wrong-weights",
        made.file,
        "other-count",
        description=Name(text=described_in),
        expected=Count(value=taken),
        found=Count(value=saved),
    )


def _count(tree: Any) -> int:
    """How many numbers of floating point lie in an array, or in nested groups of arrays."""
    if isinstance(tree, dict):
        return sum(map(_count, tree.values()))
    return int(tree.size) if np.issubdtype(tree.dtype, np.floating) else 0
