"""Models of every form are told apart and described as they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.evidence.code.traced import BEGIN, RunCells, Traced

pytestmark = pytest.mark.slow

CELLS = {
    "begin": BEGIN + "from keras import regularizers, optimizers, losses\n",
    "functional": """
        a = Input((6,))
        b = layers.Dense(5, activation="tanh")(a)
        model = Model(a, layers.Dense(10, activation="softmax")(layers.concatenate([a, b])))
        model.compile("adam", losses.SparseCategoricalCrossentropy())
        tell(sorted(model.fit(x, y, epochs=2).history))
    """,
    "two inputs": """
        a, b = Input((6,), name="a"), Input((6,), name="b")
        model = Model([a, b], layers.Dense(10, "softmax")(layers.concatenate([a, b])))
        model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit([x, x], y, epochs=4, validation_data=([x_val, x_val], y_val))
        model.fit({"a": x, "b": x}, y, epochs=5)
        tell([model.predict([x_val, x_val]).shape, len(model.evaluate([x, x], y))])
    """,
    "two outputs": """
        a = Input((6,))
        model = Model(a, [layers.Dense(10, "softmax", name="c")(a), layers.Dense(1, name="d")(a)])
        wanted = {"c": ["accuracy"], "d": ["mae"]}
        model.compile("sgd", {"c": "sparse_categorical_crossentropy", "d": "mse"}, metrics=wanted)
        history = model.fit(x, {"c": y, "d": y}, epochs=3).history
        tell([sorted(history), [part.shape for part in model.predict(x_val)], len(model.evaluate(x, [y, y]))])
    """,
    "subclassed": """
        class Own(Model):
            def __init__(self):
                super().__init__()
                self.first, self.last = layers.Dense(3, activation="relu"), layers.Dense(10)
            def call(self, values, training=False):
                return self.last(self.first(values))
        model = Own()
        model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(x, y, epochs=2)
    """,
    "own step": """
        class Stepping(Model):
            def train_step(self, data):
                values, labels = data
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean(self.compute_loss(y=labels, y_pred=self(values, training=True)))
                gradients = tape.gradient(loss, self.trainable_variables)
                self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
                return {"own": loss}
        a = Input((6,))
        model = Stepping(a, layers.Dense(10, "softmax")(a))
        model.compile("sgd", "sparse_categorical_crossentropy")
        tell(sorted(model.fit(x, y, epochs=2).history))
    """,
    "late build": """
        model = Sequential([layers.Dense(4), layers.Dense(10, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.fit(x, y)
    """,
    "inner model": """
        inner = Sequential([Input((6,)), layers.Dense(4)])
        model = Sequential([inner, layers.Dense(10, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.fit(x, y)
    """,
    "images": """
        model = Sequential([
            Input((8, 8, 1)), layers.Conv2D(4, 3, activation="relu", padding="same"), layers.MaxPooling2D(2),
            layers.Dropout(0.25), layers.Flatten(), layers.Dense(10), layers.Activation("softmax"),
        ])
        model.compile("sgd", "categorical_crossentropy")
        model.fit(r.random((50, 8, 8, 1)), hot[:50])
    """,
    "grown": """
        model = Sequential([Input((6,))])
        for k in range(3):
            model.add(layers.Dense(6, "relu"))
            model.compile("sgd", "mse")
            model.fit(x, x, epochs=k + 1)
    """,
    "nested": """
        kept = {}
        both = lambda factor: regularizers.l1_l2(factor, factor)
        for norm in (regularizers.l1, regularizers.l2, both):
            for factor in (1e-5, 1e-4, 1e-3, 1e-2, 1e-1):
                model = Sequential([Input((6,)), layers.Dense(1, kernel_regularizer=norm(factor))])
                model.compile(optimizers.SGD(0.01), "mse", metrics=["mae"])
                kept[norm, factor] = model.fit(x, y, epochs=4, validation_data=(x_val, y_val)).history
        tell([len(kept), {len(h["val_mae"]) for h in kept.values()} == {4}])
    """,
    "regularizers": """
        model = Sequential([
            Input((6,)),
            layers.Dense(4, kernel_regularizer="l2"),
            layers.Dense(4, bias_regularizer=regularizers.L1(0.5)),
            layers.Dense(4, activity_regularizer=regularizers.l2(0.25)),
            layers.Dense(10, kernel_regularizer=regularizers.L1L2(0.1, 0.2), activity_regularizer=regularizers.l1(0.3)),
        ])
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.fit(x, y)
    """,
    "rates": """
        for optimizer in (
            "adam", optimizers.Adam(), optimizers.SGD(0.3), optimizers.RMSprop(learning_rate=1e-4),
            optimizers.SGD(optimizers.schedules.ExponentialDecay(0.2, 10, 0.9)), optimizers.Adam(0.001),
        ):
            ready(optimizer=optimizer).fit(x, y)
    """,
    "old rate": "ready(optimizer=optimizers.SGD(lr=0.7)).fit(x, y)",
    "losses": """
        def own(a, b): return keras.ops.mean(keras.ops.square(a - b))
        for loss in ("mse", "mean_squared_error", losses.MeanSquaredError(), losses.mean_squared_error, own):
            model = Sequential([Input((6,)), layers.Dense(1)])
            model.compile("sgd", loss)
            model.fit(x, y.astype("float32").reshape(-1, 1))
    """,
    "weights": """
        model = ready(("accuracy",), "sgd", layers.Dense(8))
        before = model.get_weights()[0].copy()
        model.fit(x, y)
        tell(bool((model.get_weights()[0] != before).any()))
    """,
    "repeated": """
        changed = []
        for _ in range(5):
            model = small(layers.Dense(9))
            model.compile("sgd", "sparse_categorical_crossentropy")
            before = model.get_weights()[0].copy()
            model.fit(x, y)
            changed.append(bool((model.get_weights()[0] != before).any()))
        tell([sum(changed), model.predict(x).shape, type(model.history.history["loss"][0]).__name__])
    """,
    "repeated, late build": """
        for _ in range(5):
            model = Sequential([layers.Dense(7), layers.Dense(10, "softmax")])
            model.compile("sgd", "sparse_categorical_crossentropy")
            model.fit(x, y)
        tell([model.built, model.count_params()])
    """,
    "gone": """
        import gc, weakref
        seen = [weakref.ref(model := ready())]
        model.fit(x, y)
        del model
        gc.collect()
        tell(seen[0]() is None)
    """,
}  # fmt: skip


@pytest.fixture(scope="module")
def traced(run_cells: RunCells) -> Traced:
    return run_cells(CELLS)


def test_every_model_is_run(traced: Traced) -> None:
    """None is an error."""
    assert {step.where: step.error for step in traced.run.steps if step.error} == {}


@pytest.mark.parametrize(
    ("name", "layers", "parameters"),
    [
        ("functional", ["Dense", "Concatenate", "Dense"], 35 + 120),
        ("subclassed", ["Dense", "Dense"], 21 + 40),
        ("own step", ["Dense"], 70),
        ("late build", ["Dense", "Dense"], 28 + 50),
        ("inner model", ["Sequential", "Dense"], 28 + 50),
        (
            "images",
            ["Conv2D", "MaxPooling2D", "Dropout", "Flatten", "Dense", "Activation"],
            40 + 650,
        ),
    ],
)
def test_layers_and_parameters_are_those_of_the_model(
    name: str, layers: list[str], parameters: int, traced: Traced
) -> None:
    """However it was made."""
    found = traced.training(name)

    assert [layer.class_name for layer in found.layers] == layers
    assert found.parameters == parameters


def test_layers_are_described(traced: Traced) -> None:
    """In the words that reading code uses."""
    convolution, pooling, dropout, _, dense, activation = traced.training("images").layers

    assert (convolution.filters, convolution.kernel_size) == (4, (3, 3))
    assert (convolution.activation, convolution.output_shape) == ("relu", (8, 8, 4))
    assert (pooling.kernel_size, dropout.rate, dense.units) == ((2, 2), 0.25, 10)
    assert (dense.activation, activation.activation) == ("", "softmax")


def test_several_inputs_are_counted_once(traced: Traced) -> None:
    """In lists and by name; predictions and scores have their usual forms."""
    first, second = traced.trainings("two inputs")

    assert (first.images and first.images.images, first.epochs, second.epochs) == (100, 4, 5)
    assert first.validation is not None
    assert first.validation.images == 40
    assert first.model == second.model
    assert traced.told("two inputs") == [[40, 10], 2]


def test_several_outputs_have_their_losses_and_series(traced: Traced) -> None:
    """As Keras names them."""
    found = traced.training("two outputs")
    series = ["c_accuracy", "c_loss", "d_loss", "d_mae", "loss"]

    assert found.loss == "sparse_categorical_crossentropy, mean_squared_error"
    assert traced.told("two outputs") == [series, [[40, 10], [40, 1]], 5]


def test_a_step_of_the_students_own_is_part_of_its_training(traced: Traced) -> None:
    """The tape in it is no other training."""
    assert traced.training("own step").method == "fit"
    assert traced.told("own step") == ["own"]


def test_a_model_that_grows_is_one_whose_trainings_are_told_apart(traced: Traced) -> None:
    """Each has the layers of its time."""
    found = traced.trainings("grown")

    assert [len(item.layers) for item in found] == [1, 2, 3]
    assert [item.epochs for item in found] == [1, 2, 3]
    assert len({item.model for item in found}) == 1


def test_models_of_nested_loops_are_fifteen(traced: Traced) -> None:
    """Each with its regularizer, and its own history."""
    found = traced.trainings("nested")
    used = [item.layers[0].regularizer[0] for item in found]

    assert traced.told("nested") == [15, True]
    assert len({item.model for item in found}) == len(found) == 15
    assert [item.norm for item in used] == ["l1"] * 5 + ["l2"] * 5 + ["l1_l2"] * 5
    assert [item.factors[0] for item in used] == [1e-5, 1e-4, 1e-3, 1e-2, 1e-1] * 3
    assert {item.parameters for item in found} == {7}


def test_regularizers_are_told_apart_by_their_targets(traced: Traced) -> None:
    """Kernel, bias and activity; both norms of one."""
    found: list[Any] = [
        [(item.target, item.norm, item.factors) for item in layer.regularizer]
        for layer in traced.training("regularizers").layers
    ]

    assert found == [
        [("kernel", "l2", (0.01,))],
        [("bias", "l1", (0.5,))],
        [("activity", "l2", (0.25,))],
        [("kernel", "l1_l2", (0.1, 0.2)), ("activity", "l1", (0.3,))],
    ]


def test_rates_are_stated_or_defaults(traced: Traced) -> None:
    """A schedule counts with what it begins with."""
    found = [(item.learning_rate, item.states_rate) for item in traced.trainings("rates")]

    assert found[:4] == [(0.001, False), (0.001, False), (0.3, True), (0.0001, True)]
    assert found[4][0] == 0.2
    assert found[5] == (0.001, True)
    old = traced.training("old rate")
    assert (old.learning_rate, old.states_rate) == (0.7, True)


def test_losses_have_one_name_each(traced: Traced) -> None:
    """Text, class or function."""
    names = [item.loss for item in traced.trainings("losses")]

    assert names == ["mean_squared_error"] * 4 + ["own"]


def test_a_training_changes_weights_until_it_is_repeated(traced: Traced) -> None:
    """Steps of repeated structures are given back without training, and the model is built all the same."""
    trained, shape, kind = traced.told("repeated")

    assert traced.told("weights")
    assert (trained, shape, kind) == (2, [100, 10], "float")
    assert len(traced.trainings("repeated")) == 5
    assert traced.told("repeated, late build") == [True, 49 + 80]


def test_models_are_let_go_and_their_descriptions_stay(traced: Traced) -> None:
    """Memory is that of the student's code."""
    number = traced.training("gone").model

    assert traced.told("gone")
    assert '"Sequential"' in traced.run.configs[number - 1]
