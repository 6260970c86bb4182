"""Calls that train: `fit` and its kin, and trainings that are written as loops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.evidence.code.probe.reading import arrays, loaders
from grader.evidence.code.probe.reading.building import Building
from grader.evidence.code.probe.reading.control import Loop
from grader.evidence.code.probe.reading.events import (
    Event,
    callbacks_of,
    data_of,
    describe_layers,
    loss_name,
    optimizer_name,
    optimizer_of,
    validation_of,
)
from grader.evidence.code.probe.reading.models import Model
from grader.evidence.code.probe.reading.values import (
    UNKNOWN,
    Array,
    Made,
    Value,
)
from grader.evidence.code.probe.reading.work import spend


@dataclass
class Training(Building):
    """Follows a program and notes every training."""

    events: list[Event] = field(default_factory=list)
    seen: set[tuple[str, int | None]] = field(default_factory=set)
    """Where trainings stand that were noted, and of which model."""
    compiled: dict[int, Event] = field(default_factory=dict)
    """Number of a model to how it was last compiled, as a training that runs no epoch."""

    def progress(self) -> int:
        """How many layers were made, and trainings seen."""
        return self.layers_made + len(self.seen)

    def trainings_seen(self) -> int:
        """How many trainings were seen."""
        return len(self.events)

    def uncount(self, since: int, ended: Loop) -> None:
        """Say of the trainings from a number on that nobody knows how often they run.

        A training that is written as a loop runs once, however often the loop and those within it do.
        """
        own = {ended, *self.loops}
        self.events[since:] = [
            event if event.runs is None or event.loop in own else replace(event, runs=None)
            for event in self.events[since:]
        ]

    def compile(self, model: Model, arguments: Mapping[str, Value]) -> None:
        """Remember what the model is trained with."""
        model.compiled = dict(arguments)
        if isinstance(
            name := arguments.get("optimizer"), str
        ):  # an object, whose rate may be changed
            path = f"keras.optimizers.{optimizer_name(name)}"
            model.compiled = {**arguments, "optimizer": Made(path, {})}
        self.compiled[model.number] = self._event(model, {"epochs": 0}, runs=0)

    def fit(self, model: Model, arguments: Mapping[str, Value], runs: int | None = 1) -> Value:
        """Note a training, and give its history."""
        self.note(model, arguments, runs)
        epochs = arguments.get("epochs", 1)
        history = {"epochs": epochs, "epoch": Array((epochs if isinstance(epochs, int) else None,))}
        return Made("keras.callbacks.History", history)

    def note(
        self,
        model: Model | None,
        arguments: Mapping[str, Value],
        runs: int | None = 1,
        loop: Loop | None = None,
    ) -> None:
        """Note a training.

        Args:
            model: None for one that is not known.
            arguments: Of `fit`.
            runs: How often this call trains; None where that is not known.
            loop: The loop over epochs, of a training that is written as one.
        """
        event = self._event(model, arguments, runs, loop)
        shape = arrays.shape_of(loaders.images_of(arguments.get("x")))
        if model is not None and model.input_shape is None and shape:
            model.data_shape = shape[1:]
        self._record(event)
        if model is not None:
            model.fits += 1

    def _event(
        self,
        model: Model | None,
        arguments: Mapping[str, Value],
        runs: int | None,
        loop: Loop | None = None,
    ) -> Event:
        """What is known of a training, as the model is now."""
        images = loaders.images_of(arguments.get("x"))
        layers, parameters = ((), None) if model is None else describe_layers(model, images)
        compiled = {} if model is None else model.compiled
        optimizer, rate, states = optimizer_of(compiled.get("optimizer", UNKNOWN))
        seen = {item for layer in layers for item in layer.regularizer}
        return Event(
            where=self.where(),
            model=None if model is None else model.number,
            layers=layers,
            parameters=parameters,
            loss=loss_name(compiled.get("loss", UNKNOWN)),
            optimizer=optimizer,
            learning_rate=rate,
            stated_rate=states,
            epochs=_epochs(arguments) if loop is None else loop.rounds,
            batch_size=_whole(arguments.get("batch_size", loaders.batch_of(arguments.get("x")))),
            regularizer=tuple(sorted(seen, key=str)),
            validation=validation_of(arguments, images),
            data=data_of(arguments.get("x")),
            callbacks=callbacks_of(arguments.get("callbacks", ())),
            executed=self.executed,
            resumed=bool(model is not None and model.fits),
            runs=self._runs(runs, loop),
            loop=loop,
        )

    def _runs(self, runs: int | None, inner: Loop | None) -> int | None:
        """How often a call trains, as far as the loops around it are known; those of the training itself are not."""
        around = self.loops if inner is None else self.loops[: self.loops.index(inner)]
        return None if any(loop.rounds is None for loop in around) else runs

    def _record(self, event: Event) -> None:
        spend(20)
        self.events.append(event)
        self.seen.add((event.where, event.model))

    def where(self) -> str:
        """The place of the statement that is being followed."""
        return self.unit.where(self.line) if self.unit is not None else ""


def _epochs(arguments: Mapping[str, Value]) -> int | None:
    """How many epochs a `fit` takes; `epochs` is where it ends."""
    end, start = _whole(arguments.get("epochs", 1)), arguments.get("initial_epoch", 0)
    if end is None or not isinstance(start, int):
        return None
    return end - start


def _whole(value: Value) -> int | None:
    number = (
        value is not None and not isinstance(value, bool | str) and isinstance(value, int | float)
    )
    try:
        return int(value) if number or hasattr(value, "dtype") else None
    except (TypeError, ValueError, OverflowError):
        return None
