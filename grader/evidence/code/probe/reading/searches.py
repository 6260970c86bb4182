"""Trainings that scikit-learn or a tuner starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from grader.evidence.code.probe.reading.arguments import bind
from grader.evidence.code.probe.reading.models import Model
from grader.evidence.code.probe.reading.operations import iterated
from grader.evidence.code.probe.reading.steps import Steps
from grader.evidence.code.probe.reading.values import UNKNOWN, Function, Made, Object, Value

#: Combinations of a grid that are followed.
_COMBINATIONS = 200


@dataclass
class Searches(Steps):
    """Follows a program and notes the trainings of searches."""

    def wrapped_fit(
        self, owner: Made, positional: Sequence[Value], named: Mapping[str, Value]
    ) -> Value:
        """A training through scikit-learn's interface."""
        given = {key: value for key, value in owner.arguments.items() if key != "build_fn"}
        self._build_and_fit(owner, bind("Model.fit", positional, {**given, **named}), {})
        return owner

    def searched(
        self, owner: Made, positional: Sequence[Value], named: Mapping[str, Value]
    ) -> Value:
        """A grid search: one training for each combination and fold."""
        wrapper = owner.arguments.get("estimator", owner.arguments.get("0"))
        grid = owner.arguments.get("param_grid", owner.arguments.get("1"))
        if not isinstance(wrapper, Made) or "build_fn" not in wrapper.arguments:
            return owner
        folds = owner.arguments.get("cv", 5)
        for combination in grid_of(grid):
            plain = {key.rpartition("__")[2]: value for key, value in combination.items()}
            given = {key: value for key, value in wrapper.arguments.items() if key != "build_fn"}
            arguments = bind("Model.fit", positional, {**given, **plain, **named})
            self._build_and_fit(
                wrapper, arguments, plain, folds if isinstance(folds, int) else None
            )
        return owner

    def _build_and_fit(
        self,
        wrapper: Made,
        arguments: Mapping[str, Value],
        settings: Mapping[str, Value],
        runs: int | None = 1,
    ) -> None:
        builder = wrapper.arguments.get("build_fn")
        if isinstance(builder, Function):
            names = {item.arg for item in (*builder.node.args.args, *builder.node.args.kwonlyargs)}
            own = {key.rpartition("__")[2]: value for key, value in wrapper.arguments.items()}
            known = {**own, **settings}
            builder = self.invoke(builder, [], {key: known[key] for key in names & known.keys()})
        if isinstance(builder, Model):
            self.fit(builder, arguments, runs)

    def tuned(self, owner: Made, positional: list[Value], named: dict[str, Value]) -> Value:
        """A search over settings: the model it builds, trained as the search says."""
        builder = owner.arguments.get("hypermodel", owner.arguments.get("0"))
        model = None
        if isinstance(builder, Function):
            model = self.invoke(builder, [UNKNOWN], {})
        elif isinstance(builder, Object) and isinstance(
            build := builder.cls.member("build"), Function
        ):
            model = self.invoke(build, [builder, UNKNOWN], {})
        if isinstance(model, Model):
            self.fit(model, bind("Model.fit", positional, named), runs=None)
        return None


def grid_of(grid: Value) -> list[dict[str, Value]]:
    """The combinations of a grid of settings; one of unknown settings where the grid is not known."""
    parts = grid if isinstance(grid, list | tuple) else [grid]
    found: list[dict[str, Value]] = []
    for part in parts:
        if isinstance(part, dict):
            lists = [
                items
                if isinstance(value, list | tuple | range) and (items := iterated(value))
                else [UNKNOWN]
                for value in part.values()
            ]
            few = islice(product(*lists), _COMBINATIONS)
            found += [dict(zip(part, values, strict=True)) for values in few]
    return found[:_COMBINATIONS] or [{}]
