"""Models however they are built: stacks, graphs, classes, functions."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.unit.evidence.code.reading.programs import BUILT, training, trainings

FIT = """
model.compile("adam", "categorical_crossentropy")
model.fit(x, y, epochs=3)
"""
STACKS = {
    "add": """
        model = Sequential()
        model.add(Dense(32, activation="relu", input_dim=784))
        model.add(Dense(10, activation="softmax"))
        """,
    "list": "model = Sequential([Input((784,)), Dense(32, 'relu'), Dense(10, 'softmax')])",
    "module": """
        model = keras.models.Sequential(
            layers=[layers.Dense(32, activation=tf.nn.relu), layers.Dense(10, activation="softmax")]
        )
        """,
    "activations": """
        model = tf.keras.Sequential()
        for units, activation in [(32, "relu"), (10, "softmax")]:
            model.add(Dense(units, activation=activation))
        """,
    "splat": "parts = [Dense(32, 'relu')]\nmodel = Sequential([*parts, Dense(10, 'softmax')])",
    "partial": """
        from functools import partial
        Relu = partial(Dense, activation="relu")
        model = Sequential([Relu(32), Dense(10, "softmax")])
        """,
    "keywords": """
        settings = {"units": 32, "activation": "relu"}
        model = Sequential([Dense(**settings), Dense(10, "softmax")])
        """,
    "functional": """
        start = Input(shape=(784,))
        hidden = Dense(32, activation="relu")(start)
        model = Model(inputs=start, outputs=Dense(10, activation="softmax")(hidden))
        """,
    "subclass": """
        class Net(keras.Model):
            def __init__(self, units):
                super().__init__()
                self.hidden = Dense(units, activation="relu")
                self.last = Dense(10, activation="softmax")
            def call(self, inputs, training=False):
                return self.last(self.hidden(inputs))
        model = Net(32)
        """,
    "subclass of a stack": """
        class Net(Sequential):
            def __init__(self):
                super(Net, self).__init__()
                self.add(Dense(32, activation="relu"))
                self.add(Dense(10, activation="softmax"))
        model = Net()
        """,
    "class": """
        class Lab:
            units = 32
            @property
            def last(self):
                return Dense(10, activation="softmax")
            def build(self):
                return Sequential([Dense(self.units, activation="relu"), self.last])
        model = Lab().build()
        """,
    "closure": """
        def maker(units):
            def make():
                return Sequential([Dense(units, activation="relu"), Dense(10, activation="softmax")])
            return make
        model = maker(32)()
        """,
    "a condition that is not known": """
        def choose(kind):
            if kind == "small":
                return Sequential([Dense(32, activation="relu"), Dense(10, activation="softmax")])
            elif kind == "large":
                return None
            else:
                raise ValueError(kind)
        model = choose(input())
        """,
    "recursion": """
        def deepen(model, sizes):
            if sizes:
                model.add(Dense(sizes[0], activation="relu" if len(sizes) > 1 else "softmax"))
                return deepen(model, sizes[1:])
            return model
        model = deepen(Sequential(), [32, 10])
        """,
}


@pytest.mark.parametrize("program", STACKS.values(), ids=STACKS)
def test_a_network_however_it_is_built(program: str) -> None:
    """Two dense layers are two dense layers."""
    found = training(dedent(program) + FIT)

    assert [(item.class_name, item.units, item.activation) for item in found.layers] == [
        ("Dense", 32, "relu"),
        ("Dense", 10, "softmax"),
    ]
    assert (found.parameters, found.loss, found.optimizer) == (
        BUILT,
        "categorical_crossentropy",
        "Adam",
    )


def test_branches_of_a_graph_are_merged() -> None:
    """Each layer counts once, also one that two branches share."""
    found = training("""
        start = Input((784,))
        shared = Dense(4)
        left, right = shared(start), Dense(6)(start)
        both = concatenate([left, right, shared(start)])
        model = Model(start, Dense(2)(both))
        model.compile("sgd", "mse")
        model.fit(x, y)
        """)

    assert [item.class_name for item in found.layers] == ["Dense", "Dense", "Concatenate", "Dense"]
    assert found.parameters == 785 * 4 + 785 * 6 + (4 + 6 + 4) * 2 + 2


def test_a_convolutional_network_has_the_parameters_of_its_summary() -> None:
    """The input shape may be said by the data alone."""
    found = training("""
        (images, labels), _ = keras.datasets.cifar10.load_data()
        model = Sequential([Conv2D(32, 3), MaxPooling2D(), Flatten(), Dense(10)])
        model.compile("sgd", "mse")
        model.fit(images, labels)
        """)

    assert found.parameters == (3 * 3 * 3 * 32 + 32) + (15 * 15 * 32 * 10 + 10)


def test_what_a_model_grows_by_is_in_the_next_training() -> None:
    """A layer that is added between two trainings makes another model of the same object."""
    first, second = trainings("""
        model = Sequential([Dense(4, input_dim=784)])
        model.compile("sgd", "mse")
        model.fit(x, y)
        model.add(Dense(2))
        model.fit(x, y)
        """)

    assert (len(first.layers), len(second.layers)) == (1, 2)
    assert second.parameters == 785 * 4 + 5 * 2


def test_parts_of_a_trained_model_go_into_another() -> None:
    """Layers taken from a model keep their sizes."""
    found = trainings("""
        model = build()
        model.fit(x, y)
        model.pop()
        model.add(Dense(5))
        model.fit(x, y)
        top = Model(model.input, model.layers[0].output)
        """)

    assert [item.layers[-1].units for item in found] == [10, 5]


def test_models_of_the_library_and_of_files_are_named() -> None:
    """Their layers are not in the code."""
    saved, ready = trainings("""
        model = keras.models.load_model("best.h5")
        model.fit(x, y)
        base = keras.applications.VGG16(include_top=False, input_shape=(32, 32, 3))
        model = Sequential([base, Flatten(), Dense(10)])
        model.compile("adam", "mse")
        model.fit(x, y)
        """)

    assert (saved.layers, saved.parameters) == ((), None)
    assert [item.class_name for item in ready.layers] == ["VGG16", "Flatten", "Dense"]
    assert ready.parameters is None


def test_a_model_that_was_saved_is_known_when_it_is_loaded() -> None:
    """It is the model that lies in the file."""
    first, second = trainings("""
        model = build()
        model.fit(x, y, epochs=1)
        model.save("lab.h5")
        keras.models.load_model("lab.h5").fit(x, y, epochs=2)
        """)

    assert first.layers == second.layers
    assert second.learning_rate == 0.1
