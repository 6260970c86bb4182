"""What is recorded while code runs: one object that all patches write to."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from grader.evidence.code.bounds import bounded
from grader.evidence.code.probe.running.budget import StepTimedOut
from grader.evidence.code.probe.running.history import HistoryBook
from grader.evidence.code.run_record import (
    ArrayOrigin,
    GradientsComputed,
    RunMode,
    TracedEvaluation,
    TracedTraining,
    WeightsFile,
)

#: Trainings, evaluations and places of gradients that are kept.
_MOST = 500

#: Bytes of the descriptions of models.
_CONFIGS_BYTES = 400_000


@dataclass
class Recorder:
    """What was recorded so far."""

    mode: RunMode
    trainings: list[TracedTraining] = field(default_factory=list)
    evaluations: list[TracedEvaluation] = field(default_factory=list)
    gradients: dict[tuple[str, int, bool], GradientsComputed] = field(default_factory=dict)
    histories: HistoryBook = field(default_factory=HistoryBook)
    shims: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    missing_files: dict[str, None] = field(default_factory=dict)
    stand_ins: dict[str, None] = field(default_factory=dict)
    last_news: float = field(default_factory=time.monotonic)
    """When something of a new sort was recorded last, as `time.monotonic` tells."""
    left_out: Counter[str] = field(default_factory=Counter)
    """How much was not recorded, since there was too much of it."""
    own_work: int = 0
    """How many patches are at work: what Keras does for them is not recorded."""
    configs: dict[int, str] = field(default_factory=dict)
    """Descriptions of the models by their number, as JSON."""
    weights_files: list[WeightsFile] = field(default_factory=list)
    _models: WeakKeyDictionary[Any, int] = field(default_factory=WeakKeyDictionary)
    _numbers: Iterator[int] = field(default_factory=partial(itertools.count, 1))
    _configs_left: int = _CONFIGS_BYTES
    _seen: set[object] = field(default_factory=set)
    _places: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def working(self) -> Iterator[None]:
        """While a patch is at work."""
        self.own_work += 1
        try:
            yield
        finally:
            self.own_work -= 1

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While code of the student's is called from within what a patch does."""
        before, self.own_work = self.own_work, 0
        try:
            yield
        finally:
            self.own_work = before

    def used(self, shim: str) -> None:
        """Count something that had to be adapted."""
        self.shims[shim] = self.shims.get(shim, 0) + 1

    def model_number(self, model: Any) -> int:
        """The number of a model object, from 1, in the order in which they are first asked about."""
        if model not in self._models:
            self._models[model] = next(self._numbers)
        return self._models[model]

    def keep_config(self, model: Any) -> None:
        """Keep the description of a model as it is now: it may be gone when the code has ended."""
        number = self.model_number(model)
        text, before = _config(model), self.configs.get(number, "")
        if len(text) - len(before) <= self._configs_left:
            self._configs_left -= len(text) - len(before)
            self.configs[number] = text

    def descriptions(self) -> tuple[str, ...]:
        """The descriptions of the models, at the place of each one's number."""
        numbers = range(1, min(max(self.configs, default=0), _MOST) + 1)
        return tuple(self.configs.get(number, "") for number in numbers)

    def weights_file(self, found: WeightsFile) -> None:
        """Record that weights were saved or loaded."""
        if found not in self.weights_files and len(self.weights_files) < _MOST:
            self.weights_files.append(found)

    def training(self, found: TracedTraining) -> int:
        """Record a training, or count it with the one before that differs in nothing.

        Returns:
            Its number, from 1; 0 where too many are recorded already.
        """
        bare = msgspec.structs.replace(found, seconds=0.0, calls=1)
        same = repr(bare)
        known = self._places.get(same)
        if known is not None:
            before = self.trainings[known - 1]
            self.trainings[known - 1] = msgspec.structs.replace(
                before, calls=before.calls + found.calls, seconds=before.seconds + found.seconds
            )
            return known
        self._news(repr(msgspec.structs.replace(bare, model=0)))
        if len(self.trainings) >= _MOST:
            self.left_out["trainings"] += 1
            return 0
        self.trainings.append(found)
        self._places[same] = len(self.trainings)
        return len(self.trainings)

    def evaluation(self, found: TracedEvaluation) -> None:
        """Record that a model was evaluated or asked for predictions."""
        found = bounded(found)
        self._news((found.where, found.method))
        images = found.images or ArrayOrigin()
        same = (found.where, found.method, found.model, images.dataset, images.split, images.images)
        if len(self.evaluations) < _MOST and (found.values or same not in self._seen):
            self._seen.add(same)
            self.evaluations.append(found)

    def gradient(self, found: GradientsComputed) -> None:
        """Record gradients; of one place and model the last ones are kept, before and after it is trained."""
        trained = found.model in {item.model for item in self.trainings} or found.model in {
            item.model for item in self.weights_files if item.method == "loaded"
        }
        key = (found.where, found.model, trained)
        before = self.gradients.get(key)
        self._news((found.where, "gradients", repr(found.layers)))
        if before is None and len(self.gradients) >= _MOST:
            return
        calls = 1 if before is None else before.calls + 1
        self.gradients[key] = msgspec.structs.replace(found, trained=trained, calls=calls)

    def _news(self, what: object) -> None:
        if what not in self._seen:
            self._seen.add(what)
            self.last_news = time.monotonic()


def _config(model: Any) -> str:
    try:
        text = model.to_json()
        json.loads(text)
    except StepTimedOut:
        raise
    except BaseException:  # whatever a class of the student's own raises
        return ""
    return str(text)
