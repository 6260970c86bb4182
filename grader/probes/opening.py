"""Open a saved network without running anything it contains."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.probes.repair import repair_config
from grader.probes.repair.building import build, load_hdf5_weights, load_zip_weights
from grader.records.evidence import Failure, ModelFormat

#: Groups that HDF5 files of weights have at the top.
_WEIGHT_GROUPS = frozenset({"model_weights", "layers", "_layer_checkpoint_dependencies", "vars"})
_MAX_CONFIG_BYTES = 16 << 20
_UNKNOWN_CLASS = re.compile(r"(?:Could not locate class|Unknown layer:?|Unknown object) '?(\w+)'?")


@dataclass(frozen=True)
class SavedConfig:
    """The description of the network inside a file."""

    config: Any
    keras_version: str
    backend: str


@dataclass(frozen=True)
class OpenedNetwork:
    """A network ready to run."""

    network: Any
    saved: SavedConfig
    repairs: tuple[str, ...] = ()
    """What was repaired to open it, by the names of `grader.probes.repair`."""


def open_network(path: Path, kind: ModelFormat, file: str) -> OpenedNetwork | Failure:
    """Open a Keras model file.

    Args:
        path: Where it lies; its name does not matter.
        kind: What its first bytes say.
        file: What the student calls it, for messages.
    """
    saved = _read_hdf5(path, file) if kind == "hdf5" else _read_zip(path, file)
    if isinstance(saved, Failure):
        return saved
    lambdas = [layer for layer in _layers(saved.config) if layer.get("class_name") == "Lambda"]
    if lambdas:
        name = str(_config_of(lambdas[0]).get("name", "Lambda"))
        return _failure("refused", file, why="lambda", layer=name)
    if not saved.keras_version.startswith("3"):
        rebuilt = _rebuild(path, kind, saved, file)
        if not isinstance(rebuilt, Failure) or rebuilt.reason != "unsupported":
            return rebuilt
    return _load(path, kind, saved, file)


def _rebuild(
    path: Path, kind: ModelFormat, saved: SavedConfig, file: str
) -> OpenedNetwork | Failure:
    """Open a network of Keras 1 or 2: repair its description, build it, load its weights."""
    try:
        description, repairs = repair_config(saved.config)
        network = build(description)
        if not network.built or not network.inputs:
            raise ValueError("the network was saved before its input shape was known")
        load = load_hdf5_weights if kind == "hdf5" else load_zip_weights
        load(network, path)
    except MemoryError:
        raise
    except Exception as error:
        return _explain(error, saved, file)
    return OpenedNetwork(network=network, saved=saved, repairs=repairs)


def _load(path: Path, kind: ModelFormat, saved: SavedConfig, file: str) -> OpenedNetwork | Failure:
    import keras

    suffix = ".h5" if kind == "hdf5" else ".keras"
    with tempfile.TemporaryDirectory() as folder:
        # Keras goes by the extension, we by the content.
        link = Path(folder) / f"model{suffix}"
        link.symlink_to(path)
        try:
            network = keras.models.load_model(link, compile=False, safe_mode=True)
        except MemoryError:
            raise
        except Exception as error:
            return _explain(error, saved, file)
    trouble = _not_as_saved(network, saved)
    if trouble:
        return _failure("unsupported", file, version=saved.keras_version or "?", detail=trouble)
    return OpenedNetwork(network=network, saved=saved)


def _not_as_saved(network: Any, saved: SavedConfig) -> str:
    """Why the network that came out is not the one that was saved; empty where it is.

    Keras 3 doubles the batch dimension of some older files, and they load without a word.
    """
    if not getattr(network, "inputs", None):
        return "the network came out without inputs"
    built = list(network.inputs[0].shape)
    for layer in _layers(saved.config):
        declared = _config_of(layer).get("batch_input_shape")
        if isinstance(declared, list) and len(network.inputs) == 1 and len(declared) != len(built):
            return f"saved with input shape {declared}, came out with {built}"
    return ""


def _explain(error: Exception, saved: SavedConfig, file: str) -> Failure:
    """Sort what Keras raised by who has to do something about it."""
    detail = f"{type(error).__name__}: {error}"[:2000]
    unknown = _UNKNOWN_CLASS.search(str(error))
    if unknown:
        return _failure("refused", file, why="custom-layer", layer=unknown[1], detail=detail)
    if "ResourceExhausted" in detail:
        raise MemoryError(detail)
    if isinstance(error, OSError):
        return _failure("corrupt", file, detail=detail)
    return _failure("unsupported", file, version=saved.keras_version or "?", detail=detail)


def _read_hdf5(path: Path, file: str) -> SavedConfig | Failure:
    import h5py

    try:
        with h5py.File(path, "r") as store:
            config = _text(store.attrs.get("model_config"))
            version, backend = (
                _text(store.attrs.get("keras_version")),
                _text(store.attrs.get("backend")),
            )
            groups = set(store.keys())
            has_weights = "layer_names" in store.attrs or bool(groups & _WEIGHT_GROUPS)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        return _failure("corrupt", file, detail=f"{type(error).__name__}: {error}"[:2000])
    if not config:
        if has_weights:
            return _failure("weights-only", file)
        return _failure("not-a-model", file, why="hdf5-without-model")
    return _parse(config, version, backend, file)


def _read_zip(path: Path, file: str) -> SavedConfig | Failure:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/"): name for name in archive.namelist()}
            if "config.json" not in names:
                weights_only = "model.weights.h5" in names
                return (
                    _failure("weights-only", file)
                    if weights_only
                    else _failure("not-a-model", file, why="zip-without-model")
                )
            config = _member(archive, names["config.json"])
            metadata = (
                json.loads(_member(archive, names["metadata.json"]) or "{}")
                if "metadata.json" in names
                else {}
            )
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as error:
        return _failure("corrupt", file, detail=f"{type(error).__name__}: {error}"[:2000])
    version = metadata.get("keras_version", "") if isinstance(metadata, dict) else ""
    return _parse(config, str(version), "", file)


def _member(archive: zipfile.ZipFile, name: str) -> str:
    """A member's text, refusing to unpack more than a config can need."""
    with archive.open(name) as stream:
        data = stream.read(_MAX_CONFIG_BYTES + 1)
    if len(data) > _MAX_CONFIG_BYTES:
        raise ValueError(f"{name} is larger than {_MAX_CONFIG_BYTES >> 20} MiB")
    return data.decode("utf-8")


def _parse(config: str, version: str, backend: str, file: str) -> SavedConfig | Failure:
    try:
        parsed = json.loads(config)
    except (ValueError, RecursionError) as error:
        return _failure("corrupt", file, detail=f"model_config: {error}")
    return SavedConfig(config=parsed, keras_version=version, backend=backend)


def _text(value: Any) -> str:
    """An HDF5 string attribute of any era as text; empty where it is absent or something else."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def _layers(config: Any) -> Iterator[dict[str, Any]]:
    """Every object with a class name, however deep it lies."""
    waiting = [config]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "class_name" in item:
                yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _config_of(layer: dict[str, Any]) -> dict[str, Any]:
    config = layer.get("config")
    return config if isinstance(config, dict) else {}


def _failure(reason: Any, file: str, *, detail: str = "", **args: str) -> Failure:
    return Failure(reason=reason, args={"file": file, **args}, detail=detail)
