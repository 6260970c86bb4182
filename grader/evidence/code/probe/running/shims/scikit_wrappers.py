"""`KerasClassifier` and `KerasRegressor`: a function that builds a model, as an estimator of scikit-learn."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

import numpy as np

from grader.evidence.code.probe.running.shims.patching import Used, library

_FIT = frozenset(
    {"batch_size", "epochs", "nb_epoch", "verbose", "callbacks", "validation_split", "validation_data", "shuffle",
     "class_weight", "initial_epoch", "steps_per_epoch"}
)  # fmt: skip


class _Estimator:
    """What both have in common: settings for the function that builds, and for training."""

    def __init__(self, build_fn: Any = None, model: Any = None, **settings: Any) -> None:
        self.build_fn = model if build_fn is None else build_fn
        self.settings = settings
        self.model: Any = None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """All settings, and the function."""
        return {"build_fn": self.build_fn, **self.settings}

    def set_params(self, **settings: Any) -> _Estimator:
        """Change settings."""
        if "build_fn" in settings:
            self.build_fn = settings.pop("build_fn")
        self.settings.update(
            {name.removeprefix("model__"): value for name, value in settings.items()}
        )
        return self

    def __sklearn_tags__(self) -> Any:
        base = library("sklearn.base")
        assert base is not None  # noqa: S101 - it asks
        kind: Any = (
            base.ClassifierMixin if isinstance(self, KerasClassifier) else base.RegressorMixin
        )
        return type("Tagged", (kind, base.BaseEstimator), {})().__sklearn_tags__()

    def _build(self) -> Any:
        known = inspect.signature(self.build_fn).parameters
        free = any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values())
        taken = {name.removeprefix("model__"): value for name, value in self.settings.items()}
        return self.build_fn(
            **{
                name: value
                for name, value in taken.items()
                if name in known or (free and name not in _FIT)
            }
        )

    def _fit_model(self, x: Any, y: Any, **named: Any) -> Any:
        self.model = self.model_ = self._build()
        settings = {name: value for name, value in self.settings.items() if name in _FIT}
        return self.model.fit(np.asarray(x), y, **{**settings, **named})

    def _predicted(self, x: Any, **named: Any) -> Any:
        verbose = self.settings.get("verbose", 0)
        return self.model.predict(np.asarray(x), **{"verbose": verbose, **named})


class KerasClassifier(_Estimator):
    """A classifier; classes may be numbers, texts or one-hot rows."""

    _estimator_type = "classifier"

    def fit(self, x: Any, y: Any, **named: Any) -> Any:
        """Build a model and train it.

        Returns:
            The history of the training.
        """
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_: Any = np.arange(y.shape[1])
            codes = y
        else:
            self.classes_, codes = np.unique(y, return_inverse=True)
            codes = codes.reshape(-1)
        self.n_classes_ = len(self.classes_)
        self.model = self._build()
        if getattr(self.model, "loss", "") == "categorical_crossentropy" and codes.ndim == 1:
            codes = np.eye(self.n_classes_)[codes]
        settings = {name: value for name, value in self.settings.items() if name in _FIT}
        return self.model.fit(np.asarray(x), codes, **{**settings, **named})

    def predict(self, x: Any, **named: Any) -> Any:
        """The class of each row."""
        found = self._predicted(x, **named)
        places = (
            found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype(int).reshape(-1)
        )
        return self.classes_[places]

    def predict_proba(self, x: Any, **named: Any) -> Any:
        """The probability of each class, one row for each row."""
        found = self._predicted(x, **named)
        return found if found.shape[-1] > 1 else np.hstack([1 - found, found])

    def score(self, x: Any, y: Any, **named: Any) -> float:
        """The accuracy."""
        y = np.asarray(y)
        wanted = y.argmax(axis=-1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
        return float(np.mean(self.predict(x, **named) == wanted))


class KerasRegressor(_Estimator):
    """A regressor."""

    _estimator_type = "regressor"

    def fit(self, x: Any, y: Any, **named: Any) -> Any:
        """Build a model and train it.

        Returns:
            The history of the training.
        """
        return self._fit_model(x, np.asarray(y), **named)

    def predict(self, x: Any, **named: Any) -> Any:
        """One number for each row."""
        return np.squeeze(self._predicted(x, **named))

    def score(self, x: Any, y: Any, **_: Any) -> float:
        """Minus the loss, as Keras told it."""
        loss = self.model.evaluate(np.asarray(x), np.asarray(y), verbose=0)
        return -float(loss[0] if isinstance(loss, list) else loss)


def install_scikit_wrappers(used: Used) -> dict[str, Any]:
    """Serve `scikeras.wrappers` where it is not installed.

    Returns:
        What Keras held once, by name.
    """
    names: dict[str, Any] = {"KerasClassifier": KerasClassifier, "KerasRegressor": KerasRegressor}
    if library("scikeras") is None:
        package, wrappers = ModuleType("scikeras"), ModuleType("scikeras.wrappers")
        package.__path__ = []
        wrappers.__dict__.update(names)
        package.__dict__["wrappers"] = wrappers
        sys.modules |= {"scikeras": package, "scikeras.wrappers": wrappers}
    return names
