"""Modules and functions of scikit-learn that moved."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from grader.evidence.code.probe.running.shims.patching import Function, Used, library, replace

_MOVED: Mapping[str, tuple[str, ...]] = {
    "sklearn.cross_validation": ("sklearn.model_selection",),
    "sklearn.grid_search": ("sklearn.model_selection",),
    "sklearn.learning_curve": ("sklearn.model_selection",),
    "sklearn.externals": (),
    "sklearn.externals.joblib": ("joblib",),
    "sklearn.externals.six": ("six",),
    "sklearn.datasets.samples_generator": ("sklearn.datasets",),
    "sklearn.datasets.base": ("sklearn.datasets",),
    "sklearn.neighbors.classification": ("sklearn.neighbors",),
    "sklearn.metrics.classification": ("sklearn.metrics",),
    "sklearn.metrics.ranking": ("sklearn.metrics",),
    "sklearn.metrics.scorer": ("sklearn.metrics",),
    "sklearn.preprocessing.data": ("sklearn.preprocessing",),
    "sklearn.preprocessing.label": ("sklearn.preprocessing",),
    "sklearn.preprocessing.imputation": ("sklearn.impute",),
    "sklearn.linear_model.logistic": ("sklearn.linear_model",),
    "sklearn.ensemble.forest": ("sklearn.ensemble",),
    "sklearn.tree.tree": ("sklearn.tree",),
    "sklearn.svm.classes": ("sklearn.svm",),
    "sklearn.utils.testing": ("sklearn.utils",),
    "sklearn.lda": ("sklearn.discriminant_analysis",),
    "sklearn.mixture.gmm": ("sklearn.mixture",),
}

_RENAMED = {
    "Imputer": "SimpleImputer",
    "LDA": "LinearDiscriminantAnalysis",
    "GMM": "GaussianMixture",
}


class _Moved(ModuleType):
    """A module whose content lies elsewhere now."""

    def __init__(self, name: str, places: tuple[str, ...], used: Used) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__dict__.update(_places=places, _used=used)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):
            for place in self.__dict__["_places"]:
                found = getattr(importlib.import_module(place), _RENAMED.get(name, name), None)
                if found is not None:
                    self.__dict__["_used"](self.__name__)
                    return found
        raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")


def _plots(metrics: Any, used: Used) -> None:
    def plot_confusion_matrix(estimator: Any, X: Any, y_true: Any, **named: Any) -> Any:  # noqa: N803 - theirs
        used("plot_confusion_matrix")
        return metrics.ConfusionMatrixDisplay.from_estimator(estimator, X, y_true, **named)

    def plot_roc_curve(estimator: Any, X: Any, y: Any, **named: Any) -> Any:  # noqa: N803 - theirs
        used("plot_roc_curve")
        return metrics.RocCurveDisplay.from_estimator(estimator, X, y, **named)

    for function in (plot_confusion_matrix, plot_roc_curve):
        if not hasattr(metrics, function.__name__):
            setattr(metrics, function.__name__, function)


def install_scikit_names(used: Used) -> None:
    """Let modules and functions of scikit-learn be found where they were."""
    if library("sklearn") is None:
        return
    for name, places in _MOVED.items():
        if name in sys.modules:
            continue
        module = _Moved(name, places, used)
        sys.modules[name] = module
        parent, _, last = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], last, module)
    metrics, encoders = library("sklearn.metrics"), library("sklearn.preprocessing")
    if metrics is not None:
        _plots(metrics, used)
    forests = library("sklearn.ensemble")
    if forests is not None:
        for name in ("RandomForestClassifier", "ExtraTreesClassifier"):
            replace(getattr(forests, name), "__init__", _forest(used, "sqrt"))
        for name in ("RandomForestRegressor", "ExtraTreesRegressor"):
            replace(getattr(forests, name), "__init__", _forest(used, 1.0))
    if encoders is not None:
        replace(encoders.OneHotEncoder, "__init__", _one_hot(used))


def _forest(used: Used, chosen: Any) -> Any:
    """`max_features="auto"` meant the square root for classes, and all features for numbers."""

    def make(original: Function) -> Function:
        def construct(self: Any, *positional: Any, **named: Any) -> None:
            if named.get("max_features") == "auto":
                used("max_features=auto")
                named["max_features"] = chosen
            original(self, *positional, **named)

        return construct

    return make


def _one_hot(used: Used) -> Any:
    def make(original: Function) -> Function:
        def construct(self: Any, **named: Any) -> None:
            if "sparse" in named:
                used("sparse=")
                named["sparse_output"] = named.pop("sparse")
            for name in ("categorical_features", "n_values"):
                named.pop(name, None)
            original(self, **named)

        return construct

    return make
