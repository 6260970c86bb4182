"""`keras_tuner` and `optuna` where they are not installed: one trial, with the first of all values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from grader.evidence.code.probe.running.shims.absent import StubModule
from grader.evidence.code.probe.running.shims.patching import Used, library


class HyperParameters:
    """Settings of a search, each with its default or else the first of its values."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def _settle(self, name: str, value: Any) -> Any:
        return self.values.setdefault(name, value)

    def _number(self, name: str, low: Any = None, high: Any = None, *_: Any, **named: Any) -> Any:
        default = named.get("default")
        return self._settle(name, named.get("min_value", low) if default is None else default)

    def _choice(self, name: str, values: Sequence[Any] = (), *_: Any, **named: Any) -> Any:
        return self._settle(name, named.get("default", values[0]))

    Int = Float = _number
    Choice = _choice

    def Boolean(self, name: str, default: bool = False, **_: Any) -> bool:  # noqa: N802 - theirs
        """The default."""
        return bool(self._settle(name, default))

    def Fixed(self, name: str, value: Any, **_: Any) -> Any:  # noqa: N802 - theirs
        """The value."""
        return self._settle(name, value)

    def get(self, name: str) -> Any:
        """A setting by its name."""
        return self.values[name]

    __getitem__ = get


class HyperModel:
    """What code derives models with settings from."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def build(self, hp: HyperParameters) -> Any:
        """The model for some settings."""
        raise NotImplementedError


class Tuner:
    """A search that builds and trains one model."""

    def __init__(self, hypermodel: Any = None, *_: Any, **named: Any) -> None:
        model = named.get("hypermodel", hypermodel)
        self.hypermodel = model if hasattr(model, "build") else _Built(model)
        self._settings = HyperParameters()
        self._model: Any = None

    def search(self, *positional: Any, **named: Any) -> None:
        """Train the one model."""
        self._model = self.hypermodel.build(self._settings)
        self._model.fit(*positional, **named)

    def get_best_models(self, num_models: int = 1) -> list[Any]:
        """The one model."""
        return [self.hypermodel.build(self._settings) if self._model is None else self._model]

    def get_best_hyperparameters(self, num_trials: int = 1) -> list[HyperParameters]:
        """Its settings."""
        return [self._settings]

    def search_space_summary(self, *_: Any, **__: Any) -> None:
        """Nothing is printed."""

    results_summary = reload = search_space_summary


class _Built:
    """A function as a model with settings."""

    def __init__(self, build: Callable[[HyperParameters], Any]) -> None:
        self.build = build


class Trial:
    """One attempt of `optuna`."""

    number = 0

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.value: Any = None

    def _suggest(self, name: str, low: Any = None, *_: Any, **named: Any) -> Any:
        choices = named.get("choices", low)
        first = choices[0] if isinstance(choices, (list, tuple)) else named.get("low", low)
        return self.params.setdefault(name, first)

    suggest_int = suggest_float = suggest_uniform = suggest_loguniform = _suggest
    suggest_discrete_uniform = suggest_categorical = _suggest

    def report(self, *_: Any) -> None:
        """Nothing is compared."""

    set_user_attr = report

    def should_prune(self) -> bool:
        """It is the only one."""
        return False


class Study:
    """A search of `optuna` with one attempt."""

    def __init__(self) -> None:
        self.trials: list[Trial] = [Trial()]

    @property
    def best_trial(self) -> Trial:
        """The one attempt."""
        return self.trials[0]

    @property
    def best_params(self) -> dict[str, Any]:
        """Its settings."""
        return self.best_trial.params

    @property
    def best_value(self) -> Any:
        """What it gave."""
        return self.best_trial.value

    def optimize(self, objective: Callable[[Trial], Any], *_: Any, **__: Any) -> None:
        """Try once."""
        self.best_trial.value = objective(self.best_trial)


def install_tuners(used: Used) -> None:
    """Let searches for settings build and train one model, so that it is seen."""

    class NotedTuner(Tuner):
        def __init__(self, *positional: Any, **named: Any) -> None:
            used("package keras_tuner")
            super().__init__(*positional, **named)

    def create_study(*_: Any, **__: Any) -> Study:
        used("package optuna")
        return Study()

    kinds = ("Tuner", "RandomSearch", "Hyperband", "BayesianOptimization", "GridSearch")
    settings = {"HyperModel": HyperModel, "HyperParameters": HyperParameters}
    tuners = {**dict.fromkeys(kinds, NotedTuner), **settings}
    for name, content in (
        ("keras_tuner", tuners),
        ("kerastuner", tuners),
        ("optuna", {"create_study": create_study, "Trial": Trial}),
    ):
        if library(name) is None:
            _serve(name, content)
            for below in (
                ("tuners", "engine", "engine.hyperparameters") if content is tuners else ()
            ):
                _serve(f"{name}.{below}", content)


def _serve(name: str, content: dict[str, Any]) -> None:
    module = StubModule(name)
    module.__dict__.update(content)
    sys.modules[name] = module
    above, _, last = name.rpartition(".")
    if above:
        setattr(sys.modules[above], last, module)
