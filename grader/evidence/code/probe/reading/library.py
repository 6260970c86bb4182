"""What functions of libraries give, as far as shapes and settings go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.evidence.code.probe.reading import arrays, datasets, loaders, numpy_calls, python
from grader.evidence.code.probe.reading.arguments import bind, bind_old_convolution
from grader.evidence.code.probe.reading.names import canonical
from grader.evidence.code.probe.reading.numpy_calls import Call
from grader.evidence.code.probe.reading.numpy_values import argument, guarded
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    Made,
    Reference,
    Value,
)

#: What ``from module import *`` gives, of the modules that labs import so; any class may be a layer of Keras.
STAR_NAMES: Mapping[str, Sequence[str]] = {
    "keras.models": ("Sequential", "Model", "load_model", "model_from_json", "clone_model"),
    "keras.optimizers": ("SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam"),
    "keras.callbacks": ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "Callback"),
    "keras": ("layers", "models", "optimizers", "datasets", "utils", "callbacks", "losses", "backend"),
    "numpy": ("array", "zeros", "ones", "arange", "linspace", "logspace", "argmax", "mean", "std", "reshape"),
    "math": ("ceil", "floor", "sqrt", "log", "exp", "pi"),
    "matplotlib.pyplot": (),
}  # fmt: skip

#: Optimizers by the lower-case names they had.
_OPTIMIZERS = {
    name.lower(): name
    for name in ("SGD", "RMSprop", "Adam", "Adagrad", "Adadelta", "Adamax", "Nadam", "AdamW")
}


def reference(module: str, name: str) -> Reference:
    """A name of a library's module."""
    return Reference(canonical(f"{module}.{name}"))


def call(path: str, positional: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What a function or class of a library gives; an object of it where nothing better is known."""
    module, _, name = path.rpartition(".")
    if module == "builtins":
        function = python.BUILTINS.get(name)
        return UNKNOWN if function is None else guarded(function, positional, named)
    if module == "math":
        function = python.MATH.get(name)
        return UNKNOWN if function is None else guarded(function, positional, named)
    worked_out = numpy_calls.call(path, positional, named)
    if worked_out is not None:
        return worked_out
    handler = _FUNCTIONS.get(path)
    if handler is not None:
        return guarded(handler, (positional, named), {})
    if module.startswith("keras.datasets.") and name == "load_data":
        return datasets.keras_dataset(module.rpartition(".")[2], bind("", positional, named))
    if module == "keras.optimizers" and name in _OPTIMIZERS:
        name = _OPTIMIZERS[name]
        path = f"{module}.{name}"
    if module == "keras.regularizers":
        return Made(path, bind(name.lower(), positional, named))
    if name[:1].isupper() and path.startswith("keras."):
        return Made(path, bind(name, positional, named))
    if name[:1].isupper():
        return Made(
            path, {**{str(place): value for place, value in enumerate(positional)}, **named}
        )
    return UNKNOWN


def layer_settings(
    kind: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> dict[str, Value]:
    """The arguments of a layer by the names they have today."""
    old_names = {"border_mode", "subsample", "nb_row", "nb_col", "nb_filter"} & named.keys()
    is_old = (
        len(positional) >= 3 and isinstance(positional[2], int) and isinstance(positional[1], int)
    )
    if kind == "Conv2D" and (old_names or is_old):
        return bind_old_convolution(positional, named)
    return bind(kind, positional, named)


def made_method(
    made: Made, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """What a method of a library's object gives."""
    if made.name == "ArgumentParser":
        return _argument_method(made, name, positional, named)
    if (
        made.name in ("KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit")
        and name == "split"
    ):
        return loaders.folds(made, arrays.rows(positional[0]) if positional else None)
    if made.name == "ImageDataGenerator" and name == "flow":
        arguments = {"x": positional[0] if positional else named.get("x"), **named}
        if len(positional) > 2:
            arguments["batch_size"] = positional[2]
        arguments["x"] = loaders.subset_of(made, arguments["x"], named.get("subset"))
        return Made("keras.preprocessing.image.NumpyArrayIterator", {"batch_size": 32, **arguments})
    if made.name == "ImageDataGenerator" and name.startswith("flow_from"):
        return Made("keras.preprocessing.image.DirectoryIterator", {"batch_size": 32, **named})
    if made.path == "tensorflow.data.Dataset":
        return loaders.dataset_method(made, name, positional, named)
    if name in ("fit_transform", "transform") and positional:
        encoder = made.name in ("OneHotEncoder", "LabelBinarizer", "MultiLabelBinarizer")
        return arrays.one_hot(positional[0], None) if encoder else arrays.as_array(positional[0])
    if name == "fit":
        return made
    if made.name == "HyperParameters" or name in ("Choice", "Int", "Float", "Boolean"):
        return UNKNOWN
    return UNKNOWN


def _argument_method(
    made: Made, name: str, positional: Sequence[Value], named: Mapping[str, Value]
) -> Value:
    """A parser of the command line: without one, its arguments are their defaults."""
    settings = made.arguments
    if name == "add_argument" and isinstance(settings, dict):
        names = [item.lstrip("-").replace("-", "_") for item in positional if isinstance(item, str)]
        flag = {"store_true": False, "store_false": True}.get(str(named.get("action")))
        key = named.get("dest") or max(names, key=len, default="")
        settings[key] = named.get("default", flag)
    if name == "parse_args":
        return Made("argparse.Namespace", settings)
    return (Made("argparse.Namespace", settings), []) if name == "parse_known_args" else None


#: Environments of Gymnasium: how many numbers a state has, and how many actions there are.
_ENVIRONMENTS = {
    "CartPole": (4, 2),
    "MountainCar": (2, 3),
    "Acrobot": (6, 3),
    "LunarLander": (8, 4),
}


def _joined(parts: Sequence[Value]) -> Value:
    """A path; of one whose folder is not known, its end."""
    known = [part for part in parts if isinstance(part, str)]
    return "/".join(known) if known and isinstance(parts[-1], str) else UNKNOWN


def _grid(grid: Value) -> Value:
    """The combinations of a grid of settings."""
    if not isinstance(grid, dict):
        return UNKNOWN
    rounds = python.product(*grid.values())
    return (
        [dict(zip(grid, values, strict=True)) for values in rounds]
        if isinstance(rounds, list)
        else UNKNOWN
    )


def _environment(name: Value) -> Value:
    known = _ENVIRONMENTS.get(name.partition("-")[0]) if isinstance(name, str) else None
    if known is None:
        return Made("gym.Env", {})
    state, actions = known
    spaces = {
        "observation_space": Made("gym.Box", {"shape": (state,)}),
        "action_space": Made("gym.Discrete", {"n": actions}),
    }
    return Made("gym.Env", spaces)


_FUNCTIONS: dict[str, Call] = {
    "sklearn.utils.shuffle": lambda given, named: (
        tuple(map(arrays.as_array, given)) if len(given) > 1 else arrays.as_array(given[0])
    ),
    "sklearn.pipeline.make_pipeline": lambda given, named: Made(
        "sklearn.pipeline.Pipeline", {"steps": list(given)}
    ),
    "scipy.io.loadmat": lambda given, named: datasets.matlab_file(given[0]),
    "keras.utils.to_categorical": lambda given, named: arrays.one_hot(
        given[0], argument(1, "num_classes", given, named) or named.get("nb_classes")
    ),
    "pandas.get_dummies": lambda given, named: arrays.one_hot(given[0], None),
    "sklearn.model_selection.train_test_split": loaders.train_test_split,
    "sklearn.cross_validation.train_test_split": loaders.train_test_split,
    "sklearn.datasets.fetch_openml": loaders.openml,
    "sklearn.datasets.fetch_mldata": loaders.openml,
    "sklearn.datasets.load_digits": loaders.load_digits,
    "tensorflow.examples.tutorials.mnist.input_data.read_data_sets": loaders.read_data_sets,
    "tensorflow.data.Dataset.from_tensor_slices": loaders.from_slices,
    **{
        f"{module}.{name}": lambda given, named: given[0]
        for module in ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.autonotebook")
        for name in ("tqdm", "tqdm_notebook")
    },
    **{
        f"{module}.trange": lambda given, named: python.BUILTINS["range"](*given)
        for module in ("tqdm", "tqdm.auto")
    },
    "itertools.product": lambda given, named: python.product(*given, **named),
    "sklearn.model_selection.ParameterGrid": lambda given, named: _grid(given[0]),
    "keras.optimizers.get": lambda given, named: given[0],
    "keras.losses.get": lambda given, named: given[0],
    "os.path.join": lambda given, named: _joined(given),
    "pathlib.Path": lambda given, named: _joined(given),
    "keras.utils.get_file": lambda given, named: argument(0, "fname", given, named),
    "argparse.ArgumentParser": lambda given, named: Made("argparse.ArgumentParser", {}),
    "gym.make": lambda given, named: _environment(given[0]),
    "gymnasium.make": lambda given, named: _environment(given[0]),
    "copy.copy": lambda given, named: given[0],
    "copy.deepcopy": lambda given, named: given[0],
}
