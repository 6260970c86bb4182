"""Calls: of the student's functions and classes, of layers and models, of libraries."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.evidence.code.probe.reading import arrays, library, numpy_calls, python, torch
from grader.evidence.code.probe.reading.arguments import bind
from grader.evidence.code.probe.reading.control import ExitSignal
from grader.evidence.code.probe.reading.estimators import FITTING
from grader.evidence.code.probe.reading.layers import Layer
from grader.evidence.code.probe.reading.models import Model, tensors_in
from grader.evidence.code.probe.reading.objects import Objects
from grader.evidence.code.probe.reading.operations import set_attribute
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    Array,
    BoundFunction,
    Class,
    Function,
    Made,
    Method,
    Object,
    Partial,
    Reference,
    Super,
    Unknown,
    Value,
)
from grader.evidence.code.probe.reading.work import spend

_STEPS_OF_A_CALL = 3
#: Modules whose functions take symbolic tensors.
_OPERATIONS = ("tensorflow.", "keras.activations.", "keras.backend.", "keras.ops.")
#: Functions of scikit-learn that fit the estimator they are given.
_CROSS_VALIDATIONS = frozenset(
    f"sklearn.model_selection.{name}"
    for name in ("cross_val_score", "cross_val_predict", "cross_validate", "learning_curve")
)

#: Arguments by which a `fit` of something unknown is a training of Keras.
_KERAS_ARGUMENTS = frozenset(
    {
        "epochs",
        "nb_epoch",
        "batch_size",
        "validation_data",
        "validation_split",
        "callbacks",
        "steps_per_epoch",
    }
)


@dataclass
class Reader(Objects):
    """Follows a program: what each call of it does."""

    def star_import(self, module: str) -> None:
        """Names that labs use from ``import *``; of other modules every name stays unknown."""
        for name in library.STAR_NAMES.get(module, ()):
            self.scope.assign(name, library.reference(module, name))

    def call(
        self, function: Value, positional: list[Value], named: dict[str, Value], node: ast.Call
    ) -> Value:
        """What a call gives."""
        spend(_STEPS_OF_A_CALL)
        if not isinstance(function, Function | BoundFunction | Class):
            given = (*positional, *named.values())
            self.handed_out.update(item for item in given if isinstance(item, Function))
        match function:
            case Function():
                return self.invoke(function, positional, named)
            case BoundFunction(owner=owner, function=inner):
                return self.invoke(inner, [owner, *positional], named)
            case Class():
                return self.instantiate(function, positional, named)
            case Partial(function=inner, positional=first):
                both = {**function.named, **named}
                return self.call(inner, [*first, *positional], both, node)
            case Layer() | Model():
                return self.apply_layer(function, positional)
            case Object(cls=cls):
                member = cls.member("__call__") or cls.member("call")
                if isinstance(member, Function):
                    return self.invoke(member, [function, *positional], named)
                return UNKNOWN
            case Reference(path=path):
                return self._library(path, positional, named)
            case Method(owner=owner, name=name):
                return self._method(owner, name, positional, named)
            case Unknown():
                return self._unknown(node, positional, named)
            case Made():
                self.remember_loss(function)
        return UNKNOWN

    def _library(self, path: str, positional: list[Value], named: dict[str, Value]) -> Value:
        if path == "builtins.super":
            return self.super_of(positional)
        if path in ("builtins.map", "builtins.filter") and len(positional) == 2:
            return self._mapped(positional[0], positional[1], keep=path.endswith("filter"))
        if path in ("keras.models.Sequential", "keras.models.Model"):
            return self.make_model(path, positional, named)
        if path == "keras.backend.set_image_data_format":
            self.channels_first = positional == ["channels_first"]
            return None
        if path == "keras.backend.set_image_dim_ordering":
            self.channels_first = positional == ["th"]
            return None
        if path in ("keras.backend.image_data_format", "keras.config.image_data_format"):
            return "channels_first" if self.channels_first else "channels_last"
        if path == "keras.backend.image_dim_ordering":
            return "th" if self.channels_first else "tf"
        if path.startswith("keras.layers.") and path.count(".") == 2:
            return self.make_layer(path.rpartition(".")[2], positional, named)
        if path.startswith("keras.applications.") or path in (
            "keras.models.load_model",
            "keras.models.model_from_json",
        ):
            return self.ready_model(path, positional, named)
        if path == "keras.models.clone_model" and positional and isinstance(positional[0], Model):
            return self.numbered(dataclasses.replace(positional[0], fits=0, compiled={}))
        if path.startswith("keras.losses.") and positional:
            self.remember_loss(Made(path, {}))
        if path.startswith("scikeras.wrappers."):
            return self._wrapper(path, positional, named)
        if path in _CROSS_VALIDATIONS and positional:
            self.note_estimators(positional[0])
        if path == "sklearn.model_selection.cross_val_score":
            estimator: dict[str, Value] = {
                "estimator": positional[0] if positional else UNKNOWN,
                "param_grid": {},
            }
            folds = {"cv": named["cv"]} if "cv" in named else {}
            return self.searched(
                Made("sklearn.model_selection.GridSearchCV", {**estimator, **folds}),
                positional[1:],
                {},
            )
        if path == "keras.backend.set_value" and len(positional) == 2:
            return self._set_value(positional[0], positional[1])
        if path == "functools.partial" and positional:
            return Partial(positional[0], tuple(positional[1:]), named)
        if path in ("sys.exit", "builtins.exit", "builtins.quit", "os._exit"):
            raise ExitSignal
        if path.startswith(("torch.", "torchvision.")):
            return self._torch(path, positional, named)
        if path.startswith(_OPERATIONS) and (tensors := tensors_in([*positional, *named.values()])):
            return self.operation(path.rpartition(".")[2], tensors)
        return library.call(path, positional, named)

    def _torch(self, path: str, positional: list[Value], named: dict[str, Value]) -> Value:
        name = path.rpartition(".")[2]
        if name[:1].isupper():
            made = Made(path, torch.bind(path, positional, named))
            self.made_within[made] = len(self.loops)
            return made
        if path.startswith("torch.nn.functional.") and ("loss" in name or "entropy" in name):
            self.loss = Made(path, {})
        if (
            name == "random_split"
            and len(positional) > 1
            and isinstance(positional[1], list | tuple)
        ):
            return [
                Made("torch.utils.data.Subset", {"dataset": positional[0]}) for _ in positional[1]
            ]
        if name in ("tensor", "from_numpy", "as_tensor") and positional:
            return (
                arrays.as_array(positional[0])
                if not isinstance(positional[0], Unknown)
                else UNKNOWN
            )
        return UNKNOWN

    def _set_value(self, variable: Value, value: Value) -> None:
        """Change the learning rate of an optimizer; other variables are not followed."""
        if isinstance(variable, Method) and variable.name == "learning_rate":
            set_attribute(variable.owner, "learning_rate", value)

    def _mapped(self, function: Value, items: Value, *, keep: bool) -> Value:
        if keep or not isinstance(items, list | tuple | range) or len(items) > 1_000:
            return UNKNOWN
        node = ast.Call(ast.Name("map", ast.Load()), [], [])
        return [self.call(function, [item], {}, node) for item in items]

    def _wrapper(self, path: str, positional: list[Value], named: dict[str, Value]) -> Value:
        builder = named.get("build_fn", named.get("model", positional[0] if positional else None))
        return Made(path, {**named, "build_fn": builder})

    def _method(
        self, owner: Value, name: str, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        if isinstance(owner, Super):
            if name == "__init__" and isinstance(owner.owner, Model) and (positional or named):
                self.set_up(owner.owner, owner.cls.library_base, positional, named)
                return None
            owner = owner.owner
        if isinstance(owner, Model):
            handler = _MODEL_METHODS.get(name)
            arguments = bind(f"Model.{name}", positional, named)
            return UNKNOWN if handler is None else handler(self, owner, arguments)
        if isinstance(owner, Method) and name == "assign" and positional:
            return self._set_value(owner, positional[0])
        if isinstance(owner, Function) and name == "build":
            return self.invoke(owner, [UNKNOWN], {})  # the function that a tuner builds models with
        if torch.is_module(owner):
            return _module_method(owner, name)
        if isinstance(owner, Made):
            return self._made_method(owner, name, positional, named)
        if isinstance(owner, Array):
            return numpy_calls.array_method(owner, name, positional, named)
        return python.method(owner, name, positional, named)

    def _made_method(
        self, owner: Made, name: str, positional: list[Value], named: dict[str, Value]
    ) -> Value:
        if name in FITTING:
            self.note_estimators(owner)
        if name in ("fit", "fit_transform") and owner.path.startswith("scikeras.wrappers."):
            return self.wrapped_fit(owner, positional, named)
        if name == "fit" and owner.name in ("GridSearchCV", "RandomizedSearchCV"):
            return self.searched(owner, positional, named)
        stepped = next((item for item in (owner, *positional) if torch.is_optimizer(item)), None)
        if name == "step" and stepped is not None:
            return self.torch_step(stepped)
        if name == "apply_gradients" and owner.path.startswith("keras.optimizers."):
            return self.taped_step(owner)
        if name == "gradient" and owner.name == "GradientTape":
            return self.gradient([*positional, *named.values()])
        if name == "search" and owner.path.startswith(("keras_tuner.", "kerastuner.")):
            return self.tuned(owner, positional, named)
        return library.made_method(owner, name, positional, named)

    def _unknown(self, node: ast.Call, positional: list[Value], named: dict[str, Value]) -> Value:
        """A call of something unknown: a training all the same, where it says so itself."""
        attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if attribute in ("fit", "fit_generator") and _KERAS_ARGUMENTS & named.keys():
            arguments = bind(f"Model.{attribute}", positional, named)
            self.note(None, arguments)
        if attribute == "flow" and positional:
            given = {"x": positional[0], "batch_size": named.get("batch_size", 32)}
            return Made("keras.preprocessing.image.NumpyArrayIterator", given)
        return UNKNOWN


def _module_method(owner: Value, name: str) -> Value:
    """What a method of a layer or a model of PyTorch gives."""
    if name == "parameters":
        return Made("torch.parameters", {"model": owner})
    return (
        owner
        if name in ("to", "cuda", "cpu", "float", "double", "train", "eval", "half")
        else UNKNOWN
    )


_MODEL_METHODS: dict[str, Callable[[Reader, Model, Mapping[str, Value]], Value]] = {
    "add": lambda reader, model, given: reader.add(model, given.get("layer")),
    "pop": Reader.pop,
    "compile": Reader.compile,
    "fit": Reader.fit,
    "fit_generator": Reader.fit,
    "train_on_batch": Reader.step,
    "evaluate": Reader.evaluate_model,
    "evaluate_generator": Reader.evaluate_model,
    "predict": Reader.predict,
    "predict_on_batch": Reader.predict,
    "save": Reader.save,
    "build": Reader.build,
    "count_params": Reader.count,
    "get_layer": Reader.layer_of,
}
