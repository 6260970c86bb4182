"""Lab 3, part 3: all ten digits.

Run `python lab3_3.py`. It tries optimizers and architectures for a few epochs each, and then trains the best one for
100 epochs, plots its loss and prints what the report tells.
"""

import keras
import matplotlib.pyplot as plt
from keras import layers

PIXELS = 28 * 28
CLASSES = 10
EPOCHS = 100
TRIAL_EPOCHS = 10
BATCH_SIZE = 512
OPTIMIZERS = ("sgd", "rmsprop", "adam")
ARCHITECTURES = ((), (64,), (256,), (256, 128))


def ten_digits(images, digits):
    """Flat images from 0 to 1, and labels as one-hot vectors."""
    flat = images.reshape(len(images), PIXELS).astype("float32") / 255
    return flat, keras.utils.to_categorical(digits, CLASSES)


def multiclass(hidden=(64,), dropout=0.0):
    """Fully connected layers with ReLU, then ten classes with softmax."""
    model = keras.Sequential([keras.Input((PIXELS,))])
    for units in hidden:
        model.add(layers.Dense(units, activation="relu"))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(CLASSES, activation="softmax"))
    return model


def trained(model, images, labels, epochs, optimizer="adam"):
    """Train a model; the last tenth of the training images is for validation."""
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model.fit(
        images, labels, batch_size=BATCH_SIZE, epochs=epochs, validation_split=0.1, verbose=0
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
    """All trainings of part 3."""
    train_data, test_data = keras.datasets.mnist.load_data()
    x_train, y_train = ten_digits(*train_data)
    x_test, y_test = ten_digits(*test_data)

    for optimizer in OPTIMIZERS:
        model = multiclass()
        trained(model, x_train, y_train, TRIAL_EPOCHS, optimizer)
        loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
        print(f"ten classes with {optimizer}: loss {loss:.4f}, accuracy {accuracy:.2%}")

    for hidden in ARCHITECTURES:
        model = multiclass(hidden)
        trained(model, x_train, y_train, TRIAL_EPOCHS)
        loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
        print(f"hidden layers {hidden}: loss {loss:.4f}, accuracy {accuracy:.2%}")

    best = multiclass((256, 128), dropout=0.3)
    history = trained(best, x_train, y_train, EPOCHS)
    plot_loss(history, "Ten classes: loss", "multiclass-loss.png")
    loss, accuracy = best.evaluate(x_test, y_test)
    print(
        f"256 and 128 units with dropout after {EPOCHS} epochs: loss {loss:.4f}, accuracy {accuracy:.2%}"
    )


if __name__ == "__main__":
    main()
