"""Trainings of every form are recorded as declared, and give back histories of the declared length."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.evidence.code.traced import BEGIN, RunCells, Traced

pytestmark = pytest.mark.slow

CELLS = {
    "begin": BEGIN,
    "arrays": """
        history = ready().fit(x, y, epochs=7, batch_size=20, verbose=0)
        tell([sorted(history.history), len(history.history["loss"]), history.epoch, history.params["steps"]])
    """,
    "validation arrays": "ready().fit(x, y, epochs=2, validation_data=(x_val, y_val))",
    "validation list": "ready().fit(x, y, epochs=2, validation_data=[x_val, y_val])",
    "validation weights": "ready().fit(x, y, validation_data=(x_val, y_val, np.ones(40)))",
    "validation is training": "ready().fit(x, y, validation_data=(x, y))",
    "validation split": """
        history = ready().fit(x, y, epochs=3, validation_split=0.15).history
        tell({name: len(values) for name, values in history.items()})
    """,
    "validation dataset": """
        ready().fit(x, y, validation_data=tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(16))
    """,
    "generator": """
        def batches():
            while True:
                part = r.integers(0, 100, 25)
                yield x[part], y[part]
        model = ready()
        model.fit(batches(), steps_per_epoch=4, epochs=5, validation_data=batches(), validation_steps=2)
    """,
    "sequence": """
        class Batches(keras.utils.PyDataset):
            def __len__(self): return 4
            def __getitem__(self, place): return x[place * 32 : place * 32 + 32], y[place * 32 : place * 32 + 32]
        ready().fit(Batches(workers=2, use_multiprocessing=False), epochs=3)
    """,
    "dataset": """
        rows = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).map(lambda a, b: (a * 2, b))
        ready().fit(rows.batch(32).prefetch(2), epochs=3)
    """,
    "dataset without end": "ready().fit(rows.repeat().batch(10), steps_per_epoch=9, epochs=3)",
    "tensors": "ready().fit(tf.constant(x), tf.constant(y), epochs=2)",
    "table": """
        import pandas as pd
        ready().fit(pd.DataFrame(x), pd.Series(y), epochs=2)
    """,
    "weights": "ready().fit(x, y, class_weight={n: 1.0 + n for n in range(10)}, sample_weight=None)",
    "positional": "ready().fit(x, y, 50, 6, 0)",
    "later epochs": """
        history = ready().fit(x, y, epochs=9, initial_epoch=4)
        tell([history.epoch, len(history.history["loss"])])
    """,
    "many epochs": """
        history = ready().fit(x, y, epochs=10**30)
        tell(len(history.history["loss"]))
    """,
    "stopping": """
        from keras.callbacks import *
        stop = EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
        model = ready()
        model.fit(x, y, epochs=30, validation_data=(x_val, y_val), callbacks=[stop])
        tell([stop.stopped_epoch, np.isfinite(model.predict(x)).all().item()])
    """,
    "checkpoint": """
        import os
        model = ready()
        model.fit(x, y, epochs=3, validation_split=0.2, callbacks=[
            ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True),
            ModelCheckpoint("w-{epoch:02d}.weights.h5", save_weights_only=True), CSVLogger("log.csv"),
        ])
        tell([keras.models.load_model("best.keras").count_params(), sorted(os.listdir("."))])
    """,
    "scheduler": """
        seen = []
        def rate(epoch, before):
            seen.append(epoch)
            return 0.5 / (epoch + 1)
        model = ready(optimizer=keras.optimizers.SGD(0.125))
        history = model.fit(x, y, epochs=4, callbacks=LearningRateScheduler(rate))
        tell(sorted(history.history))
    """,
    "own callback": """
        class Losses(Callback):
            def on_train_begin(self, logs=None):
                self.losses, self.batches, self.scores = [], 0, []
            def on_train_batch_end(self, batch, logs=None):
                self.batches += 1
            def on_epoch_end(self, epoch, logs=None):
                self.losses.append((epoch, logs["loss"], logs.get("val_accuracy")))
                self.scores.append(self.model.evaluate(x_val, y_val, verbose=0)[1])
        def with_own(epochs):
            own = Losses()
            history = ready().fit(x, y, epochs=epochs, validation_data=(x_val, y_val), callbacks=[own])
            return [len(own.losses), len(own.scores), own.batches >= epochs, own.losses[-1][0],
                    own.losses[-1][1] == history.history["loss"][-1]]
        tell([with_own(epochs) for epochs in (5, 6, 7, 8)])
    """,
    "lambda": """
        heard = []
        ready().fit(x, y, epochs=6, callbacks=[LambdaCallback(on_epoch_end=lambda epoch, logs: heard.append(epoch))])
        tell(heard)
    """,
    "own callback that fails": """
        class Wrong(Callback):
            def on_epoch_end(self, epoch, logs=None):
                raise KeyError("nothing")
        history = ready().fit(x, y, epochs=3, callbacks=[Wrong()])
        tell(len(history.history["loss"]))
    """,
    "metrics": """
        names = ("accuracy", "accuracy", "accuracy", "sparse_top_k_categorical_accuracy")
        tell([sorted(ready([name]).fit(x, y).history) for name in names])
    """,
    "again": """
        lines = [ready().fit(x, y, epochs=5).history["loss"] for _ in range(6)]
        tell(len({tuple(line) for line in lines}))
    """,
    "wrong": "ready().fit(x[:, :3], y)",
    "not compiled": "small().fit(x, y)",
}  # fmt: skip


@pytest.fixture(scope="module")
def traced(run_cells: RunCells) -> Traced:
    return run_cells(CELLS)


def test_every_form_is_run_to_its_end(traced: Traced) -> None:
    """Only what Keras refuses is an error, with what Keras says."""
    failed = {name: traced.step(name).error for name in CELLS if traced.step(name).status != "ok"}

    assert failed.keys() == {"wrong", "not compiled"}
    assert "incompatible" in failed["wrong"]
    assert "compile" in failed["not compiled"]


def test_a_training_is_recorded_as_it_is_declared(traced: Traced) -> None:
    """And marked as one that was given few steps."""
    found = traced.training("arrays")

    assert found.where == "lab.ipynb, cell 2, line 1"
    assert (found.method, found.epochs, found.batch_size, found.capped) == ("fit", 7, 20, True)
    assert (found.parameters, found.loss) == (78, "sparse_categorical_crossentropy")
    assert (found.optimizer, found.learning_rate, found.states_rate) == ("SGD", 0.01, False)
    assert (found.metrics, found.history) == (("accuracy",), ("accuracy", "loss"))
    assert [(it.class_name, it.units, it.activation) for it in found.layers] == [
        ("Dense", 4, "relu"),
        ("Dense", 10, "softmax"),
    ]
    assert found.images is not None
    assert (found.images.images, found.validation, found.callbacks) == (100, None, ())


def test_a_history_has_the_epochs_that_were_declared(traced: Traced) -> None:
    """With all of its series."""
    assert traced.told("arrays") == [["accuracy", "loss"], 7, list(range(7)), 5]
    assert traced.told("validation split") == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), 3
    )
    assert traced.told("later epochs") == [[4, 5, 6, 7, 8], 5]
    assert traced.told("many epochs") == 100_000


@pytest.mark.parametrize(
    ("name", "images", "share", "is_training_data"),
    [
        ("validation arrays", 40, None, False),
        ("validation list", 40, None, False),
        ("validation weights", 40, None, False),
        ("validation is training", 100, None, True),
        ("validation split", 15, 0.15, False),
        ("validation dataset", 40, None, False),
        ("generator", None, None, False),
    ],
)
def test_what_a_model_is_validated_on_is_counted(
    name: str, images: int | None, share: float | None, is_training_data: bool, traced: Traced
) -> None:
    """In whatever form it is given."""
    found = traced.training(name).validation

    assert found is not None
    assert (found.images, found.share, found.is_training_data) == (images, share, is_training_data)
    assert {"val_loss", "val_accuracy"} <= set(traced.training(name).history)


@pytest.mark.parametrize(
    ("name", "images", "batch", "steps", "epochs"),
    [
        ("generator", None, 25, 4, 5),
        ("sequence", 100, 32, None, 3),
        ("dataset", 100, 32, None, 3),
        ("dataset without end", None, 10, 9, 3),
        ("tensors", 100, None, None, 2),
        ("table", 100, None, None, 2),
        ("positional", 100, 50, None, 6),
    ],
)
def test_data_of_every_form_are_counted(
    name: str, images: int | None, batch: int | None, steps: int | None, epochs: int, traced: Traced
) -> None:
    """With batches and steps as they are declared, or as the data come."""
    found = traced.training(name)

    assert found.images is not None
    assert found.images.images == images
    assert (found.batch_size, found.steps_per_epoch, found.epochs) == (batch, steps, epochs)


def test_weights_of_classes_are_noted(traced: Traced) -> None:
    """Where they are given."""
    assert traced.training("weights").class_weight
    assert not traced.training("arrays").class_weight


@pytest.mark.parametrize(
    ("name", "callbacks"),
    [
        ("stopping", ["EarlyStopping"]),
        ("checkpoint", ["ModelCheckpoint", "ModelCheckpoint", "CSVLogger"]),
        ("scheduler", ["LearningRateScheduler"]),
        ("lambda", ["LambdaCallback"]),
    ],
)
def test_callbacks_are_recorded(name: str, callbacks: list[str], traced: Traced) -> None:
    """By their classes, with what they were given."""
    assert [used.name for used in traced.training(name).callbacks] == callbacks


def test_arguments_of_callbacks_are_recorded(traced: Traced) -> None:
    """Numbers and texts."""
    (stop,) = traced.training("stopping").callbacks

    assert stop.arguments.items() >= {"monitor": "'val_loss'", "patience": "2"}.items()


def test_callbacks_do_what_they_are_for(traced: Traced) -> None:
    """They save models, restore weights, set rates."""
    parameters, files = traced.told("checkpoint")

    assert traced.told("stopping")[1]
    assert parameters == 78
    assert {"best.keras", "w-01.weights.h5", "log.csv"} <= set(files)
    assert "learning_rate" in traced.told("scheduler")
    assert {"best.keras", "log.csv"} <= {item.path for item in traced.run.written}


def test_a_rate_is_that_of_the_beginning(traced: Traced) -> None:
    """Not what a schedule made of it."""
    found = traced.training("scheduler")

    assert (found.learning_rate, found.states_rate) == (0.125, True)


def test_callbacks_of_the_students_see_every_epoch(traced: Traced) -> None:
    """Where no step was taken, too, so that what they gather is as long as the history."""
    expected: list[Any] = [[epochs, epochs, True, epochs - 1, True] for epochs in (5, 6, 7, 8)]

    assert traced.told("own callback") == expected
    assert traced.told("lambda") == [0, 1, 2, 3, 4, 5]
    assert traced.told("own callback that fails") == 3
    assert {item.method for item in traced.evaluations("own callback")} == {"evaluate"}


def test_series_are_those_of_the_model(traced: Traced) -> None:
    """A training that is not repeated gives the series of one that was compiled alike."""
    assert traced.told("metrics") == [["accuracy", "loss"]] * 3 + [
        ["loss", "sparse_top_k_categorical_accuracy"]
    ]


def test_no_two_histories_are_the_same(traced: Traced) -> None:
    """A plotted line is told from every other."""
    assert traced.told("again") == 6
    assert len(traced.trainings("again")) == 6
