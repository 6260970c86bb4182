"""What was read and what ran become one table."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence.code.merged import merged_trainings, traced_rows
from grader.evidence.code.record import LayerRead, Regularizer, Training, ValidationRead
from grader.evidence.code.run_record import (
    ArrayOrigin,
    CallbackUsed,
    CodeRun,
    StepRun,
    TracedTraining,
)


def dense(units: int | None, **more: Any) -> LayerRead:
    return LayerRead(class_name="Dense", units=units, **more)


LAYERS = (dense(32, activation="relu", parameters=64), dense(10, parameters=330))
COMMON: dict[str, Any] = {
    "where": "a.py:1", "layers": LAYERS, "parameters": 394, "loss": "mean_squared_error",
    "optimizer": "SGD", "learning_rate": 0.1, "epochs": 5, "batch_size": 32,
}  # fmt: skip


def read(**fields: Any) -> Training:
    return Training(**{**COMMON, **fields})


def ran(**fields: Any) -> TracedTraining:
    return TracedTraining(**{**COMMON, "model": 1, **fields})


def merged(rows: list[Training], *traced: TracedTraining) -> tuple[Training, ...]:
    return merged_trainings(rows, CodeRun(files=("a.py",), trainings=traced))


def test_what_was_read_and_ran_alike_agrees() -> None:
    """Nothing else of the row changes."""
    (row,) = merged([read()], ran())

    assert (row.run, row.differences) == ("agrees", ())
    assert row.layers == LAYERS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("parameters", 7), ("loss", "mean_absolute_error"), ("optimizer", "Adam"),
        ("learning_rate", 0.01), ("epochs", 6), ("batch_size", 16),
    ],
)  # fmt: skip
def test_a_field_that_ran_otherwise_is_named(field: str, value: Any) -> None:
    """What was read stays."""
    (row,) = merged([read()], ran(**{field: value}))

    assert (row.run, row.differences) == ("differs", (field,))
    assert getattr(row, field) == COMMON[field]


@pytest.mark.parametrize("rate", [1 / 30, 0.1, 1e-3, 3, 10**-2.5])
def test_digits_that_single_precision_loses_are_no_difference(rate: float) -> None:
    """The record of a run keeps seven digits."""
    (row,) = merged([read(learning_rate=rate)], ran(learning_rate=float(f"{rate:.7g}")))

    assert row.run == "agrees"


@pytest.mark.parametrize(
    "field", ["parameters", "loss", "optimizer", "learning_rate", "epochs", "batch_size"]
)
@pytest.mark.parametrize("gap", ["read", "ran"])
def test_gaps_are_filled_and_differ_in_nothing(field: str, gap: str) -> None:
    """Whichever of the two does not know."""
    empty = "" if isinstance(COMMON[field], str) else None
    rows = [read(**{field: empty} if gap == "read" else {})]
    (row,) = merged(rows, ran(**{field: empty} if gap == "ran" else {}))

    assert row.run == "agrees"
    assert getattr(row, field) == COMMON[field]


def test_layers_and_validation_are_filled() -> None:
    """Shapes that depend on data are known once it ran."""
    validation = ValidationRead(kind="test", images=10_000)
    unread = (dense(32, activation="?"), dense(None))
    traced = ran(validation=validation, images=ArrayOrigin(dataset="mnist", split="train"))
    (row,) = merged([read(layers=unread, validation=ValidationRead(kind="unknown"))], traced)

    assert (row.layers, row.validation, row.data) == (LAYERS, validation, "mnist/train")
    assert row.run == "agrees"


def test_a_row_without_layers_is_the_training_of_its_place() -> None:
    """A model that could not be read at all."""
    (row,) = merged([read(layers=(), parameters=None)], ran())

    assert (row.parameters, row.run) == (394, "agrees")


def test_a_row_without_layers_gives_way_to_several_trainings_of_its_place() -> None:
    """One for each architecture."""
    other = (dense(64), dense(10))
    rows = merged([read(layers=(), parameters=None)], ran(), ran(layers=other))

    assert [row.layers for row in rows] == [LAYERS, other]
    assert {row.run for row in rows} == {"added"}


def test_a_loop_is_one_row_with_what_it_sweeps() -> None:
    """Rates, losses, factors; the models are counted, and the fits of each."""
    factors = (0.1, 0.01)
    traced = [
        ran(
            model=number,
            learning_rate=factor,
            layers=(
                dense(1, regularizer=(Regularizer(target="kernel", norm="l2", factors=(factor,)),)),
            ),
            callbacks=(CallbackUsed(name="EarlyStopping"),),
            calls=2,
        )
        for number, factor in enumerate(factors, 1)
    ]
    (row,) = traced_rows(traced)

    assert row.learning_rate == factors
    assert row.regularizer == (Regularizer(target="kernel", norm="l2", factors=factors),)
    assert (row.runs, row.models, row.callbacks) == (4, 2, ("EarlyStopping",))
    assert (row.epochs, row.run) == (5, "added")


def test_a_model_that_is_trained_again_and_again_is_one() -> None:
    """Its fits differ in something, or in nothing."""
    (row,) = traced_rows([ran(calls=3), ran(epochs=9)])

    assert (row.runs, row.models, row.epochs) == (4, 1, (5, 9))


def test_single_steps_have_no_number_of_trainings() -> None:
    """Nobody knows where one ends."""
    (row,) = traced_rows([ran(method="train_on_batch", calls=200)])

    assert row.runs is None


def test_a_sweep_that_ran_in_part_agrees() -> None:
    """A loop may be left early."""
    (row,) = merged(
        [read(learning_rate=(0.1, 0.01, 0.001))], ran(), ran(learning_rate=0.01, model=2)
    )

    assert (row.run, row.learning_rate) == ("agrees", (0.1, 0.01, 0.001))


def test_a_sweep_of_which_one_could_not_be_read_differs_in_nothing() -> None:
    """The one that ran may be that."""
    (row,) = merged([read(learning_rate=(0.1, None))], ran(learning_rate=0.7))

    assert row.run == "agrees"


def test_what_did_not_run_stays_as_it_was_read() -> None:
    """Nothing is said of it."""
    (row,) = merged([read()])

    assert row == read()


def test_what_was_thought_to_be_never_reached_was() -> None:
    """The run knows."""
    (row,) = merged([read(executed=False, runs=None)], ran(calls=3))

    assert (row.executed, row.runs) == (True, 3)


def test_rows_stand_in_the_order_of_the_code() -> None:
    """Those only the run shows after what ran before them."""
    rows = merged(
        [read(where="a.py:9"), read(where="a.py:5")],
        ran(where="a.py:1"),
        ran(where="a.py:9"),
        ran(where="a.py:10"),
        ran(where="a.py:5"),
        ran(where="a.py:6"),
    )

    assert [(row.where, row.run) for row in rows] == [
        ("a.py:1", "added"),
        ("a.py:9", "agrees"),
        ("a.py:10", "added"),
        ("a.py:5", "agrees"),
        ("a.py:6", "added"),
    ]


def test_two_models_at_one_place_each_find_their_row() -> None:
    """By their architecture."""
    wide = (dense(64), dense(10))
    rows = merged([read(), read(layers=wide, epochs=7)], ran(layers=wide, epochs=8), ran())

    assert [(row.layers, row.run) for row in rows] == [(LAYERS, "agrees"), (wide, "differs")]


def test_one_row_of_a_place_is_the_only_training_there() -> None:
    """Whatever each calls the layers: a ready model is a layer's name to one and a graph to the other."""
    ready = (LayerRead(class_name="ResNet50"), LayerRead(class_name="Dense", units=10))
    graph = (LayerRead(class_name="Functional"), LayerRead(class_name="Dense", units=10))
    read = (Training(where="a.py:3", layers=ready, epochs=10),)
    run = CodeRun(
        files=("a.py",),
        trainings=(TracedTraining(where="a.py:3", layers=graph, parameters=7, epochs=10),),
    )
    (row,) = merged_trainings(read, run)

    assert (row.run, row.parameters) == ("agrees", 7)


def test_a_run_that_was_cut_does_not_say_how_often() -> None:
    """Nor does a search for settings that a stand-in made one trial of say what it varies."""
    layers = (LayerRead(class_name="Dense", units=1, activation="linear"),)
    read = (Training(where="a.py:3", layers=layers, runs=None, learning_rate=None),)
    bare = (LayerRead(class_name="Dense", units=1),)
    traced = (TracedTraining(where="a.py:3", layers=bare, epochs=2, learning_rate=0.5, calls=4),)
    cut = CodeRun(
        files=("a.py",), trainings=traced, steps=(StepRun(where="a.py:1", after_cut=True),)
    )
    searched = CodeRun(files=("a.py",), trainings=traced, shims={"package optuna": 1})

    (row,) = merged_trainings(read, cut)
    assert (row.run, row.runs, row.learning_rate, row.epochs) == ("agrees", None, 0.5, 2)
    (row,) = merged_trainings(read, searched)
    assert (row.runs, row.learning_rate, row.epochs) == (None, None, 2)


def test_another_validation_is_a_difference() -> None:
    """What was read stays."""
    layers = (LayerRead(class_name="Dense", units=1, parameters=5),)
    read = (
        Training(where="a.py:3", layers=layers, validation=ValidationRead(kind="split", share=0.2)),
    )
    traced = TracedTraining(
        where="a.py:3", layers=layers, validation=ValidationRead(kind="test", images=10_000)
    )
    (row,) = merged_trainings(read, CodeRun(files=("a.py",), trainings=(traced,)))

    assert (row.run, row.differences) == ("differs", ("validation",))
    assert row.validation == ValidationRead(kind="split", share=0.2)


def test_factors_that_reading_does_not_know_are_those_of_the_run() -> None:
    """Random factors are known once they were drawn; factors that were read stay."""
    regularized = [
        (dense(32, regularizer=(Regularizer(target="kernel", norm="l2", factors=(factor,)),)),)
        for factor in (1e-5, 2e-4)
    ]
    unknown = read(
        layers=regularized[0],
        regularizer=(Regularizer(target="kernel", norm="l2", factors=(None,)),),
    )
    known = read(layers=regularized[0], regularizer=regularized[0][0].regularizer)
    traced = [ran(layers=layers) for layers in regularized]

    (filled,), (kept,) = merged([unknown], *traced), merged([known], *traced)

    assert [item.factors for item in filled.regularizer] == [(1e-5, 2e-4)]
    assert [item.factors for item in kept.regularizer] == [(1e-5,)]
