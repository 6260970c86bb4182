"""Exercise 1: how depth and activation functions change gradients and scores of fully connected models on MNIST.

Run `python exercise1.py`. It trains nine models of 5, 20 and 40 hidden layers with ReLU, tanh and sigmoid for three
epochs, takes the largest gradient of each layer on a mini-batch, and compares LeCun's activation function with tanh.
The figures and the results, `study.json`, are written beside it. On one processor core it takes about ten minutes.
"""

import json
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

DEPTHS = (5, 20, 40)
ACTIVATIONS = ("relu", "tanh", "sigmoid")
EPOCHS, CURVE_EPOCHS = 3, 8
CURVE_DEPTH = 20
MINI_BATCH = 128

keras.utils.set_random_seed(2020)
(x_train, digits_train), (x_test, digits_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
y_train = keras.utils.to_categorical(digits_train, 10)
y_test = keras.utils.to_categorical(digits_test, 10)
Path("figures").mkdir(exist_ok=True)


def lecun(x):
    """LeCun's activation function: a scaled tanh whose gradient never vanishes."""
    return 1.7159 * keras.ops.tanh(2 / 3 * x) + 0.01 * x


def lecun_derivative(x):
    """It is 1.15393 at 0 and comes near to 0.01 far from it."""
    return 1.7159 * 2 / 3 * (1 - keras.ops.tanh(2 / 3 * x) ** 2) + 0.01


def build(depth, activation):
    """A model of so many hidden layers of 32 units."""
    hidden = [layers.Dense(32, activation=activation) for _ in range(depth)]
    model = keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.01),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def largest_gradients(model):
    """The largest gradient of the weights of each layer on one mini-batch."""
    kernels = [layer.kernel for layer in model.layers]
    with tf.GradientTape() as tape:
        predicted = model(x_train[:MINI_BATCH])
        loss = tf.reduce_mean(
            keras.losses.categorical_crossentropy(y_train[:MINI_BATCH], predicted)
        )
    return [float(tf.reduce_max(tf.abs(found))) for found in tape.gradient(loss, kernels)]


def plot_over_layers(found, title, file):
    """A grid with a diagram for each depth, and in it a line for each activation function."""
    figure, axes = plt.subplots(1, len(DEPTHS), figsize=(12, 3.5))
    for axis, depth in zip(axes, DEPTHS, strict=True):
        for activation, of_depth in found.items():
            largest = of_depth[depth]
            axis.plot(range(1, len(largest) + 1), largest, marker=".", label=activation)
        axis.set(title=f"{depth} hidden layers", xlabel="layer", yscale="log")
    axes[0].set_ylabel("max gradient")
    axes[0].legend()
    figure.suptitle(title)
    figure.savefig(file, bbox_inches="tight")
    plt.close(figure)


# (B) and (C): three epochs each, then the test score and the gradients
scores = {activation: {} for activation in ACTIVATIONS}
trained = {activation: {} for activation in ACTIVATIONS}
for activation in ACTIVATIONS:
    for depth in DEPTHS:
        model = build(depth, activation)
        model.fit(x_train, y_train, epochs=EPOCHS, verbose=0)
        _, accuracy = model.evaluate(x_test, y_test, verbose=0)
        scores[activation][depth] = float(accuracy)
        trained[activation][depth] = largest_gradients(model)
        print(f"{activation}, {depth} hidden layers: test accuracy {accuracy:.4f}")

plot_over_layers(trained, "Largest gradients after three epochs", "figures/gradients.svg")

# (D): learning curves of the same topology with LeCun's function and with tanh
curves = {}
for name, activation in {"LeCun": lecun, "tanh": "tanh"}.items():
    model = build(CURVE_DEPTH, activation)
    history = model.fit(
        x_train, y_train, epochs=CURVE_EPOCHS, validation_data=(x_test, y_test), verbose=0
    )
    curves[name] = history.history

plt.figure(figsize=(6, 4))
for name, history in curves.items():
    plt.plot(history["val_accuracy"], label=f"{name}, test")
    plt.plot(history["accuracy"], linestyle="--", label=f"{name}, training")
plt.title(f"Learning curves of {CURVE_DEPTH} hidden layers")
plt.xlabel("epoch")
plt.ylabel("accuracy")
plt.legend()
plt.savefig("figures/learning-curves.svg")
plt.close()

# (D): gradients of models that were not trained
untrained = {
    name: {depth: largest_gradients(build(depth, activation)) for depth in DEPTHS}
    for name, activation in {"LeCun": lecun, "tanh": "tanh"}.items()
}
plot_over_layers(untrained, "Largest gradients of untrained models", "figures/untrained.svg")

points = np.linspace(-50, 50, 2001, dtype="float32")
slopes = keras.ops.convert_to_numpy(lecun_derivative(points))
print("gradients of LeCun's function from", slopes.min(), "to", slopes.max())
study = {
    "epochs": EPOCHS,
    "test_accuracy": scores,
    "largest_gradients": {"trained": trained, "untrained": untrained},
    "curves": {name: history["val_accuracy"] for name, history in curves.items()},
}
Path("study.json").write_text(json.dumps(study, indent=2))
