"""What reading code says and what running it recorded, as one table of trainings.

Reading is the first evidence, since it knows what was declared; the run confirms it and fills in what depends on
values. Where they differ, the row keeps what was read and names the field.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from grader.evidence.code.record import CodeReading, LayerRead, Training
from grader.evidence.code.run_record import CodeRun, CodeShown, TracedTraining
from grader.evidence.code.swept import distinct_regularizers, swept

#: Fields that are compared.
_COMPARED = ("parameters", "loss", "optimizer", "learning_rate", "epochs", "batch_size")

#: Packages that search for settings: their stand-ins make one trial.
_SEARCHES = frozenset({"keras_tuner", "kerastuner", "optuna", "talos", "hyperopt"})


def shown_code(reading: CodeReading, run: CodeRun | None) -> CodeShown:
    """What was read, with its trainings merged with what a run recorded.

    Args:
        reading: What was read.
        run: What was recorded; None where the code was not run.
    """
    trainings = merged_trainings(reading.trainings, run) if run else reading.trainings
    fields = msgspec.structs.asdict(reading) | {"trainings": trainings}
    return CodeShown(**fields, run=run)


def merged_trainings(read: Sequence[Training], run: CodeRun) -> tuple[Training, ...]:
    """The trainings that reading found, each with what the run says, and those only the run shows.

    Args:
        read: As the code reads.
        run: What was recorded.
    """
    traced = traced_rows(run.trainings)
    left = list(traced)
    rows: list[Training] = []
    for row in read:
        match = _match(row, read, left)
        if match is None:
            rows.append(row)
        else:
            left.remove(match)
            rows.append(_confirmed(row, match, _sure_fields(run)))
    known = {row.where: row for row in rows if row.layers}
    replaced = {row.where for row in left} - set(known)
    kept = [row for row in rows if row.layers or row.where not in replaced]
    return tuple(
        sorted((*kept, *left), key=lambda row: _order(row, read, traced)),
    )


def traced_rows(trainings: Iterable[TracedTraining]) -> list[Training]:
    """What ran, one row for each place and architecture, with what a loop sweeps as lists."""
    groups: dict[Any, list[TracedTraining]] = {}
    for training in trainings:
        groups.setdefault((training.where, _shape(training.layers)), []).append(training)
    return [_row(group) for group in groups.values()]


def _row(group: Sequence[TracedTraining]) -> Training:
    first = group[0]
    loops = {training.method for training in group} != {"fit"}
    return Training(
        where=first.where,
        layers=first.layers,
        parameters=first.parameters,
        loss=swept(training.loss for training in group),
        optimizer=swept(training.optimizer for training in group),
        learning_rate=swept(training.learning_rate for training in group),
        states_rate=any(training.states_rate for training in group),
        epochs=swept(training.epochs for training in group),
        batch_size=swept(training.batch_size for training in group),
        regularizer=distinct_regularizers(
            item for training in group for layer in training.layers for item in layer.regularizer
        ),
        validation=first.validation,
        data=_data(first),
        callbacks=tuple(dict.fromkeys(used.name for item in group for used in item.callbacks)),
        runs=None if loops else sum(training.calls for training in group),
        models=len({training.model for training in group}),
        run="added",
    )


def _match(row: Training, read: Sequence[Training], traced: Sequence[Training]) -> Training | None:
    """The traced row of the same place and architecture; of the same place where both are the only ones there."""
    here = [item for item in traced if item.where == row.where]
    shape = sorted(_shape(row.layers), key=repr)  # branches are listed in either order
    same = [item for item in here if sorted(_shape(item.layers), key=repr) == shape]
    if same:
        return same[0]
    alike = [item for item in here if _is_alike(item.layers, row.layers)]
    if len(alike) == 1:
        return alike[0]
    alone = sum(other.where == row.where for other in read) == 1
    return here[0] if alone and len(here) == 1 else None


def _sure_fields(run: CodeRun) -> tuple[str, ...]:
    """The fields in which a run fills gaps.

    Not the number of runs where it was cut short, and none that a search varies where a stand-in for the search made
    one trial.
    """
    if any(name.startswith("package ") and name[8:] in _SEARCHES for name in run.shims):
        return ("loss", "optimizer", "epochs", "batch_size", "validation", "data")
    cut = any(step.after_cut or step.status in ("timed out", "crashed") for step in run.steps)
    return (*_COMPARED, "validation", "data", *(() if cut else ("runs",)))


def _confirmed(row: Training, traced: Training, sure: Sequence[str]) -> Training:
    """A row that was read, its gaps filled by what ran, in the fields that are sure."""
    differences = [name for name in _COMPARED if _differ(getattr(row, name), getattr(traced, name))]
    filled: dict[str, Any] = {
        name: getattr(traced, name)
        for name in sure
        if _is_unknown(getattr(row, name)) and not _is_unknown(getattr(traced, name))
    }
    if "parameters" in sure and any(layer.parameters is None for layer in row.layers):
        filled["layers"] = traced.layers
    if _lacks_factors(row) and not _lacks_factors(traced) and "runs" in sure:
        filled["regularizer"] = traced.regularizer
    if "learning_rate" in filled:
        filled["states_rate"] = traced.states_rate
    if row.validation is not None and traced.validation is not None:
        if "unknown" not in (row.validation.kind, traced.validation.kind) and (
            row.validation.kind != traced.validation.kind
        ):
            differences.append("validation")
        elif row.validation.images is None:
            filled["validation"] = traced.validation
        elif traced.validation.consecutive:
            filled["validation"] = msgspec.structs.replace(row.validation, consecutive=True)
    return msgspec.structs.replace(
        row,
        **filled,
        executed=True,
        run="differs" if differences else "agrees",
        differences=tuple(differences),
    )


def _lacks_factors(row: Training) -> bool:
    """Whether a factor of its regularizers is not known."""
    return any(None in item.factors for item in row.regularizer)


def _differ(read: Any, ran: Any) -> bool:
    """Whether what ran is none of what was read; what either does not know differs in nothing."""
    known = {value for value in _listed(read) if not _is_unknown(value)}
    seen = {value for value in _listed(ran) if not _is_unknown(value)}
    unknown = len(known) < len(_listed(read))
    if unknown or not known or not seen:
        return False
    return not all(any(_is_same(one, other) for other in known) for one in seen)


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same, but for the digits that single precision loses."""
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-5)
    return bool(one == other)


def _is_unknown(value: Any) -> bool:
    return value in (None, "", "?") or (isinstance(value, tuple) and all(map(_is_unknown, value)))


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def same_model(one: Sequence[LayerRead], other: Sequence[LayerRead]) -> bool:
    """Whether two trainings are of one architecture, whatever a sweep changes; gaps of `other` may be anything."""
    return _shape(one) == _shape(other) or _is_alike(one, other)


def _shape(layers: Sequence[LayerRead]) -> tuple[Any, ...]:
    """An architecture without what a sweep changes."""
    return tuple(
        (
            layer.class_name,
            layer.units,
            layer.filters,
            layer.kernel_size,
            "" if layer.activation == "linear" else layer.activation,
        )
        for layer in layers
    )


def _is_alike(ran: Sequence[LayerRead], read: Sequence[LayerRead]) -> bool:
    """Whether an architecture may be one that was read with gaps."""
    return not read or (
        len(ran) == len(read)
        and all(
            one.class_name == other.class_name
            and all(
                getattr(other, name) in (None, "", "?", getattr(one, name))
                for name in ("units", "filters", "activation")
            )
            for one, other in zip(ran, read, strict=True)
        )
    )


def _data(training: TracedTraining) -> str:
    images = training.images
    return f"{images.dataset}/{images.split}" if images is not None and images.dataset else ""


def _order(row: Training, read: Sequence[Training], traced: Sequence[Training]) -> tuple[int, int]:
    """Rows in the order they were read, those only the run shows after what stands before them."""
    places = [item.where for item in read]
    if row.where in places:
        return places.index(row.where), 0
    ran = [item.where for item in traced]
    before = [where for where in ran[: ran.index(row.where)] if where in places]
    return (places.index(before[-1]) if before else -1), 1
