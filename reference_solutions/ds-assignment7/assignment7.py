"""Assignment 7: a small network on MNIST, its learning curves, and a study of weight decay.

Run `python assignment7.py`. It trains the network that is handed out for 10 epochs and plots its accuracies, and then
15 networks with hidden layers of 500 and 300 units for 40 epochs: three for each of five regularization factors. The
figures and the results are written beside it. On two processor cores the study takes about a quarter of an hour.
"""

import json
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, regularizers

EPOCHS = 10
STUDY_EPOCHS = 40
BATCH = 128
#: Five factors from 0.000001 to 0.001, evenly spaced on a logarithmic axis.
FACTORS = (1e-6, 5.6e-6, 3.2e-5, 1.8e-4, 1e-3)
REPLICATES = 3
#: What Hinton reports for this network with weight decay.
HINTON = 0.9847

# Pixels from 0 to 1 as real numbers, and for each digit a vector with a one in its place.
(x_train, digits_train), (x_test, digits_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255
y_train = keras.utils.to_categorical(digits_train, 10)
y_test = keras.utils.to_categorical(digits_test, 10)
Path("figures").mkdir(exist_ok=True)


def train(model, optimizer, epochs):
    """Train a model, with the test images for validation as the assignment has it."""
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model.fit(
        x_train,
        y_train,
        batch_size=BATCH,
        epochs=epochs,
        verbose=2,
        validation_data=(x_test, y_test),
    ).history


def handed_out():
    """The network of the handed-out notebook: 55,050 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def regularised(factor):
    """Hidden layers of 500 and 300 units whose weights decay: 545,810 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(500, activation="relu", kernel_regularizer=regularizers.l2(factor)),
            layers.Dense(300, activation="relu", kernel_regularizer=regularizers.l2(factor)),
            layers.Dense(10, activation="softmax"),
        ]
    )


def fading_steps():
    """Gradient descent whose steps shrink to nothing: the last epoch is no worse than its neighbours."""
    steps = STUDY_EPOCHS * -(-len(x_train) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(0.1, steps)
    return keras.optimizers.SGD(learning_rate=rate, momentum=0.9)


# 2 C: training and validation accuracy for each epoch
history = train(handed_out(), keras.optimizers.SGD(learning_rate=0.1), EPOCHS)
epochs = range(1, EPOCHS + 1)
plt.figure()
plt.plot(epochs, history["accuracy"], label="training accuracy")
plt.plot(epochs, history["val_accuracy"], label="validation accuracy")
plt.title("Accuracy of the handed-out network")
plt.xlabel("epoch")
plt.ylabel("accuracy")
plt.legend()
plt.savefig("figures/curves.svg")

# 2 D: three new networks for each factor; what counts is the validation accuracy after the last epoch
final = np.zeros((len(FACTORS), REPLICATES))
for row, factor in enumerate(FACTORS):
    for column in range(REPLICATES):
        curves = train(regularised(factor), fading_steps(), STUDY_EPOCHS)
        final[row, column] = curves["val_accuracy"][-1]

plt.figure()
plt.errorbar(
    FACTORS,
    final.mean(axis=1),
    yerr=final.std(axis=1),
    marker="o",
    capsize=4,
    label="three networks",
)
plt.axhline(HINTON, color="grey", linestyle="--", label="Hinton: 0.9847")
plt.xscale("log")
plt.title("Final validation accuracy, mean and deviation of three networks")
plt.xlabel("regularization factor")
plt.ylabel("validation accuracy")
plt.legend()
plt.savefig("figures/weight-decay.svg", bbox_inches="tight")

best = int(final.mean(axis=1).argmax())
print("best factor:", FACTORS[best], "mean:", final[best].mean(), "best network:", final.max())
print("short of Hinton's result by", HINTON - final.max())
study = {
    "epochs": STUDY_EPOCHS,
    "factors": FACTORS,
    "final_validation_accuracy": final.tolist(),
    "first_network": {name: values[-1] for name, values in history.items()},
}
Path("study.json").write_text(json.dumps(study, indent=2))
