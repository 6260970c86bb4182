"""Old code of Keras runs on today's: names, arguments, training, files and gradients."""

from __future__ import annotations

import pytest

from tests.model.evidence.code.old_code import RunOld

pytestmark = pytest.mark.slow

DATA = """
import numpy as np
x = np.random.rand(32, 8, 8, 1).astype("float32")
flat = x.reshape(32, 64)
y = np.arange(32) % 3
one_hot = np.eye(3)[y]
"""


@pytest.mark.parametrize(
    "program",
    [
        "from keras.layers.core import Dense; assert Dense is keras.layers.Dense",
        "from keras.layers.convolutional import Convolution2D as C; assert C is keras.layers.Conv2D",
        "from keras.layers.normalization import BatchNormalization",
        "from keras.engine.topology import Layer; assert Layer is keras.layers.Layer",
        "import tensorflow.keras.layers as L; assert L is keras.layers",
        "import tensorflow as tf; assert tf.keras is keras",
        "from tensorflow.python.keras import regularizers as r; assert r is keras.regularizers",
        "import tensorflow.python.keras.utils.np_utils as u; u.to_categorical([1])",
        "from tf_keras.models import Sequential as S; assert S is keras.Sequential",
        "from keras.layers import CuDNNLSTM; assert CuDNNLSTM is keras.layers.LSTM",
        "keras.utils.np_utils.to_categorical([0, 1], 2)",
        "from keras.layers.experimental.preprocessing import Rescaling",
        "from tensorflow.keras.layers.experimental import preprocessing as p; p.RandomFlip()",
        "from keras.optimizers import rmsprop, sgd; assert sgd is keras.optimizers.SGD",
        "from keras.callbacks.callbacks import ModelCheckpoint",
        "from keras.preprocessing.text import Tokenizer; Tokenizer(5).fit_on_texts(['a'])",
        "from tensorflow.keras.preprocessing.sequence import pad_sequences",
        "import keras.backend as K; assert float(K.get_value(K.tanh(K.variable(0.0)))) == 0",
    ],
)
def test_old_names_lead_to_the_classes_of_today(run_old: RunOld, program: str) -> None:
    """A name that is gone gives the very object that has its place."""
    assert run_old(f"import keras\n{program}").error == ""


def test_a_name_that_keras_never_had_stays_unknown(run_old: RunOld) -> None:
    """What is no name of Keras fails as it would without the shims."""
    assert "cannot import name 'Foo'" in run_old("from keras.layers import Foo").error


def test_images_are_varied_as_before(run_old: RunOld) -> None:
    """`ImageDataGenerator` is found where it was, and gives batches."""
    ran = run_old(
        DATA
        + """
from keras.preprocessing.image import ImageDataGenerator
batch, labels = next(ImageDataGenerator(rotation_range=9).flow(x, one_hot, batch_size=5))
assert batch.shape == (5, 8, 8, 1) and labels.shape == (5, 3)
"""
    )

    assert ran.error == ""


def test_the_rate_is_remembered_as_written(run_old: RunOld) -> None:
    """A rate given by any name is told from the default, and decays as it did."""
    ran = run_old("""
        from keras.optimizers import SGD, Adam, rmsprop
        assert SGD(lr=0.2)._grader_written_rate == 0.2
        assert rmsprop(0.3)._grader_written_rate == 0.3
        assert Adam(learning_rate=0.4, epsilon=None)._grader_written_rate == 0.4
        assert Adam()._grader_written_rate is None
        assert SGD.from_config(SGD(lr=0.2).get_config())._grader_written_rate is None
        slower = SGD(lr=0.1, decay=1.0)
        slower.iterations.assign(1)
        assert abs(float(slower.learning_rate) - 0.05) < 1e-6
    """)

    assert ran.error == ""
    assert ran.used["lr="] == 3
    assert ran.used["epsilon=None"] == 1


def test_layers_take_the_arguments_of_keras_1(run_old: RunOld) -> None:
    """Kernel, padding, initializer, penalty and sizes by their old names give the same layers."""
    ran = run_old(
        DATA
        + """
import keras
from keras.models import Sequential
from keras.layers import *
from keras.regularizers import l2
model = Sequential()
model.add(Convolution2D(4, 3, 3, border_mode="same", init="normal", dim_ordering="tf", input_shape=(8, 8, 1)))
model.add(Dropout(p=0.25))
model.add(Flatten())
model.add(Dense(output_dim=np.int64(6), W_regularizer=l2(l=0.1), activation="relu"))
model.add(Dense(3, activation="softmax"))
first, last = model.layers[0], model.layers[3]
assert first.kernel_size == (3, 3) and first.strides == (1, 1) and first.padding == "same"
assert last.units == 6 and abs(float(last.kernel_regularizer.l2) - 0.1) < 1e-6
assert model.layers[1].rate == 0.25
copy = keras.models.clone_model(model)
assert copy.count_params() == keras.models.model_from_json(model.to_json()).count_params()
"""
    )

    assert ran.error == ""
    assert {"border_mode=", "nb_row=", "init=", "p=", "output_dim=", "W_regularizer=", "l="} <= set(
        ran.used
    )


def test_models_are_trained_as_before(run_old: RunOld) -> None:
    """Old arguments of `compile` and `fit` work, and the history answers to `acc` and `accuracy`."""
    ran = run_old(
        DATA
        + """
from keras.layers import Dense, Input
from keras.models import Model
given = Input(shape=(64,))
assert Model(inputs=given, output=Dense(2)(given)).count_params() == 130
model = Model(input=given, output=Dense(3, activation="softmax")(given))
model.compile("adam", "categorical_crossentropy", metrics="accuracy")
kept = model.fit(flat, one_hot, nb_epoch=2, validation_data=[flat, one_hot], verbose=0).history
assert kept["acc"] == kept["accuracy"] and kept["val_acc"] == kept["val_accuracy"] and len(kept["acc"]) == 2
batches = iter([(flat, one_hot)] * 9)
model.fit_generator(batches, steps_per_epoch=32 / 16, epochs=1, verbose=0, workers=4)
assert model.predict_classes(flat, verbose=0).shape == (32,)
assert int(model.predict(flat, verbose=0)[0, :1]) in (0, 1)
"""
    )

    assert ran.error == ""
    assert {"Model(input=)", "metrics=one", "nb_epoch=", "fit_generator", "workers="} & set(
        ran.used
    )


def test_callbacks_find_the_accuracy_by_its_old_name(run_old: RunOld) -> None:
    """`val_acc` is watched, and checkpoints are written under any suffix, every few epochs."""
    ran = run_old(
        DATA
        + """
import os
import keras
from keras.callbacks import *
model = keras.Sequential([keras.layers.Dense(3, activation="softmax", input_dim=64)])
model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
watching = EarlyStopping(monitor="val_acc", patience=9)
model.fit(flat, one_hot, epochs=4, verbose=0, validation_split=0.5, callbacks=[
    watching, ReduceLROnPlateau(monitor="val_acc", epsilon=0.1), TensorBoard("logs", histogram_freq=1),
    ModelCheckpoint("kept/best.hdf5", monitor="val_acc", save_best_only=True),
    ModelCheckpoint("w-{epoch}.hdf5", save_weights_only=True, period=2),
])
assert 0 <= float(watching.best) <= 1
assert sorted(os.listdir(".")) == ["kept", "w-2.hdf5", "w-4.hdf5"], os.listdir(".")
model.load_weights("w-4.hdf5")
keras.models.load_model("kept/best.hdf5")
"""
    )

    assert ran.error == ""
    assert ran.used["ModelCheckpoint suffix"] == 2


@pytest.mark.parametrize(
    "name",
    [
        "a/b/x.model",
        "x.hdf5",
        "x",
        "folder/",
        "x.keras",
        "x.h5",
        "C:\\\\Users\\\\me\\\\x.h5",
        "/content/drive/x.h5",
    ],
)
def test_models_are_saved_under_any_name(run_old: RunOld, name: str) -> None:
    """What was saved is loaded again, by its first bytes, with its optimizer."""
    ran = run_old(
        DATA
        + f"""
import keras
name = "{name}"
model = keras.Sequential([keras.layers.Dense(3, input_dim=64)])
model.compile("adam", "mse")
model.fit(flat, one_hot, verbose=0)
model.save(name, save_format="h5")
again = keras.models.load_model(name)
assert np.allclose(again.predict(flat, verbose=0), model.predict(flat, verbose=0))
assert type(again.optimizer) is keras.optimizers.Adam
weights = name.rstrip("/").replace("x", "weights") + "-w"
model.save_weights(weights)
again.load_weights(weights)
"""
    )

    assert ran.error == ""


def test_gradients_are_computed_without_graphs(run_old: RunOld) -> None:
    """The idiom of graphs gives the gradients of the mean loss, the same as a tape, and they are told."""
    ran = run_old(
        DATA
        + """
import keras, tensorflow as tf
import keras.backend as K
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(5, activation="tanh"),
                          keras.layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.SGD(lr=0.01), "categorical_crossentropy", metrics=["acc"])
model.evaluate(x, one_hot, verbose=0)
symbols = model.optimizer.get_gradients(model.total_loss, model.trainable_weights)
function = K.function(model._feed_inputs + model._feed_targets + model._feed_sample_weights, symbols)
a, b, c = model._standardize_user_data(x, one_hot)
found = function(a + b + c)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(keras.losses.categorical_crossentropy(one_hot, model(x)))
wanted = tape.gradient(loss, [v.value for v in model.trainable_weights])
assert all(np.allclose(f, w, atol=1e-5) for f, w in zip(found, wanted))
other = K.function([model.inputs[0], model.sample_weights[0], model.targets[0], K.learning_phase()], symbols)
assert np.allclose(other([x, np.ones(32), one_hot, 0])[0], found[0], atol=1e-6)
"""
    )

    assert ran.error == ""
    assert ran.gradients == [[[64, 5], [5], [5, 3], [3]]] * 2


def test_values_inside_a_model_are_computed(run_old: RunOld) -> None:
    """`K.function` gives outputs of layers, and `K.gradients` those of an output for the input."""
    ran = run_old(
        DATA
        + """
import keras, keras.backend as K
model = keras.Sequential([keras.layers.Dense(5, activation="tanh", input_dim=64), keras.layers.Dense(3)])
hidden = K.function([model.input, K.learning_phase()], [model.layers[0].output])
assert hidden([flat, 0])[0].shape == (32, 5)
slope = K.gradients(K.mean(model.output[:, 1]), model.input)[0]
slope /= K.sqrt(K.mean(K.square(slope))) + 1e-5
value, gradient = K.function([model.input], [K.mean(model.output[:, 1]), slope])([flat])
assert gradient.shape == flat.shape and abs((gradient ** 2).mean() - 1) < 0.1
"""
    )

    assert ran.error == ""


def test_functions_of_tensorflow_are_part_of_models(run_old: RunOld) -> None:
    """`tf.concat` and `K.sum` on symbolic tensors give a model that trains."""
    ran = run_old(
        DATA
        + """
import keras, tensorflow as tf, keras.backend as K
from keras.layers import *
given = Input(shape=(64,))
both = tf.concat([Dense(2)(given), Dense(3)(given)], axis=1)
model = keras.Model(given, Dense(3)(tf.reshape(K.square(both), (-1, 5))))
model.compile("adam", "mse")
model.fit(flat, one_hot, verbose=0)
assert model.output_shape == (None, 3)
"""
    )

    assert ran.error == ""


def test_an_activation_is_found_by_its_own_name(run_old: RunOld) -> None:
    """What code registers under a name is used by layers that name it."""
    ran = run_old(
        DATA
        + """
import keras, keras.backend as K
from keras.layers import Activation, Dense
from keras.utils.generic_utils import get_custom_objects
def curve(v): return 1.7 * K.tanh(v) + 0.01 * v
get_custom_objects().update({"curve": Activation(curve)})
model = keras.Sequential([Dense(2, activation="curve", input_dim=64), Activation("curve"), Dense(3)])
model.compile("sgd", "mse")
model.fit(flat, one_hot, verbose=0)
assert model.layers[0].activation is curve
"""
    )

    assert ran.error == ""
    assert ran.used["custom activation by name"] >= 2


def test_models_of_the_students_own_still_work(run_old: RunOld) -> None:
    """Subclasses of layers and models are built, trained and told apart as ever."""
    ran = run_old(
        DATA
        + """
import keras, tensorflow as tf
class Scaled(keras.layers.Layer):
    def __init__(self, units, **more):
        super(Scaled, self).__init__(**more)
        self.units = units
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer="uniform", name="w")
    def call(self, inputs):
        return tf.matmul(inputs, self.w)
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(3)
    def call(self, inputs):
        return self.inner(inputs)
for model in (keras.Sequential([Scaled(3, input_shape=(64,))]), Net()):
    model.compile("sgd", "mse")
    model.fit(flat, one_hot, verbose=0)
assert isinstance(model, keras.Model) and Scaled(3).get_config()["units"] == 3
"""
    )

    assert ran.error == ""
