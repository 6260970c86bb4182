"""Saved models and weights: any name, any older argument, and folders that are made when they are missing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.evidence.code.probe.running.shims import hooks
from grader.evidence.code.probe.running.shims.patching import (
    Function,
    Used,
    library,
    replace,
    replace_everywhere,
)
from grader.evidence.code.probe.running.shims.paths import missing, readable, writable

_HDF5, _ZIP = b"\x89HDF", b"PK\x03\x04"

#: What `save` took once and takes no more.
_DROPPED = ("save_format", "include_optimizer", "signatures", "options", "save_traces")

#: Where a model that was saved to a folder lies in it, under the name of today's format.
_IN_FOLDER = "saved_model.keras"


def suffix_by_bytes(path: Path) -> str:
    """The suffix that the first bytes of a saved file ask for; empty for other files."""
    with path.open("rb") as file:
        start = file.read(4)
    return {_HDF5: ".h5", _ZIP: ".keras"}.get(start, "")


@contextmanager
def _under_suffix(path: Path, suffix: str) -> Iterator[Path]:
    """A name with a suffix that a file can be written to, to be moved to its own name afterwards."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        yield Path(folder) / f"file{suffix}"


def _written_as(path: Path, suffix: str, write: Callable[[str], Any]) -> None:
    """Let Keras write a file under a suffix it accepts, then give the file its own name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _under_suffix(path, suffix) as file:
        write(str(file))
        target = path / _IN_FOLDER if path.is_dir() else path
        shutil.move(file, target)


@contextmanager
def _compiled_as_before(model: Any) -> Iterator[None]:
    """Saving as HDF5 takes the optimizer out of what the model was compiled with: put it back."""
    settings = getattr(getattr(model, "_compile_config", None), "config", None)
    kept = dict(settings) if isinstance(settings, dict) else {}
    yield
    if isinstance(settings, dict):
        settings.update(kept)


def _save(used: Used) -> Any:
    def make(original: Function) -> Function:
        def save(model: Any, filepath: Any, *positional: Any, **named: Any) -> Any:
            path = Path(writable(os.fspath(filepath)))
            for name in _DROPPED:
                if name in named and (
                    name != "include_optimizer" or path.suffix not in (".h5", ".hdf5")
                ):
                    used(f"{name}=")
                    del named[name]
            options = {"overwrite": True} | {
                name: value
                for name, value in named.items()
                if name in ("include_optimizer", "zipped")
            }
            if positional and path.suffix in (".h5", ".hdf5"):
                options |= dict(zip(("overwrite", "include_optimizer"), positional, strict=False))
            if path.suffix in (".keras", ".h5", ".hdf5") and not path.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                with _compiled_as_before(model):
                    return original(model, str(path), **options)
            used("save suffix")
            return _written_as(path, ".keras", lambda file: original(model, file, **options))

        return save

    return make


def _save_weights(used: Used) -> Any:
    def make(original: Function) -> Function:
        def save_weights(self: Any, filepath: Any, *positional: Any, **named: Any) -> Any:
            path = Path(writable(os.fspath(filepath)))
            for name in _DROPPED:
                if named.pop(name, None) is not None:
                    used(f"{name}=")
            if path.name.endswith(".weights.h5"):
                path.parent.mkdir(parents=True, exist_ok=True)
                return original(self, str(path), *positional, **named)
            used("save_weights suffix")
            named["overwrite"] = True
            return _written_as(path, ".weights.h5", lambda file: original(self, file, **named))

        return save_weights

    return make


def _to_read(path: Path, *, weights: bool) -> tuple[Path, str]:
    """The file to read, and the suffix that its content asks for; empty where nothing is known of it."""
    if path.is_dir() and (path / _IN_FOLDER).is_file():
        path = path / _IN_FOLDER
    suffix = suffix_by_bytes(path) if path.is_file() else ""
    if suffix == ".h5" and weights and _is_of_keras_3(path):
        suffix = ".weights.h5"
    return path, suffix


def _fits(path: Path, suffix: str) -> bool:
    if suffix == ".h5":
        return path.suffix in (".h5", ".hdf5") and not path.name.endswith(".weights.h5")
    return path.name.endswith(suffix)


def _is_of_keras_3(path: Path) -> bool:
    """Whether a file of weights has the layout of Keras 3."""
    h5py = library("h5py")
    if h5py is None:
        return False
    with h5py.File(path, "r") as file:
        return "layer_names" not in file.attrs and "model_weights" not in file


def _read_as(path: Path, suffix: str, read: Callable[[str], Any]) -> Any:
    if _fits(path, suffix):
        return read(str(path))
    with _under_suffix(Path("file").absolute(), suffix) as file:
        shutil.copyfile(path, file)
        return read(str(file))


def _load_model(used: Used) -> Any:
    def make(original: Function) -> Function:
        def load_model(filepath: Any, *positional: Any, **named: Any) -> Any:
            if not isinstance(filepath, (str, os.PathLike)):
                return original(filepath, *positional, **named)
            named.pop("options", None)
            path, suffix = _to_read(_existing(filepath), weights=False)
            if not _fits(path, suffix):
                used("load_model suffix")

            def read(file: str) -> Any:
                try:
                    return original(file, *positional, **named)
                except (TypeError, ValueError) as error:
                    if "deserialize" not in str(error) or positional or suffix != ".h5":
                        raise
                used("load_model losses")
                known = _short_losses() | (named.get("custom_objects") or {})
                return original(file, **{**named, "custom_objects": known})

            return _read_as(path, suffix, read)

        return load_model

    return make


def _short_losses() -> dict[str, Any]:
    """Losses by short names, which HDF5 files hold and Keras 3 does not read back."""
    keras = library("keras")
    assert keras is not None  # noqa: S101 - it loads the model
    names = ("mse", "mae", "mape", "msle", "kld")
    return {name: getattr(keras.losses, name) for name in names if hasattr(keras.losses, name)}


def _load_weights(used: Used) -> Any:
    def make(original: Function) -> Function:
        def load_weights(self: Any, filepath: Any, *positional: Any, **named: Any) -> Any:
            path, suffix = _to_read(_existing(filepath), weights=True)
            if not _fits(path, suffix):
                used("load_weights suffix")
            if suffix == ".weights.h5":
                named.pop("by_name", None)
            return _read_as(path, suffix, lambda file: original(self, file, *positional, **named))

        return load_weights

    return make


def _existing(filepath: Any) -> Path:
    path = Path(readable(os.fspath(filepath)))
    if not path.exists():
        missing(str(filepath))
        raise FileNotFoundError(2, "No such file or directory", str(filepath))
    return path


def _get_file(used: Used) -> Any:
    def make(original: Function) -> Function:
        def get_file(fname: Any = None, origin: Any = None, **named: Any) -> str:
            address = str(origin or "")
            name = str(fname or address.rpartition("/")[2])
            served = hooks.on_get_file(name, address) if hooks.on_get_file is not None else None
            if served is not None:
                used("get_file")
                return served
            beside = Path(readable(Path(name).name))
            if beside.is_file():
                used("get_file")
                return str(beside.absolute())
            missing(name)
            raise FileNotFoundError(2, "No such file, and no network to download it", name)

        return get_file

    return make


def install_keras_files(used: Used) -> None:
    """Let models and weights be saved and loaded under any name."""
    keras = library("keras")
    if keras is None:
        return
    saving = [
        library(name) for name in ("keras.src.saving.saving_api", "keras.saving", "keras.models")
    ]
    replace_everywhere(saving, "save_model", _save(used))
    replace_everywhere(saving, "load_model", _load_model(used))
    replace(keras.Model, "save", _save(used))
    replace(keras.Model, "save_weights", _save_weights(used))
    replace(keras.Model, "load_weights", _load_weights(used))
    data = [
        library(name) for name in ("keras.src.utils.file_utils", "keras.utils", "keras.src.utils")
    ]
    replace_everywhere(data, "get_file", _get_file(used))
