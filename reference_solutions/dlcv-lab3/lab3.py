"""Lab 3, parts 1 and 2: a single neuron, then a hidden layer, tell the digit 0 from all others.

Run `python lab3.py`. It tries batch sizes, widths and activation functions for a few epochs each, and then trains both
models for 100 epochs, plots their losses and prints what the report tells.
"""

import keras
import matplotlib.pyplot as plt
from keras import layers

PIXELS = 28 * 28
EPOCHS = 100
TRIAL_EPOCHS = 10
BATCH_SIZES = (32, 128, 512)
WIDTHS = (16, 64, 256)
ACTIVATIONS = ("relu", "tanh", "sigmoid")


def zeros_against_the_rest(images, digits):
    """Flat images from 0 to 1, and labels that are 1 for the digit 0 and 0 for all others."""
    flat = images.reshape(len(images), PIXELS).astype("float32") / 255
    return flat, (digits == 0).astype("float32")


def single_neuron():
    """One sigmoid unit on 784 inputs: 785 parameters."""
    return keras.Sequential([keras.Input((PIXELS,)), layers.Dense(1, activation="sigmoid")])


def hidden_layer(units=64, activation="relu"):
    """A hidden layer before the sigmoid unit: 50,305 parameters with 64 units."""
    return keras.Sequential(
        [
            keras.Input((PIXELS,)),
            layers.Dense(units, activation=activation),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def trained(model, images, labels, epochs, batch_size=128):
    """Train a model; the last tenth of the training images is for validation."""
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model.fit(
        images, labels, batch_size=batch_size, epochs=epochs, validation_split=0.1, verbose=0
    )


def plot_loss(history, title, file):
    """Plot the loss over the epochs, on training and validation images."""
    plt.figure()
    plt.plot(history.history["loss"], label="training")
    plt.plot(history.history["val_loss"], label="validation")
    plt.title(title)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.legend()
    plt.savefig(file)


def main():
    """All trainings of parts 1 and 2."""
    train_data, test_data = keras.datasets.mnist.load_data()
    x_train, y_train = zeros_against_the_rest(*train_data)
    x_test, y_test = zeros_against_the_rest(*test_data)

    for batch_size in BATCH_SIZES:
        model = single_neuron()
        trained(model, x_train, y_train, TRIAL_EPOCHS, batch_size)
        loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
        print(f"single neuron, batches of {batch_size}: loss {loss:.4f}, accuracy {accuracy:.2%}")

    for units in WIDTHS:
        model = hidden_layer(units=units)
        trained(model, x_train, y_train, TRIAL_EPOCHS)
        loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
        print(f"hidden layer of {units} units: loss {loss:.4f}, accuracy {accuracy:.2%}")

    for activation in ACTIVATIONS:
        model = hidden_layer(activation=activation)
        trained(model, x_train, y_train, TRIAL_EPOCHS)
        loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
        print(f"hidden layer with {activation}: loss {loss:.4f}, accuracy {accuracy:.2%}")

    neuron = single_neuron()
    history = trained(neuron, x_train, y_train, EPOCHS)
    plot_loss(history, "Single neuron: loss", "single-neuron-loss.png")
    loss, accuracy = neuron.evaluate(x_test, y_test)
    print(f"single neuron after {EPOCHS} epochs: loss {loss:.4f}, accuracy {accuracy:.2%}")

    hidden = hidden_layer()
    history = trained(hidden, x_train, y_train, EPOCHS)
    plot_loss(history, "Hidden layer of 64 units: loss", "hidden-layer-loss.png")
    loss, accuracy = hidden.evaluate(x_test, y_test)
    print(f"hidden layer after {EPOCHS} epochs: loss {loss:.4f}, accuracy {accuracy:.2%}")


if __name__ == "__main__":
    main()
