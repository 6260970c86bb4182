"""Loops that train: what they sweep, how often they run, and with how many models."""

from __future__ import annotations

import pytest

from tests.unit.evidence.code.reading.programs import training, trainings

RATES = (0.1, 0.01, 0.001)


@pytest.mark.parametrize(
    "loop",
    [
        "for rate in [0.1, 0.01, 0.001]:\n    build(rate=rate).fit(x, y)",
        "for power in range(1, 4):\n    build(rate=10 ** -power).fit(x, y)",
        "for rate in np.logspace(-1, -3, 3):\n    build(rate=float(rate)).fit(x, y)",
        "for name, rate in {'a': 0.1, 'b': 0.01, 'c': 0.001}.items():\n    build(rate=rate).fit(x, y)",
        "for i, rate in enumerate((0.1, 0.01, 0.001)):\n    build(rate=rate).fit(x, y)",
        "[build(rate=rate).fit(x, y) for rate in (0.1, 0.01, 0.001)]",
        "def run(rate):\n    build(rate=rate).fit(x, y)\nfor r in (0.1, 0.01, 0.001):\n    run(r)",
        "list(map(lambda rate: build(rate=rate).fit(x, y), [0.1, 0.01, 0.001]))",
        "rate = 0.1\nwhile rate > 0.0005:\n    build(rate=round(rate, 4)).fit(x, y)\n    rate /= 10",
        "i = 0\nrates = [0.1, 0.01, 0.001]\nwhile i < len(rates):\n    build(rate=rates[i]).fit(x, y)\n    i += 1",
        "models = {r: build(rate=r) for r in (0.1, 0.01, 0.001)}\nfor r in models:\n    models[r].fit(x, y)",
    ],
)  # fmt: skip
def test_a_sweep_of_the_learning_rate(loop: str) -> None:
    """One row for all rounds, with every rate; each round has its own model."""
    found = training(loop)

    assert found.learning_rate == pytest.approx(RATES)
    assert (found.runs, found.models) == (3, 3)


def test_several_settings_at_once() -> None:
    """A product of lists, some of it left out."""
    found = training("""
        import itertools
        for rate, batch in itertools.product([0.1, 0.01], [32, 64, 128]):
            if rate == 0.1 and batch == 128:
                continue
            build(rate=rate).fit(x, y, batch_size=batch)
        """)

    assert (found.learning_rate, found.batch_size, found.runs) == ((0.1, 0.01), (32, 64, 128), 5)


def test_networks_of_other_sizes_are_rows_of_their_own() -> None:
    """What is swept is the network itself."""
    found = trainings("for units in (16, 32):\n    build(units).fit(x, y)")

    assert [item.layers[0].units for item in found] == [16, 32]
    assert [item.runs for item in found] == [1, 1]


@pytest.mark.parametrize("target", ["kernel", "activity", "bias"])
def test_a_sweep_of_regularizer_factors(target: str) -> None:
    """Three replicates of five factors are one row of fifteen runs; what is regularised is kept apart."""
    found = training(f"""
        for factor in np.linspace(1e-6, 1e-3, 5):
            for replicate in range(3):
                model = Sequential([Dense(8, {target}_regularizer=regularizers.l2(factor)), Dense(10)])
                model.compile("sgd", "mse")
                model.fit(x, y)
        """)
    (regularizer,) = found.regularizer

    assert (regularizer.target, regularizer.norm) == (target, "l2")
    assert regularizer.factors == pytest.approx((1e-6, 0.00025075, 0.0005005, 0.00075025, 1e-3))
    assert (found.runs, found.models) == (15, 15)


def test_two_norms_are_swept_side_by_side() -> None:
    """Each has its own factors."""
    found = training("""
        for l1, l2 in [(0.1, 0.2), (0.3, 0.2)]:
            model = Sequential([Dense(4, kernel_regularizer=regularizers.l1_l2(l1, l2))])
            model.compile("sgd", "mse")
            model.fit(x, y)
        """)

    assert {(item.norm, item.factors) for item in found.regularizer} == {
        ("l1", (0.1, 0.3)),
        ("l2", (0.2,)),
    }


def test_one_model_that_goes_on_with_other_settings() -> None:
    """It is built once, and compiled anew in each round."""
    found = training("""
        model = build()
        for rate in [0.1, 0.01]:
            model.compile(loss="mse", optimizer=optimizers.SGD(rate))
            model.fit(x, y, epochs=2)
        """)

    assert (found.learning_rate, found.runs, found.models) == ((0.1, 0.01), 2, 1)


def test_a_copy_is_a_model_of_its_own() -> None:
    """Also where it has the layers of another."""
    found = training("""
        first = build()
        for _ in range(4):
            model = keras.models.clone_model(first)
            model.compile("sgd", "mse")
            model.fit(x, y)
        """)

    assert (found.runs, found.models) == (4, 4)


@pytest.mark.parametrize(
    "loop",
    [
        "for item in load():",
        "for item in range(int(input())):",
        "while loss > 0.1:",
        "while True:",
        "for item in range(n):\n    for other in (1, 2):",
    ],
)
def test_a_loop_of_unknown_length(loop: str) -> None:
    """Nobody knows how often it runs; the training is read all the same."""
    depth = "    " * loop.count(":")
    found = training(f"{loop}\n{depth}build().fit(x, y, epochs=5)")

    assert (found.runs, found.epochs, found.executed) == (None, 5, True)


def test_a_loop_that_is_left_early() -> None:
    """A break under a known condition ends it."""
    found = training("""
        for units in range(10):
            if units == 4:
                break
            build().fit(x, y, epochs=1)
        """)

    assert found.runs == 4


def test_a_long_loop_that_trains_nothing_new_is_not_followed_to_its_end() -> None:
    """How often it runs is left open then, or said right."""
    assert training("for i in range(5000):\n    build().fit(x, y)").runs in (None, 5000)


def test_a_loop_over_episodes_does_not_hide_what_follows() -> None:
    """What takes too long is named; the next statement is followed again."""
    found = trainings("""
        for a in range(900):
            for b in range(900):
                for c in range(900):
                    total = a * b + c
        build().fit(x, y, epochs=2)
        """)

    assert [item.epochs for item in found] == [2]


GRID = """
    from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
    from tensorflow.keras.wrappers.scikit_learn import KerasClassifier
    wrapped = KerasClassifier(build_fn=build, epochs=4, batch_size=16)
    """


def test_a_grid_search_trains_each_combination_in_each_fold() -> None:
    """The settings of the builder are swept."""
    found = training(GRID + "GridSearchCV(wrapped, {'rate': [0.1, 0.01, 0.001]}, cv=3).fit(x, y)")

    assert (found.learning_rate, found.runs) == (RATES, 9)
    assert (found.epochs, found.batch_size) == (4, 16)


def test_settings_of_the_training_in_a_grid() -> None:
    """Those of `fit` are swept, too, under the names that scikeras has for them."""
    found = training(
        GRID + "GridSearchCV(wrapped, dict(fit__epochs=[5, 6], batch_size=[8]), cv=2).fit(x, y)"
    )

    assert (found.epochs, found.batch_size, found.runs) == ((5, 6), 8, 4)


def test_cross_validation_of_a_wrapped_model() -> None:
    """One training for each fold."""
    assert training(GRID + "cross_val_score(wrapped, x, y, cv=10)").runs == 10


def test_a_tuner_trains_nobody_knows_how_often() -> None:
    """The model is the one its builder makes of unknown settings."""
    found = training("""
        import keras_tuner as kt
        def make(hp):
            model = Sequential([Dense(hp.Int("units", 8, 64)), Dense(10)])
            model.compile("adam", "mse")
            return model
        tuner = kt.RandomSearch(make, objective="val_loss", max_trials=5)
        tuner.search(x, y, epochs=6, validation_split=0.2)
        """)

    assert (found.runs, found.epochs, found.optimizer) == (None, 6, "Adam")
    assert [item.units for item in found.layers] == [None, 10]


def test_callbacks_and_names_that_differ_by_round() -> None:
    """Each is named once."""
    found = training("""
        for callback in (keras.callbacks.EarlyStopping(), keras.callbacks.TensorBoard()):
            build().fit(x, y, callbacks=[callback])
        """)

    assert found.callbacks == ("EarlyStopping", "TensorBoard")
