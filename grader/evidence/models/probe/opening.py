"""Open a saved model without running anything it contains."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.evidence.models.probe.repair import Origin, repair_config
from grader.evidence.models.probe.repair.base import MODEL_CLASSES, Description, described
from grader.evidence.models.probe.repair.building import build, unknown_parts
from grader.evidence.models.probe.repair.mismatch import WeightsMismatchError
from grader.evidence.models.probe.repair.names import without_refused
from grader.evidence.models.probe.repair.store import (
    NamedArrays,
    Tree,
    read_archive_weights,
    read_hdf5_weights,
)
from grader.evidence.models.probe.repair.weights import WeightLoader
from grader.evidence.models.probe.saved import SavedConfig, read_saved
from grader.evidence.models.probe.skip_initializers import skip_initializers
from grader.evidence.models.record import ModelFormat
from grader.records.evidence import Failure, file_failure
from grader.records.message import Name

_UNKNOWN_CLASS = re.compile(r"(?:Could not locate class|Unknown layer:?|Unknown object) '?(\w+)'?")

#: Layers that tools put into models for training, by the key of ``[why]`` that says how to take them out.
_TOOL_LAYERS = {
    "quantised-layer": re.compile(r"Quantize(Layer|Annotate|Wrapper(V2)?)"),
    "clustered-layer": re.compile(r"ClusterWeights"),
    "pruned-layer": re.compile(r"PruneLowMagnitude"),
    "qkeras-layer": re.compile(
        r"Q(Dense|Conv|DepthwiseConv|SeparableConv|Activation|BatchNorm)\w*"
    ),
}

#: Failures of rebuilding that say more than why Keras 3 could not load a file.
_TELLING = ("refused", "wrong-weights")

#: Modules of the classes that Keras 3 saves; loading would import any other module that a file names.
_SAFE_MODULES = frozenset({"keras", "builtins"})


@dataclass(frozen=True)
class OpenedModel:
    """A model that is ready to run."""

    model: Any
    saved: SavedConfig
    repairs: tuple[str, ...] = ()
    """The names of the repairs from `grader.evidence.models.probe.repair` that were needed to open it."""


def open_model(
    path: Path, kind: ModelFormat, file: str, *, described_in: str = ""
) -> OpenedModel | Failure:
    """Open a Keras model file.

    A file saved by Keras 3 is loaded by Keras 3, and rebuilt if that fails. A file saved by another version, or with
    names that TensorFlow refuses, is rebuilt, and loaded by Keras 3 if that fails.

    Args:
        path: The path of the file; its name does not matter.
        kind: The format, from the first bytes of the file.
        file: The student's name for the file, for messages.
        described_in: The student's name for the file that describes the model, if the weights lay in another one.
    """
    saved = read_saved(path, kind, file)
    if isinstance(saved, Failure):
        return saved
    refusal = _refuse_kind(saved, file)
    if refusal is not None:
        return refusal
    with skip_initializers():
        return _try_both(_Attempt(path, kind, saved, file, described_in), saved)


class _Attempt:
    """The two ways to open one file."""

    def __init__(
        self, path: Path, kind: ModelFormat, saved: SavedConfig, file: str, described_in: str
    ) -> None:
        self._path = path
        self._kind = kind
        self._saved = saved
        self._file = file
        self._described_in = described_in

    def rebuild(self) -> OpenedModel | Failure:
        """Repair the config, build the model and load the weights."""
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
            model = build(description)
            if not model.built or not model.inputs:
                raise ValueError("the model was saved before its input shape was known")
            repairs = (*self._saved.adapted, *repairs)
            repairs = (*repairs, *self._load_weights(model, description, weights, origin))
        except MemoryError:
            raise
        except Exception as error:
            return self._explain(error)
        return OpenedModel(model=model, saved=self._saved, repairs=repairs)

    def _load_weights(
        self,
        model: Any,
        description: Description,
        weights: Mapping[str, NamedArrays] | Tree,
        origin: Origin,
    ) -> tuple[str, ...]:
        loader = WeightLoader(origin)
        if self._kind == "hdf5":
            loader.from_hdf5(model, description, weights)
        else:
            loader.from_archive(model, description, dict(weights))
        return loader.applied

    def load(self) -> OpenedModel | Failure:
        """Load the file with Keras 3."""
        import keras

        suffix = ".h5" if self._kind == "hdf5" else ".keras"
        with tempfile.TemporaryDirectory() as folder:
            # Keras chooses the format by the extension, we by the content.
            link = Path(folder) / f"model{suffix}"
            link.symlink_to(self._path.resolve())
            try:
                model = keras.models.load_model(link, compile=False, safe_mode=True)
            except MemoryError:
                raise
            except Exception as error:
                return self._explain(error)
        difference = _difference_from_saved(model, self._saved)
        if difference:
            return self._unsupported(difference)
        return OpenedModel(model=model, saved=self._saved)

    def _explain(self, error: Exception) -> Failure:
        """Turn an error raised by Keras into the `Failure` that says what is wrong with the file."""
        detail = f"{type(error).__name__}: {error}"
        if isinstance(error, WeightsMismatchError) and self._described_in:
            return self._wrong_weights(error)
        unknown = _UNKNOWN_CLASS.search(str(error))
        if unknown:
            return _refuse_layers((unknown[1],), self._file, detail=detail)
        if "ResourceExhausted" in detail:
            raise MemoryError(detail)
        if isinstance(error, OSError):
            return file_failure("corrupt", self._file, detail=detail)
        return self._unsupported(detail)

    def _wrong_weights(self, error: WeightsMismatchError) -> Failure:
        return file_failure(
            "wrong-weights",
            self._file,
            error.why,
            detail=str(error),
            description=Name(text=self._described_in),
            layer=Name(text=error.part),
            expected=Name(text=error.expected),
            found=Name(text=error.found),
        )

    def _unsupported(self, detail: str) -> Failure:
        version = self._saved.keras_version or "?"
        return file_failure(
            "unsupported",
            self._file,
            fault="grader",
            version=Name(text=version),
            detail=detail,
        )


def _try_both(attempt: _Attempt, saved: SavedConfig) -> OpenedModel | Failure:
    """Open a file in the way that suits the version that saved it; if that fails, in the other way."""
    only_keras = _names_only_keras(saved)
    by_keras = saved.keras_version.startswith("3") and only_keras and _has_plain_names(saved)
    first = attempt.load() if by_keras else attempt.rebuild()
    if isinstance(first, OpenedModel):
        return first
    if not by_keras and (first.reason != "unsupported" or not only_keras):
        return first
    second = attempt.rebuild() if by_keras else attempt.load()
    if isinstance(second, OpenedModel) or (by_keras and second.reason in _TELLING):
        return second
    return first


def _refuse_kind(saved: SavedConfig, file: str) -> Failure | None:
    """Refuse a file that is not a model of layers, or that merges layers with custom code; None otherwise."""
    for layer in described(saved.config):
        config = layer.get("config")
        if isinstance(config, dict) and config.get("mode_type") in ("lambda", "function"):
            return file_failure(
                "refused", file, "lambda", layer=Name(text=str(config.get("name", "Merge")))
            )
    kind = saved.config.get("class_name") if isinstance(saved.config, dict) else None
    if isinstance(kind, str) and kind not in MODEL_CLASSES:
        return file_failure("refused", file, "own-model", layer=Name(text=kind))
    return None


def _refuse_layers(names: tuple[str, ...], file: str, *, detail: str = "") -> Failure:
    tools = [why for why, known in _TOOL_LAYERS.items() if all(map(known.fullmatch, names))]
    why = tools[0] if tools else "custom-layer" if len(names) == 1 else "custom-layers"
    return file_failure("refused", file, why, layer=Name(text=", ".join(names)), detail=detail)


def _names_only_keras(saved: SavedConfig) -> bool:
    """Whether the file names no module outside Keras, so that loading with Keras imports nothing else."""
    modules = [part.get("module") for part in described(saved.config)]
    return all(
        module is None or (isinstance(module, str) and module.split(".")[0] in _SAFE_MODULES)
        for module in modules
    )


def _has_plain_names(saved: SavedConfig) -> bool:
    """Whether all names are such that TensorFlow takes them; Keras on other backends takes any."""
    settings = (part.get("config") for part in described(saved.config))
    names = (item.get("name") for item in settings if isinstance(item, dict))
    return all(not isinstance(name, str) or name == without_refused(name) for name in names)


def _shapes(weights: Mapping[str, Any]) -> dict[str, tuple[tuple[int, ...], ...]]:
    return {
        name: tuple(tuple(array.shape) for _, array in arrays) for name, arrays in weights.items()
    }


def _difference_from_saved(model: Any, saved: SavedConfig) -> str:
    """How a loaded model differs from the one that was saved; empty if it does not.

    Keras 3 adds a second batch dimension to some older models without raising an error.
    """
    if not getattr(model, "inputs", None):
        return "the model came out without inputs"
    built = list(model.inputs[0].shape)
    for layer in described(saved.config):
        config = layer.get("config")
        declared = config.get("batch_input_shape") if isinstance(config, dict) else None
        if isinstance(declared, list) and len(model.inputs) == 1 and len(declared) != len(built):
            return f"saved with input shape {declared}, came out with {built}"
    return ""
