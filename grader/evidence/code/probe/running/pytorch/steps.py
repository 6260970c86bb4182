"""Trainings with PyTorch, which are loops over steps of an optimizer, and calls of models that are not trained."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.bounds import bounded
from grader.evidence.code.probe.reading.names import snake_case
from grader.evidence.code.probe.running import described
from grader.evidence.code.probe.running.capping import Inputs, length_of
from grader.evidence.code.probe.running.data_used import DataUsed
from grader.evidence.code.probe.running.places import current_place
from grader.evidence.code.probe.running.pytorch.layers import layers_of, parameters_of, size_of
from grader.evidence.code.probe.running.pytorch.loaders import LoaderPatch
from grader.evidence.code.probe.running.recorder import Recorder
from grader.evidence.code.run_record import ArrayOrigin, TracedEvaluation, TracedTraining

#: `torch.optim` hides it.
_OPTIMIZERS = "torch.optim.optimizer"

#: Models that are remembered as called.
_MODELS = 50


class StepPatch:
    """Records the steps of optimizers, each with the models whose parameters it changes.

    Args:
        recorder: Where to.
        data: Describes what is trained on.
        loaders: Tell where the batches are from.
    """

    def __init__(self, recorder: Recorder, data: DataUsed, loaders: LoaderPatch) -> None:
        self._recorder = recorder
        self._data = data
        self._loaders = loaders
        self._models: dict[Any, Any] = {}
        """The models that were called last, with what each was called with."""
        self._loss: tuple[str, Any] = ("", None)
        self._steps: WeakKeyDictionary[Any, dict[str, TracedTraining]] = WeakKeyDictionary()
        self._stated: WeakSet[Any] = WeakSet()
        self._evaluated: set[object] = set()

    def install(self, torch: Any) -> None:
        """Hook into every optimizer."""
        optim = torch.optim
        kinds: list[Any] = [kind for kind in vars(optim).values() if inspect.isclass(kind)]
        for kind in kinds:
            if issubclass(kind, optim.Optimizer):
                kind.__init__ = self._noting_rate(kind)

        def before_step(optimizer: Any, *_: Any) -> None:
            self._record_step(optimizer)

        sys.modules[_OPTIMIZERS].register_optimizer_step_pre_hook(before_step)

    def called(self, module: Any, x: Any, *, learns: bool) -> None:
        """A model was called."""
        if learns:
            self._models.pop(module, None)
            self._models[module] = x
            if len(self._models) > _MODELS:
                self._models.pop(next(iter(self._models)))
            return
        key = (current_place(), self._recorder.model_number(module), id(self._loaders.last))
        if key not in self._evaluated:
            self._evaluated.add(key)
            self._recorder.evaluation(
                TracedEvaluation(
                    where=key[0],
                    method="predict",
                    model=key[1],
                    images=self._origin(x, None)[0],
                    capped=self._recorder.mode == "quick",
                )
            )

    def lost(self, name: str, labels: Any) -> None:
        """A loss was computed."""
        self._loss = (snake_case(name), labels)

    def _noting_rate(self, kind: Any) -> Callable[..., None]:
        """The constructor of a class of optimizers, which notes whether the code gives a rate."""
        construct: Callable[..., None] = kind.__init__

        @wraps(construct)
        def noting(optimizer: Any, *args: Any, **kwargs: Any) -> None:
            if type(optimizer) is kind and (len(args) > 1 or "lr" in kwargs):
                self._stated.add(optimizer)
            construct(optimizer, *args, **kwargs)

        return noting

    def _record_step(self, optimizer: Any) -> None:
        where = current_place()
        steps = self._steps.setdefault(optimizer, {})
        if where not in steps:
            steps[where] = bounded(self._described(where, optimizer))
        self._recorder.training(steps[where])
        self._loss = ("", None)

    def _described(self, where: str, optimizer: Any) -> TracedTraining:
        groups = optimizer.param_groups
        trained = {id(item): item for group in groups for item in group["params"]}
        models = [
            model
            for model in self._models
            if any(id(item) in trained for item in model.parameters())
        ]
        x = self._models[models[0]] if models else None
        images, labels = self._origin(x, self._loss[1])
        rate = groups[0].get("initial_lr", groups[0].get("lr"))
        own = sum(map(size_of, trained.values()))
        return TracedTraining(
            where=where,
            method="optimizer.step",
            model=self._recorder.model_number(models[0] if models else optimizer),
            layers=layers_of(models),
            parameters=parameters_of(models) if models else own,
            loss=self._loss[0],
            optimizer=type(optimizer).__name__,
            learning_rate=described.number(rate),
            states_rate=optimizer in self._stated,
            batch_size=getattr(self._loaders.last, "batch_size", None),
            images=images,
            labels=labels,
            capped=self._recorder.mode == "quick",
        )

    def _origin(self, x: Any, y: Any) -> tuple[ArrayOrigin, str]:
        """Where a batch is from, by its values or else by the dataset of its loader."""
        loader = self._loaders.last
        batch, whole = _array(x), getattr(loader, "dataset", None)
        rows = length_of(batch) if loader is None else _rows_of(whole)
        inputs = Inputs(x=batch, y=_array(y), few_x=batch, few_y=None, rows=rows)
        found, labels = self._data.describe(inputs)
        served = _served_as(whole)
        if served is None or found.dataset:
            return found, labels
        name, split = served
        return ArrayOrigin(
            dataset=name,
            split=split,
            images=rows,
            shape=found.shape,
            low=found.low,
            high=found.high,
            labels=labels,
        ), labels


def _rows_of(dataset: Any) -> int | None:
    """How many rows a dataset has; None of a stream."""
    try:
        return len(dataset)
    except Exception:  # a student's own class
        return None


def _served_as(dataset: Any) -> tuple[str, str] | None:
    """Dataset and split of a dataset that was served, or of one that a part was taken of."""
    for _ in range(10):
        found: tuple[str, str] | None = getattr(dataset, "served_as", None)
        if found is not None or dataset is None:
            return found
        dataset = getattr(dataset, "dataset", None)
    return None


def _array(value: Any) -> NDArray[Any] | None:
    """A tensor as an array; None for anything else."""
    try:
        return None if value is None else np.asarray(value.detach().cpu().numpy())
    except Exception:  # models take whatever their authors like
        return None
