"""Open a saved network without running anything it contains."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.probes.repair import Origin, repair_config
from grader.probes.repair.base import NETWORKS, Description, described
from grader.probes.repair.building import build, unknown_parts
from grader.probes.repair.store import (
    NamedArrays,
    Tree,
    read_archive_weights,
    read_hdf5_weights,
)
from grader.probes.repair.weights import Loading
from grader.probes.saved import SavedConfig, failure, read_saved
from grader.probes.undrawn import weights_undrawn
from grader.records.evidence import Failure, ModelFormat

_UNKNOWN_CLASS = re.compile(r"(?:Could not locate class|Unknown layer:?|Unknown object) '?(\w+)'?")

#: Where Keras 3 keeps what it saves; anything else would be imported for a file's sake.
_SAFE_MODULES = frozenset({"keras", "builtins"})


@dataclass(frozen=True)
class OpenedNetwork:
    """A network ready to run."""

    network: Any
    saved: SavedConfig
    repairs: tuple[str, ...] = ()
    """What was repaired to open it, by the names of `grader.probes.repair`."""


def open_network(path: Path, kind: ModelFormat, file: str) -> OpenedNetwork | Failure:
    """Open a Keras model file.

    What Keras 3 saved goes to Keras 3 as it is, and is rebuilt where that fails; what others saved is rebuilt
    first.

    Args:
        path: Where it lies; its name does not matter.
        kind: What its first bytes say.
        file: What the student calls it, for messages.
    """
    saved = read_saved(path, kind, file)
    if isinstance(saved, Failure):
        return saved
    refusal = _refuse_kind(saved, file)
    if refusal is not None:
        return refusal
    with weights_undrawn():
        return _try_both(_Attempt(path, kind, saved, file), saved)


class _Attempt:
    """The ways to open one file."""

    def __init__(self, path: Path, kind: ModelFormat, saved: SavedConfig, file: str) -> None:
        self._path = path
        self._kind = kind
        self._saved = saved
        self._file = file

    def rebuild(self) -> OpenedNetwork | Failure:
        """Repair the description, build the network, load the weights."""
        try:
            weights = (
                read_hdf5_weights(self._path)
                if self._kind == "hdf5"
                else read_archive_weights(self._path)
            )
            origin = Origin(
                version=self._saved.keras_version,
                backend=self._saved.backend,
                shapes=_shapes(weights) if self._kind == "hdf5" else {},
            )
            description, repairs = repair_config(self._saved.config, origin)
            unknown = tuple(dict.fromkeys(unknown_parts(description)))
            if unknown:
                return _refuse_layers(unknown, self._file)
            network = build(description)
            if not network.built or not network.inputs:
                raise ValueError("the network was saved before its input shape was known")
            repairs = (*repairs, *self._load_weights(network, description, weights, origin))
        except MemoryError:
            raise
        except Exception as error:
            return self._explain(error)
        return OpenedNetwork(network=network, saved=self._saved, repairs=repairs)

    def _load_weights(
        self,
        network: Any,
        description: Description,
        weights: Mapping[str, NamedArrays] | Tree,
        origin: Origin,
    ) -> tuple[str, ...]:
        loading = Loading(origin)
        if self._kind == "hdf5":
            loading.from_hdf5(network, description, weights)
        else:
            loading.from_archive(network, description, dict(weights))
        return loading.applied

    def load(self) -> OpenedNetwork | Failure:
        """Let Keras 3 open the file as it is."""
        import keras

        suffix = ".h5" if self._kind == "hdf5" else ".keras"
        with tempfile.TemporaryDirectory() as folder:
            # Keras goes by the extension, we by the content.
            link = Path(folder) / f"model{suffix}"
            link.symlink_to(self._path.resolve())
            try:
                network = keras.models.load_model(link, compile=False, safe_mode=True)
            except MemoryError:
                raise
            except Exception as error:
                return self._explain(error)
        trouble = _not_as_saved(network, self._saved)
        if trouble:
            return self._unsupported(trouble)
        return OpenedNetwork(network=network, saved=self._saved)

    def _explain(self, error: Exception) -> Failure:
        """Sort what was raised by who has to do something about it."""
        detail = f"{type(error).__name__}: {error}"
        unknown = _UNKNOWN_CLASS.search(str(error))
        if unknown:
            return _refuse_layers((unknown[1],), self._file, detail=detail)
        if "ResourceExhausted" in detail:
            raise MemoryError(detail)
        if isinstance(error, OSError):
            return failure("corrupt", self._file, detail=detail)
        return self._unsupported(detail)

    def _unsupported(self, detail: str) -> Failure:
        version = self._saved.keras_version or "?"
        return failure("unsupported", self._file, version=version, detail=detail)


def _try_both(attempt: _Attempt, saved: SavedConfig) -> OpenedNetwork | Failure:
    """Open a file the way its era suggests, and the other way where that fails."""
    only_keras = _names_only_keras(saved)
    by_keras = saved.keras_version.startswith("3") and only_keras
    first = attempt.load() if by_keras else attempt.rebuild()
    if isinstance(first, OpenedNetwork):
        return first
    if not by_keras and (first.reason != "unsupported" or not only_keras):
        return first
    second = attempt.rebuild() if by_keras else attempt.load()
    if isinstance(second, OpenedNetwork) or (by_keras and second.reason == "refused"):
        return second
    return first


def _refuse_kind(saved: SavedConfig, file: str) -> Failure | None:
    """Refuse what is no network of layers, and merging by code of its own; None for all else."""
    for layer in described(saved.config):
        config = layer.get("config")
        if isinstance(config, dict) and config.get("mode_type") in ("lambda", "function"):
            return failure("refused", file, why="lambda", layer=str(config.get("name", "Merge")))
    kind = saved.config.get("class_name") if isinstance(saved.config, dict) else None
    if isinstance(kind, str) and kind not in NETWORKS:
        return _refuse_layers((kind,), file)
    return None


def _refuse_layers(names: tuple[str, ...], file: str, *, detail: str = "") -> Failure:
    why = "custom-layer" if len(names) == 1 else "custom-layers"
    return failure("refused", file, why=why, layer=", ".join(names), detail=detail)


def _names_only_keras(saved: SavedConfig) -> bool:
    """Whether every class is said to be Keras 3's own, so that plain loading imports nothing else."""
    modules = [part.get("module") for part in described(saved.config)]
    return all(
        module is None or (isinstance(module, str) and module.split(".")[0] in _SAFE_MODULES)
        for module in modules
    )


def _shapes(weights: Mapping[str, Any]) -> dict[str, tuple[tuple[int, ...], ...]]:
    return {
        name: tuple(tuple(array.shape) for _, array in arrays) for name, arrays in weights.items()
    }


def _not_as_saved(network: Any, saved: SavedConfig) -> str:
    """Why the network that came out is not the one that was saved; empty where it is.

    Keras 3 doubles the batch dimension of some older files, and they load without a word.
    """
    if not getattr(network, "inputs", None):
        return "the network came out without inputs"
    built = list(network.inputs[0].shape)
    for layer in described(saved.config):
        config = layer.get("config")
        declared = config.get("batch_input_shape") if isinstance(config, dict) else None
        if isinstance(declared, list) and len(network.inputs) == 1 and len(declared) != len(built):
            return f"saved with input shape {declared}, came out with {built}"
    return ""
