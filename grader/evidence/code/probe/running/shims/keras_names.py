"""Names that Keras had once: each leads to what it is called today.

There is one Keras for all code: `keras`. The modules `tensorflow.keras`, `tf_keras` and `tensorflow.python.keras` are
the same objects, so that what is changed or recorded in one is in all.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Used, library

#: Other roots of the same library; the longer ones first.
_ROOTS = (
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow.contrib.keras.python.keras",
    "tensorflow.contrib.keras",
    "tensorflow.python.keras.api.keras",
    "tensorflow.python.keras",
    "tensorflow_core.python.keras",
    "tensorflow_core.keras",
    "tensorflow.keras",
    "keras.api._v2.keras",
    "keras.api",
    "keras.src.legacy.keras",
    "tf_keras",
)

#: Modules of Keras 1 and 2 that are gone, by the last part of their names.
_GONE = frozenset((
    "core", "convolutional", "convolutional_recurrent", "pooling", "normalization", "normalization_v2",
    "recurrent", "recurrent_v2", "rnn", "embeddings", "merge", "merging", "noise", "local", "wrappers",
    "advanced_activations", "activation", "attention", "regularization", "reshaping", "dense_attention",
    "cudnn_recurrent", "np_utils", "generic_utils", "vis_utils", "data_utils", "layer_utils", "io_utils",
    "conv_utils", "test_utils", "tf_utils", "training_utils", "multi_gpu_utils", "visualize_util",
    "file_utils", "image_utils", "losses_utils", "engine", "topology", "training", "base_layer",
    "input_layer", "input_spec", "network", "sequential", "functional", "experimental", "preprocessing",
    "legacy", "interfaces", "callbacks", "text", "text_dataset", "image", "sequence", "scikit_learn",
    "contrib", "tensorflow_backend", "theano_backend", "common", "load_backend", "objectives",
    "initializations", "saving", "save", "hdf5_format", "optimizer_v1", "optimizer_v2", "adam", "sgd",
    "rmsprop", "gradient_descent", "adagrad", "adadelta", "adamax", "nadam", "adam_v2", "schedules",
    "learning_rate_schedule", "metrics", "losses", "models", "optimizers",
))  # fmt: skip

#: Modules that stand for a whole branch: whatever lies below them is gone too.
_BRANCHES = frozenset({"engine", "experimental", "legacy", "contrib", "optimizer_v2", "saving"})

#: Where a name is looked up when the module it was asked of does not have it.
_SPACES = (
    "keras.layers", "keras.models", "keras.optimizers", "keras.losses", "keras.metrics", "keras.callbacks",
    "keras.utils", "keras.initializers", "keras.regularizers", "keras.constraints", "keras.activations",
    "keras.saving", "keras._tf_keras.keras.backend", "keras.ops", "keras.optimizers.schedules", "keras",
    "keras._tf_keras.keras.preprocessing.image", "keras._tf_keras.keras.preprocessing.text",
    "keras.preprocessing.sequence", "keras.random",
)  # fmt: skip

_RENAMED = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "InputLayerV2": "InputLayer",
    "LSTMV2": "LSTM",
    "GRUV2": "GRU",
    "Network": "Model",
    "Container": "Model",
    "Graph": "Model",
    "Functional": "Model",
    "TFOptimizer": "Optimizer",
    "OptimizerV2": "Optimizer",
    "NadamOptimizer": "Nadam",
    "AdamOptimizer": "Adam",
    "l1l2": "l1_l2",
    "SyncBatchNormalization": "BatchNormalization",
    "sequential": "Sequential",
    "normal": "RandomNormal",
    "uniform": "RandomUniform",
    "global_avg_pool2d": "GlobalAveragePooling2D",
    "categorical_cross_entropy": "categorical_crossentropy",
}


class _Absent:
    """That a name was not found."""


def _held(module: Any, name: str) -> Any:
    return vars(module).get(name, _Absent) if module is not None else _Absent


def _own_spaces(module: str) -> list[str]:
    """The twin of a module that keeps old functions, and the modules above it."""
    below = module.removeprefix("keras").lstrip(".")
    parts = below.split(".") if below else []
    twin = ".".join(["keras._tf_keras.keras", *parts])
    above = [".".join(["keras", *parts[:count]]) for count in range(len(parts), 0, -1)]
    return [twin, *above]


def _look_up(module: str, name: str) -> Any:
    for wanted in dict.fromkeys((name, _RENAMED.get(name, name))):
        for space in (*_own_spaces(module), *_SPACES):
            found = _held(sys.modules.get(space), wanted)
            if found is not _Absent:
                return found
    optimizers = vars(sys.modules["keras.optimizers"])
    return next((item for key, item in optimizers.items() if key.lower() == name), _Absent)


class _Names:
    """Finds attributes that modules of Keras do not have any more."""

    def __init__(self, used: Used, extra: Mapping[str, Any]) -> None:
        self._used, self._extra = used, extra

    def find(self, module: str, name: str) -> Any:
        """What an old name stands for.

        Raises:
            AttributeError: nothing of that name is, or was, in Keras.
        """
        if not name.startswith("__"):
            found = self._extra.get(name, _Absent)
            if found is _Absent:
                found = _look_up(module, name)
            if found is _Absent and name in _GONE:
                return importlib.import_module(f"{module}.{name}")
            if found is not _Absent:
                if not isinstance(
                    sys.modules.get(module), _GoneModule
                ):  # those were noted when imported
                    self._used(f"{module.replace('keras.backend', 'K')}.{name}")
                return found
        raise AttributeError(f"module '{module}' has no attribute '{name}'")


class _GoneModule(ModuleType):
    """A module of old: whatever is asked of it is looked up in today's library."""

    def __init__(self, name: str, names: _Names) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__dict__["_names"] = names

    def __getattr__(self, name: str) -> Any:
        names: _Names = self.__dict__["_names"]
        return names.find(self.__name__, name)


def current_name(name: str) -> str:
    """The name of a module below `keras`, for one below any other root; other names stay."""
    for root in _ROOTS:
        if name == root or name.startswith(root + "."):
            return "keras" + name[len(root) :]
    return name


class _Aliases(MetaPathFinder, Loader):
    """Serves the modules of the other roots: the very modules of `keras`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A specification that leads to today's module, if there is one."""
        name = current_name(fullname)
        if name == fullname or library(name) is None:
            return None
        return spec_from_loader(fullname, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        """Put today's module in the place of the one that was just made."""
        sys.modules[module.__name__] = importlib.import_module(current_name(module.__name__))


class _Gone(MetaPathFinder, Loader):
    """Serves modules below `keras` that do not exist any more."""

    def __init__(self, names: _Names, used: Used) -> None:
        self._names, self._used = names, used

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A specification for a module that was once in Keras."""
        root, *parts = fullname.split(".")
        if root != "keras" or not parts or parts[0] in ("src", "_tf_keras"):
            return None
        if parts[-1] not in _GONE and not _BRANCHES & set(parts[:-1]):
            return None
        return spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module that looks names up."""
        return _GoneModule(spec.name, self._names)

    def exec_module(self, module: ModuleType) -> None:
        """Note it; where TensorFlow's copy of Keras still has the module, take that one."""
        self._used(module.__name__.rpartition(".")[2])
        twin = library("keras._tf_keras." + module.__name__)
        if twin is not None:
            sys.modules[module.__name__] = twin


def _own_import(used: Used) -> None:
    """Let students' imports of TensorFlow's inner Keras give `keras`; TensorFlow itself keeps its own."""
    inner = "tensorflow.python.keras"
    original = builtins.__import__

    def import_today(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and (name == inner or name.startswith(inner + ".")):
            importer = str((globals or {}).get("__name__", "")).partition(".")[0]
            if importer not in ("tensorflow", "keras", "tf_keras"):
                used(inner)
                found = importlib.import_module(current_name(name))
                if not fromlist:
                    return sys.modules["tensorflow"]
                return original(found.__name__, globals, locals, fromlist, 0)
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = import_today


def install_keras_names(used: Used, extra: Mapping[str, Any]) -> None:
    """Let every old name of Keras be found.

    `extra` holds what today's library lacks altogether, by name.
    """
    keras, tensorflow = library("keras"), library("tensorflow")
    if keras is None or tensorflow is None:
        return
    for name in ("keras._tf_keras.keras", *_SPACES):
        library(name)
    names = _Names(used, extra)
    for name in [name for name in sys.modules if current_name(name) != name]:
        if not name.startswith("tensorflow.python."):
            del sys.modules[name]
    for name, module in list(sys.modules.items()):
        top, _, rest = name.partition(".")
        if (
            top == "keras"
            and module is not None
            and rest.partition(".")[0] not in ("src", "_tf_keras")
        ):
            _serve_missing(module, name, names)
    for holder in (
        "tensorflow",
        "tensorflow.compat.v1",
        "tensorflow.compat.v2",
        "tensorflow.python",
    ):
        found = library(holder)
        if found is not None:
            found.keras = keras
    for root in _ROOTS:
        if not root.startswith(("tensorflow.python", "keras.")):
            sys.modules[root] = keras
    sys.meta_path.insert(0, _Aliases())
    sys.meta_path.append(_Gone(names, used))
    _own_import(used)


def _serve_missing(module: ModuleType, name: str, names: _Names) -> None:
    module.__dict__.setdefault("__getattr__", lambda attribute: names.find(name, attribute))
