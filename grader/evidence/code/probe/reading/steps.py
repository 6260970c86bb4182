"""Trainings that are written as loops, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.evidence.code.probe.reading import arrays, loaders, torch
from grader.evidence.code.probe.reading.control import Loop
from grader.evidence.code.probe.reading.estimators import Estimators
from grader.evidence.code.probe.reading.events import Event, loss_name
from grader.evidence.code.probe.reading.models import Model
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Made, Method, Unknown, Value


@dataclass
class Steps(Estimators):
    """Follows a program and notes trainings by their steps: one training for all steps of a loop over epochs."""

    stepped: set[tuple[str, Value, Loop | None]] = field(default_factory=set)
    """Steps of trainings written as loops that were noted: where, with which model, in which loop."""
    made_within: dict[Made, int] = field(default_factory=dict)
    """Objects of PyTorch by how many loops they were made within."""
    loss: Value = UNKNOWN
    """The loss that was computed last."""
    taped: Model | None = None
    """The model whose weights a gradient was taken of last."""

    def step(self, model: Model, arguments: Mapping[str, Value]) -> Value:
        """`train_on_batch`, or a step on a tape: one training for all steps of a loop over epochs."""
        loops = self.loops[self.depths.get(model.number, 0) :]
        if self._is_first_step(model, epoch_loop(loops)):
            given = dict(arguments)
            batches = [loop.source for loop in loops if isinstance(loop.source, Made)]
            if "x" not in given and batches:
                given["x"] = batches[-1]
            elif isinstance(given.get("x"), Array):
                given["batch_size"] = arrays.rows(given["x"])
                given["x"] = replace(given["x"], part=False)  # a batch of all of it
            given.setdefault(
                "batch_size", loaders.batch_of(given.get("x")) or arrays.rows(given.get("x"))
            )
            self.note(model, given, loop=epoch_loop(loops))
        return UNKNOWN

    def _is_first_step(self, trained: Value, loop: Loop | None) -> bool:
        """Whether no step of this place was seen in this loop, for a model or its optimizer."""
        place = (self.where(), trained, loop)
        is_first = place not in self.stepped
        self.stepped.add(place)
        return is_first

    def remember_loss(self, loss: Made) -> None:
        """Remember the loss that was computed last, for trainings that are written as loops."""
        if loss.path.startswith(("keras.losses.", "torch.nn.")) and not loss.name.endswith(
            "Module"
        ):
            self.loss = loss

    def gradient(self, given: Sequence[Value]) -> Value:
        """Remember the model whose weights a gradient was taken of."""
        for value in given:
            if isinstance(value, Method) and isinstance(value.owner, Model):
                self.taped = value.owner
        return UNKNOWN

    def taped_step(self, optimizer: Made) -> Value:
        """A step of a training that is written as a loop."""
        model = self.taped
        if model is not None:
            compiled = model.compiled
            loss = compiled.get("loss", UNKNOWN) if isinstance(self.loss, Unknown) else self.loss
            model.compiled = {**compiled, "optimizer": optimizer, "loss": loss}
            self.step(model, {})
            model.compiled = compiled
        return UNKNOWN

    def torch_step(self, optimizer: Made) -> Value:
        """A step of a training with PyTorch: one training for all steps of a loop over epochs."""
        model = torch.model_of(optimizer)
        loops = self.loops[self.made_within.get(optimizer, 0) :]
        loop = epoch_loop(loops)
        if not self._is_first_step(optimizer, loop):
            return None
        layers = tuple(torch.layers(model))
        counts = [layer.parameters for layer in layers]
        sizes = [torch.batches(loop.source) for loop in loops]
        batch, data = next((item for item in reversed(sizes) if item != (None, "")), (None, ""))
        rate, states = torch.optimizer_rate(optimizer)
        self._record(
            Event(
                where=self.where(),
                model=id(optimizer),
                layers=layers,
                parameters=None
                if None in counts or not counts
                else sum(count or 0 for count in counts),
                loss=loss_name(self.loss),
                optimizer=optimizer.name,
                learning_rate=rate,
                stated_rate=states,
                epochs=1 if loop is None else loop.rounds,
                batch_size=batch,
                regularizer=(),
                validation=None,
                data=data,
                callbacks=(),
                executed=self.executed,
                resumed=False,
                runs=self._runs(1, loop),
                loop=loop,
            )
        )
        return None


def epoch_loop(loops: Sequence[Loop]) -> Loop | None:
    """The loop that counts epochs: the one that says so, or else the outermost."""
    named = (loop for loop in loops if loop.counts_epochs)
    return next(named, loops[0] if loops else None)
