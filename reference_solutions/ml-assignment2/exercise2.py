"""Exercise 2: a convolutional model for house numbers (SVHN), and what its filters make of an image of each digit.

Run `python exercise2.py` beside `train_32x32.mat` and `test_32x32.mat` of the Street View House Numbers. The figures
and the results, `svhn.json`, are written beside it.
"""

import json
from math import ceil
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from scipy.io import loadmat

FILTERS = (9, 36, 49)

keras.utils.set_random_seed(2020)
random = np.random.default_rng(2020)
Path("figures").mkdir(exist_ok=True)


def read(file):
    """Images of shape (N, 32, 32, 3) and digits of shape (N,), where the file has 10 for the digit 0."""
    content = loadmat(file)
    return np.moveaxis(content["X"], -1, 0), content["y"].ravel() % 10


x, y = read("train_32x32.mat")
x_test, y_test = read("test_32x32.mat")

# A tenth of the training images, 7,326 of all 73,257, drawn at random for validation
N = len(x)
order = random.permutation(N)
held_out = ceil(0.1 * N)
x_valid, y_valid = x[order[:held_out]], y[order[:held_out]]
x_train, y_train = x[order[held_out:]], y[order[held_out:]]

model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
for filters in FILTERS:
    model.add(layers.Conv2D(filters, (3, 3), padding="same", activation="relu"))
    model.add(layers.MaxPooling2D((3, 3)))
model.add(layers.Flatten())
model.add(layers.Dense(10, activation="softmax"))
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)
history = model.fit(
    x_train,
    y_train,
    batch_size=64,
    epochs=60,
    validation_data=(x_valid, y_valid),
    callbacks=[stop],
    verbose=2,
)
_, accuracy = model.evaluate(x_test, y_test, verbose=0)
print("test accuracy:", accuracy)

# The confusion matrix of the test images
predicted = model.predict(x_test, verbose=0).argmax(axis=1)
matrix = np.zeros((10, 10), int)
np.add.at(matrix, (y_test, predicted), 1)
plt.figure(figsize=(6, 5))
shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
plt.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="none")
plt.title("Confusion matrix: share of each digit")
plt.xlabel("predicted digit")
plt.ylabel("digit")
plt.xticks(range(10))
plt.yticks(range(10))
plt.colorbar()
plt.savefig("figures/confusion-matrix.svg")
plt.close()


def side_by_side(outputs):
    """The outputs of the filters of one layer, each from 0 to 1, as a square grid of images."""
    height, width, filters = outputs.shape
    side = ceil(filters**0.5)
    grid = np.zeros((side * height, side * width))
    for place in range(filters):
        top, left = place // side * height, place % side * width
        output = outputs[..., place] - outputs[..., place].min()
        grid[top : top + height, left : left + width] = output / max(output.max(), 1e-6)
    return grid


# (B): an image of each digit drawn at random, and the outputs of all filters, a grid for each layer
convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
outputs_of = keras.Model(model.inputs, [layer.output for layer in convolutions])
chosen = [random.choice(np.flatnonzero(y_test == digit)) for digit in range(10)]
outputs = outputs_of.predict(x_test[chosen], verbose=0)
for digit, image in enumerate(x_test[chosen]):
    figure, axes = plt.subplots(1, 1 + len(FILTERS), figsize=(11, 3))
    axes[0].imshow(image, interpolation="none")
    axes[0].set_title(f"digit {digit}")
    for axis, filters, of_layer in zip(axes[1:], FILTERS, outputs, strict=True):
        axis.imshow(side_by_side(of_layer[digit]), interpolation="none")
        axis.set_title(f"{filters} filters")
    for axis in axes:
        axis.axis("off")
    figure.savefig(f"figures/filters-{digit}.svg", bbox_inches="tight")
    plt.close(figure)

found = {
    "training_images": len(x_train),
    "validation_images": len(x_valid),
    "epochs": len(history.history["loss"]),
    "test_accuracy": float(accuracy),
    "recall": (np.diag(matrix) / np.maximum(matrix.sum(axis=1), 1)).round(4).tolist(),
}
Path("svhn.json").write_text(json.dumps(found, indent=2))
