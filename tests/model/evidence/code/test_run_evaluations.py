"""What models are asked, single steps, and loops over a tape."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.evidence.code.traced import BEGIN, RunCells, Traced

pytestmark = pytest.mark.slow

CELLS = {
    "begin": BEGIN + "model = ready()\nmodel.fit(x, y, epochs=2)\n",
    "evaluate": """
        loss, accuracy = model.evaluate(x_val, y_val, verbose=0)
        named = model.evaluate(x_val, y_val, return_dict=True)
        dataset = model.evaluate(tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(8))
        tell([loss, accuracy, named, dataset])
    """,
    "evaluate alone": """
        plain = ready(())
        plain.fit(x, y)
        tell(plain.evaluate(x, y))
    """,
    "evaluate other metrics": """
        other = ready(("accuracy",))
        other.fit(x, y)
        for _ in range(4): first = other.evaluate(x, y)
        metrics = ["accuracy", "sparse_top_k_categorical_accuracy"]
        other.compile("sgd", "sparse_categorical_crossentropy", metrics=metrics)
        other.fit(x, y)
        tell([len(first), len(other.evaluate(x, y)), sorted(other.evaluate(x, y, return_dict=True))])
    """,
    "many evaluations": "tell(len({tuple(model.evaluate(x, y)) for _ in range(6)}))",
    "predict": """
        big = np.tile(x, (3, 1))
        found = model.predict(big)
        found[0, 0] = 7
        labels = found.argmax(-1)
        tell([found.shape, found.dtype.name, float(found[0, 0]), labels.shape, bool(abs(found[5].sum() - 1) < 1e-3),
              model.predict(x[:1]).shape, model.predict(tf.constant(x)).shape, model.predict(big, batch_size=7).shape])
    """,
    "predict batches": """
        class Batches(keras.utils.PyDataset):
            def __len__(self): return 4
            def __getitem__(self, place): return x[place * 32 : place * 32 + 32], y[place * 32 : place * 32 + 32]
        dataset = tf.data.Dataset.from_tensor_slices(x).batch(32)
        def forever():
            while True: yield x[:10]
        tell([len(model.predict(Batches())), len(model.predict(dataset)), len(model.predict(forever(), steps=6)),
              len(model.predict(dataset, steps=2))])
    """,
    "predict in a loop": "tell(len([model.predict(x[k : k + 1], verbose=0) for k in range(30)]))",
    "call": "tell(list(model(x[:3]).shape))",
    "single steps": """
        steps = ready()
        values = [steps.train_on_batch(x[k % 50 : k % 50 + 40], y[k % 50 : k % 50 + 40]) for k in range(30)]
        tell([len(values), len(values[0]), len({tuple(map(float, value)) for value in values})])
    """,
    "single steps by name": """
        tell(sorted(steps.train_on_batch(x, y, return_dict=True)))
    """,
    "tape": """
        taped, optimizer = small(), keras.optimizers.Adam(0.02)
        function = keras.losses.SparseCategoricalCrossentropy()
        for epoch in range(3):
            for k in range(4):
                with tf.GradientTape() as tape:
                    loss = function(y[k * 25 : k * 25 + 25], taped(x[k * 25 : k * 25 + 25], training=True))
                gradients = tape.gradient(loss, taped.trainable_variables)
                optimizer.apply_gradients(zip(gradients, taped.trainable_variables))
    """,
    "tape in a function": """
        model2, adam = small(), keras.optimizers.SGD(0.5)
        @tf.function
        def step(a, b):
            with tf.GradientTape() as tape:
                loss = function(b, model2(a, training=True))
            gradients = tape.gradient(loss, model2.trainable_variables)
            adam.apply_gradients(zip(gradients, model2.trainable_variables))
            return loss
        tell([float(step(x, y)) for _ in range(5)][-1] > 0)
    """,
    "apply": """
        third, sgd = small(), keras.optimizers.SGD(0.25)
        with tf.GradientTape() as tape:
            loss = function(y, third(x))
        sgd.apply(tape.gradient(loss, third.trainable_variables), third.trainable_variables)
    """,
    "model in a class": """
        class Trainer:
            def __init__(self):
                self.model, self.optimizer = small(), keras.optimizers.SGD()
            def train(self):
                with tf.GradientTape() as tape:
                    loss = function(y, self.model(x))
                found = tape.gradient(loss, self.model.trainable_variables)
                self.optimizer.apply_gradients(zip(found, self.model.trainable_variables))
        for _ in range(2): Trainer().train()
    """,
    "gradients": """
        values = tf.Variable([1.0, -3.0])
        free = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(values ** 2)
        tell([None if g is None else g.numpy().tolist() for g in tape.gradient(loss, [values, free])])
    """,
    "one gradient": """
        with tf.GradientTape() as tape:
            tape.watch(point := tf.constant(2.0))
            result = point ** 3
        tell(float(tape.gradient(result, point)))
    """,
}  # fmt: skip


@pytest.fixture(scope="module")
def traced(run_cells: RunCells) -> Traced:
    return run_cells(CELLS)


def test_every_form_is_run(traced: Traced) -> None:
    """None is an error."""
    assert {step.where: step.error for step in traced.run.steps if step.error} == {}


def test_scores_have_the_forms_of_keras(traced: Traced) -> None:
    """A list, values by name, a single loss."""
    loss, accuracy, named, dataset = traced.told("evaluate")

    assert 1 < loss < 5
    assert 0 <= accuracy <= 1.001
    assert sorted(named) == ["accuracy", "loss"]
    assert len(dataset) == 2
    assert isinstance(traced.told("evaluate alone"), float)
    assert traced.told("evaluate other metrics") == [
        2,
        3,
        ["accuracy", "loss", "sparse_top_k_categorical_accuracy"],
    ]


def test_scores_are_recorded_as_they_were_given(traced: Traced) -> None:
    """By name, each unlike all others, with the data."""
    loss, accuracy, named, dataset = traced.told("evaluate")
    found = traced.evaluations("evaluate")

    assert [item.values for item in found] == [
        pytest.approx({"loss": loss, "accuracy": accuracy}, rel=1e-6, abs=1e-12),
        pytest.approx(named, rel=1e-6, abs=1e-12),
        pytest.approx(dict(zip(("loss", "accuracy"), dataset, strict=True)), rel=1e-6, abs=1e-12),
    ]
    assert [item.images and item.images.images for item in found] == [40, 40, 40]
    assert all(item.capped and item.model == 1 for item in found)
    assert traced.told("many evaluations") == 6


def test_predictions_are_as_many_as_the_rows(traced: Traced) -> None:
    """They can be written to, and are what the model says of the first rows."""
    expected: list[Any] = [[300, 10], "float32", 7.0, [300], True, [1, 10], [100, 10], [300, 10]]

    assert traced.told("predict") == expected
    assert traced.told("predict batches") == [100, 100, 60, 64]
    assert traced.told("predict in a loop") == 30
    assert traced.told("call") == [3, 10]


def test_predictions_are_recorded_once_for_a_place(traced: Traced) -> None:
    """And how many rows they are for."""
    found = traced.evaluations("predict")

    assert {item.method for item in found} == {"predict"}
    assert [item.images and item.images.images for item in found] == [300, 1, 100, 300]
    assert len(traced.evaluations("predict in a loop")) == 1


def test_single_steps_are_counted(traced: Traced) -> None:
    """As one training of their place."""
    found = traced.training("single steps")

    assert (found.method, found.calls, found.batch_size, found.epochs) == (
        "train_on_batch",
        30,
        40,
        None,
    )
    assert found.parameters == 78
    assert traced.told("single steps") == [30, 2, 30]
    assert traced.told("single steps by name") == ["accuracy", "loss"]


@pytest.mark.parametrize(
    ("name", "optimizer", "rate", "calls"),
    [
        ("tape", "Adam", 0.02, 12),
        ("tape in a function", "SGD", 0.5, None),
        ("apply", "SGD", 0.25, 1),
    ],
)
def test_loops_over_a_tape_are_trainings(
    name: str, optimizer: str, rate: float, calls: int | None, traced: Traced
) -> None:
    """With the model whose weights are changed, and the optimizer that changes them."""
    found = traced.training(name)

    assert (found.method, found.optimizer, found.learning_rate) == ("GradientTape", optimizer, rate)
    assert [layer.units for layer in found.layers] == [4, 10]
    assert '"Sequential"' in traced.run.configs[found.model - 1]
    assert calls is None or found.calls == calls


def test_models_that_an_object_holds_are_found(traced: Traced) -> None:
    """Each by itself."""
    found = traced.trainings("model in a class")

    assert [item.parameters for item in found] == [78, 78]
    assert len({item.model for item in found}) == 2


def test_gradients_are_recorded_by_their_largest_values(traced: Traced) -> None:
    """Those that do not exist as none."""
    by_cell = {item.where.split(", line")[0]: item for item in traced.run.gradients}
    several = by_cell[traced.step("gradients").where]
    one = by_cell[traced.step("one gradient").where]

    assert (several.largest, several.shapes) == ((6.0, None), ((2,), ()))
    assert (one.largest, traced.told("one gradient")) == ((12.0,), 12.0)
    taped = [item for item in traced.run.gradients if traced.step("tape").where in item.where]
    assert sum(item.calls for item in taped) == 12
    assert {(item.trained, len(item.layers)) for item in taped} == {(False, 2), (True, 2)}
