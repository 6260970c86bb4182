"""Single trainings: what they are trained with, and whether and how often they run."""

from __future__ import annotations

import pytest

from grader.evidence.code.probe.reading.read import read_code
from tests.unit.evidence.code.reading.programs import BUILT, notebook, read, training, trainings


def test_what_a_training_says_is_read() -> None:
    """Where it stands, the network, its loss, optimizer and rate, the data, epochs and batches."""
    found = training("""
        stop = keras.callbacks.EarlyStopping(patience=3)
        build().fit(x, y, epochs=20, batch_size=64, validation_data=(x_test, y_test), callbacks=[stop])
        """)

    assert (found.parameters, found.loss) == (BUILT, "categorical_crossentropy")
    assert (found.optimizer, found.learning_rate, found.states_rate) == ("SGD", 0.1, True)
    assert (found.epochs, found.batch_size, found.data) == (20, 64, "mnist/train")
    assert found.validation is not None
    assert (found.validation.kind, found.validation.images) == ("test", 10_000)
    assert (found.callbacks, found.executed, found.runs) == (("EarlyStopping",), True, 1)


def test_what_is_not_written_is_as_keras_has_it() -> None:
    """One epoch; the batch size is left open, and the rate is the optimizer's own."""
    found = training("""
        model = Sequential([Dense(1)])
        model.compile("rmsprop", "mse")
        model.fit(x, y)
        """)

    assert (found.epochs, found.batch_size) == (1, None)
    assert (found.optimizer, found.learning_rate, found.states_rate) == ("RMSprop", 0.001, False)


@pytest.mark.parametrize(
    ("optimizer", "name", "rate", "states"),
    [
        ("'sgd'", "SGD", 0.01, False),
        ("optimizers.Adam()", "Adam", 0.001, False),
        ("optimizers.Adam(0.5)", "Adam", 0.5, True),
        ("optimizers.SGD(lr=1e-2, momentum=0.9)", "SGD", 0.01, True),
        ("tf.keras.optimizers.legacy.SGD(learning_rate=2e-3)", "SGD", 0.002, True),
        ("getattr(optimizers, 'Adagrad')(10 ** -2)", "Adagrad", 0.01, True),
        ("optimizers.get('nadam')", "Nadam", 0.001, False),
        ("optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 5, 0.9))", "SGD", 0.1, True),
        ("optimizers.SGD(learning_rate=some_rate)", "SGD", None, True),
        ("some_optimizer", "", None, False),
    ],
)
def test_optimizers(optimizer: str, name: str, rate: float | None, states: bool) -> None:
    """By their names of today, with the rate that is written."""
    found = training(f"""
        model = build()
        model.compile(optimizer={optimizer}, loss="mse")
        model.fit(x, y)
        """)

    assert (found.optimizer, found.learning_rate, found.states_rate) == (name, rate, states)


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        ("'mse'", "mean_squared_error"),
        ("keras.losses.MeanSquaredError()", "mean_squared_error"),
        ("keras.losses.categorical_crossentropy", "categorical_crossentropy"),
        ("tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)", "sparse_categorical_crossentropy"),
        ("['mse', 'mae']", "mean_squared_error, mean_absolute_error"),
        ("own_loss", ""),
    ],
)  # fmt: skip
def test_losses(loss: str, name: str) -> None:
    """A loss has the name that Keras has for it as a text."""
    found = training(f"model = build()\nmodel.compile(loss={loss})\nmodel.fit(x, y)")

    assert found.loss == name


@pytest.mark.parametrize(
    "change",
    [
        "keras.backend.set_value(model.optimizer.lr, 0.5)",
        "keras.backend.set_value(model.optimizer.learning_rate, 0.5)",
        "model.optimizer.learning_rate = 0.5",
        "model.optimizer.learning_rate.assign(0.5)",
        "model.compile('sgd', 'mse'); model.optimizer.lr = 1 / 2",
    ],
)
def test_a_rate_that_is_changed_between_trainings(change: str) -> None:
    """The second training has the new rate."""
    first, second = trainings(f"model = build()\nmodel.fit(x, y)\n{change}\nmodel.fit(x, y)")

    assert (first.learning_rate, second.learning_rate) == (0.1, 0.5)


@pytest.mark.parametrize(
    ("call", "epochs", "batch"),
    [
        ("fit(x, y, 128, 5)", 5, 128),
        ("fit(x, y, nb_epoch=5)", 5, None),
        ("fit(x, y, epochs=EPOCHS, batch_size=2 ** 7)", 12, 128),
        ("fit(x, y, **{'epochs': 5, 'batch_size': 16})", 5, 16),
        ("fit(x, y, initial_epoch=4, epochs=10)", 6, None),
        ("fit(x, y, epochs=int(input()))", None, None),
        ("fit(x, y, epochs=arguments.epochs)", 7, None),
        ("fit(x, y, epochs=7 if quick else 7)", 7, None),
        ("fit(x, y, epochs=len([e for e in range(9) if e % 2]))", 4, None),
        ("fit(x, y, batch_size=x.shape[0] // 600)", 1, 100),
    ],
)
def test_epochs_and_batches_are_worked_out(
    call: str, epochs: int | None, batch: int | None
) -> None:
    """Constants, arithmetic and arguments of the command line are followed."""
    found = training(f"""
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--epochs", type=int, default=7)
        arguments = parser.parse_args()
        EPOCHS = 12
        build().{call}
        """)

    assert (found.epochs, found.batch_size) == (epochs, batch)


def test_one_model_that_is_trained_again() -> None:
    """Trainings at two places are two rows; in a loop they are one row of one model."""
    found = trainings("""
        model = build()
        model.fit(x, y, epochs=1)
        for _ in range(3):
            model.fit(x, y, epochs=2)
        """)

    assert [(item.runs, item.models) for item in found] == [(1, 1), (3, 1)]


@pytest.mark.parametrize(
    "program",
    [
        "def unused():\n    build().fit(x, y)",
        "class Unused:\n    def run(self):\n        build().fit(x, y)",
        "class Unused:\n    def __init__(self):\n        exit()\n    def run(self):\n        build().fit(x, y)",
        "if False:\n    build().fit(x, y)",
        "if 0:\n    pass\nelif DEBUG:\n    build().fit(x, y)",
        "raise SystemExit\nbuild().fit(x, y)",
        "import sys\nsys.exit()\nbuild().fit(x, y)",
        "exit(0)\nbuild().fit(x, y)",
        "assert False\nbuild().fit(x, y)",
        "if __name__ == 'lab':\n    build().fit(x, y)",
        "def f():\n    return 1\n    build().fit(x, y)",
        "def f(model=build()):\n    model.fit(x, y)",
    ],
)  # fmt: skip
def test_trainings_that_never_run(program: str) -> None:
    """They are read, and said not to run."""
    found = trainings(f"DEBUG = False\n{program}")

    assert [item.executed for item in found] == [False]


@pytest.mark.parametrize(
    "program",
    [
        "if __name__ == '__main__':\n    build().fit(x, y)",
        "try:\n    build().fit(x, y)\nexcept ValueError:\n    pass",
        "def main():\n    build().fit(x, y)\nmain()",
        "with tf.device('/gpu:0'):\n    build().fit(x, y)",
        "class Lab:\n    def __init__(self):\n        self.run()\n    def run(self):\n        build().fit(x, y)\nLab()",
        "if not os.path.exists('m.h5'):\n    build().fit(x, y)\nelse:\n    keras.models.load_model('m.h5')",
        "(lambda model: model.fit(x, y))(build())",
        "train = lambda: build().fit(x, y)\nhistory = train()",
        "async def run():\n    build().fit(x, y)\nawait run()",
    ],
)  # fmt: skip
def test_trainings_that_run_once(program: str) -> None:
    """Wherever the call stands."""
    found = training(program)

    assert (found.executed, found.runs, found.parameters) == (True, 1, BUILT)


def test_the_cell_after_an_exit_runs() -> None:
    """A notebook goes on after an error in a cell."""
    made = "from keras.models import Sequential\nm = Sequential()"
    reading = read_code({"a.ipynb": notebook(made, "exit()\nm.fit(1)", "m.fit(1, epochs=2)")})

    assert [item.executed for item in reading.trainings] == [False, True]


def test_a_model_that_is_not_known_is_trained_all_the_same() -> None:
    """Arguments of Keras say that it is a training; the `fit` of something else is none."""
    reading = read("load().fit(x, y, epochs=3, batch_size=8)\nPCA().fit(x)\nscaler.fit(x)")
    (found,) = reading.trainings

    assert (found.layers, found.epochs, found.batch_size) == ((), 3, 8)
