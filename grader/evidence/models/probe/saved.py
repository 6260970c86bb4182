"""Read the config and the metadata of a saved model without opening the model."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.evidence.models.probe.config_check import check_config
from grader.evidence.models.probe.description import MAX_CONFIG_BYTES
from grader.evidence.models.probe.hdf5_check import check_hdf5
from grader.evidence.models.probe.repair.dueling import DUELING_HEAD, without_dueling_lambdas
from grader.evidence.models.record import ModelFormat
from grader.records.evidence import Failure, file_failure

#: Top-level groups of HDF5 files that contain weights.
_WEIGHT_GROUPS = frozenset(
    {
        "model_weights",
        "layers",
        "_layer_checkpoint_dependencies",
        "vars",
        "optimizer",
        "top_level_model_weights",
    }
)


@dataclass(frozen=True)
class SavedConfig:
    """The config of a saved model, with its metadata."""

    config: Any
    keras_version: str
    backend: str
    training: Mapping[str, Any] = field(default_factory=dict)
    """The optimizer and loss as saved. No object is built from them."""
    adapted: tuple[str, ...] = ()
    """What had to be replaced in the config before it could be accepted, as repairs are called."""


def read_saved(path: Path, kind: ModelFormat, file: str) -> SavedConfig | Failure:
    """Read the config of a model after the file has passed all checks.

    Args:
        path: The path of the file; its name does not matter.
        kind: The format, from the first bytes of the file.
        file: The student's name for the file, for messages.
    """
    return _read_hdf5(path, file) if kind == "hdf5" else _read_zip(path, file)


def _read_hdf5(path: Path, file: str) -> SavedConfig | Failure:
    import h5py

    try:
        with h5py.File(path, "r") as store:
            problem = check_hdf5(store, file)
            if problem is not None:
                return problem
            config, version, backend, training = (
                _text(store.attrs.get(name))
                for name in ("model_config", "keras_version", "backend", "training_config")
            )
            weights = store.get("model_weights", store)
            version = version or _text(weights.attrs.get("keras_version"))
            backend = backend or _text(weights.attrs.get("backend"))
            groups = set(store.keys())
            has_weights = "layer_names" in store.attrs or bool(groups & _WEIGHT_GROUPS)
            own_class = "layer_names" not in store.attrs and bool(groups - _WEIGHT_GROUPS)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        return file_failure("corrupt", file, detail=f"{type(error).__name__}: {error}")
    if not config:
        if has_weights:
            # Attributes of a class of the author's own are groups beside those of a model of layers.
            return file_failure("weights-only", file, *(["subclassed"] if own_class else []))
        return file_failure("wrong-format", file, "hdf5-without-model")
    return _parse(config, version, backend, training, file)


def _read_zip(path: Path, file: str) -> SavedConfig | Failure:
    import h5py

    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/"): name for name in archive.namelist()}
            if "config.json" not in names:
                if "model.weights.h5" in names:
                    return file_failure("weights-only", file)
                return file_failure("wrong-format", file, "zip-without-model")
            config = _member(archive, names["config.json"])
            has_metadata = "metadata.json" in names
            metadata = json.loads(_member(archive, names["metadata.json"])) if has_metadata else {}
            weights = io.BytesIO(archive.read(names["model.weights.h5"]))
            with h5py.File(weights, "r") as store:
                problem = check_hdf5(store, file)
            if problem is not None:
                return problem
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, KeyError) as error:
        return file_failure("corrupt", file, detail=f"{type(error).__name__}: {error}")
    version = metadata.get("keras_version", "") if isinstance(metadata, dict) else ""
    return _parse(config, str(version), "", "", file)


def _member(archive: zipfile.ZipFile, name: str) -> str:
    """A member's text; members larger than any config are not unpacked."""
    with archive.open(name) as stream:
        data = stream.read(MAX_CONFIG_BYTES + 1)
    if len(data) > MAX_CONFIG_BYTES:
        raise ValueError(f"{name} is larger than {MAX_CONFIG_BYTES >> 20} MiB")
    return data.decode("utf-8")


def _parse(
    config: str, version: str, backend: str, training: str, file: str
) -> SavedConfig | Failure:
    try:
        parsed = json.loads(config)
    except (ValueError, RecursionError) as error:
        return file_failure("corrupt", file, detail=f"model_config: {error}")
    try:
        compiled = json.loads(training) if training else {}
    except (ValueError, RecursionError):
        compiled = {}
    if isinstance(parsed, dict):
        compiled = parsed.pop("compile_config", None) or compiled
    problem = check_config(parsed, file)
    adapted: tuple[str, ...] = ()
    if problem is not None and problem.why == ("lambda",):
        parsed, adapted = without_dueling_lambdas(parsed), (DUELING_HEAD,)
        problem = check_config(parsed, file)
    if problem is not None:
        return problem
    compiled = compiled if isinstance(compiled, dict) else {}
    return SavedConfig(
        config=parsed,
        keras_version=version,
        backend=backend,
        training=compiled,
        adapted=adapted,
    )


def _text(value: Any) -> str:
    """An HDF5 string attribute as text, saved by any version; empty if it is absent or not a string."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
