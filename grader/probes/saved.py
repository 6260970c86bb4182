"""What a saved network's file says of itself, read without opening the network."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.probes.config_check import check_config
from grader.probes.hdf5_check import check_hdf5
from grader.records.evidence import Failure, FailureReason, ModelFormat

#: Groups that HDF5 files of weights have at the top.
_WEIGHT_GROUPS = frozenset({"model_weights", "layers", "_layer_checkpoint_dependencies", "vars"})
_MAX_CONFIG_BYTES = 16 << 20


@dataclass(frozen=True)
class SavedConfig:
    """The description of the network inside a file."""

    config: Any
    keras_version: str
    backend: str
    training: Mapping[str, Any] = field(default_factory=dict)
    """How it was trained, as saved: optimiser, loss. Nothing of it is ever built."""


def read_saved(path: Path, kind: ModelFormat, file: str) -> SavedConfig | Failure:
    """Read the description of a network, once nothing in the file is out of order.

    Args:
        path: Where the file lies; its name does not matter.
        kind: What its first bytes say.
        file: What the student calls it, for messages.
    """
    return _read_hdf5(path, file) if kind == "hdf5" else _read_zip(path, file)


def failure(reason: FailureReason, file: str, *, detail: str = "", **args: str) -> Failure:
    """A failure of a file."""
    return Failure(reason=reason, args={"file": file, **args}, detail=detail[:2000])


def _read_hdf5(path: Path, file: str) -> SavedConfig | Failure:
    import h5py

    try:
        with h5py.File(path, "r") as store:
            trouble = check_hdf5(store, file)
            if trouble is not None:
                return trouble
            config, version, backend, training = (
                _text(store.attrs.get(name))
                for name in ("model_config", "keras_version", "backend", "training_config")
            )
            weights = store.get("model_weights", store)
            version = version or _text(weights.attrs.get("keras_version"))
            backend = backend or _text(weights.attrs.get("backend"))
            groups = set(store.keys())
            has_weights = "layer_names" in store.attrs or bool(groups & _WEIGHT_GROUPS)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        return failure("corrupt", file, detail=f"{type(error).__name__}: {error}")
    if not config:
        if has_weights:
            return failure("weights-only", file)
        return failure("not-a-model", file, why="hdf5-without-model")
    return _parse(config, version, backend, training, file)


def _read_zip(path: Path, file: str) -> SavedConfig | Failure:
    import h5py

    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/"): name for name in archive.namelist()}
            if "config.json" not in names:
                if "model.weights.h5" in names:
                    return failure("weights-only", file)
                return failure("not-a-model", file, why="zip-without-model")
            config = _member(archive, names["config.json"])
            has_metadata = "metadata.json" in names
            metadata = json.loads(_member(archive, names["metadata.json"])) if has_metadata else {}
            weights = io.BytesIO(archive.read(names["model.weights.h5"]))
            with h5py.File(weights, "r") as store:
                trouble = check_hdf5(store, file)
            if trouble is not None:
                return trouble
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, KeyError) as error:
        return failure("corrupt", file, detail=f"{type(error).__name__}: {error}")
    version = metadata.get("keras_version", "") if isinstance(metadata, dict) else ""
    return _parse(config, str(version), "", "", file)


def _member(archive: zipfile.ZipFile, name: str) -> str:
    """A member's text, refusing to unpack more than a config can need."""
    with archive.open(name) as stream:
        data = stream.read(_MAX_CONFIG_BYTES + 1)
    if len(data) > _MAX_CONFIG_BYTES:
        raise ValueError(f"{name} is larger than {_MAX_CONFIG_BYTES >> 20} MiB")
    return data.decode("utf-8")


def _parse(
    config: str, version: str, backend: str, training: str, file: str
) -> SavedConfig | Failure:
    try:
        parsed = json.loads(config)
    except (ValueError, RecursionError) as error:
        return failure("corrupt", file, detail=f"model_config: {error}")
    try:
        compiled = json.loads(training) if training else {}
    except (ValueError, RecursionError):
        compiled = {}
    if isinstance(parsed, dict):
        compiled = parsed.pop("compile_config", None) or compiled
    trouble = check_config(parsed, file)
    if trouble is not None:
        return trouble
    compiled = compiled if isinstance(compiled, dict) else {}
    return SavedConfig(config=parsed, keras_version=version, backend=backend, training=compiled)


def _text(value: Any) -> str:
    """An HDF5 string attribute of any era as text; empty where it is absent or something else."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
