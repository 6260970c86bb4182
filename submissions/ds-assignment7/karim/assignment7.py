"""Assignment 7: learning curves of a small network, and weight decay in a larger one."""

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import regularizers
from keras.datasets import mnist
from keras.layers import Dense, Flatten
from keras.models import Sequential

batch_size = 128
num_classes = 10

# Preprocessing: real numbers from 0 to 1, and one-hot labels
(x_train, lbl_train), (x_test, lbl_test) = mnist.load_data()
x_train = x_train.reshape(60000, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(10000, 28, 28, 1).astype("float32") / 255
y_train = keras.utils.to_categorical(lbl_train, num_classes)
y_test = keras.utils.to_categorical(lbl_test, num_classes)

# The network that is handed out
model = Sequential()
model.add(Flatten())
model.add(Dense(64, activation="relu"))
model.add(Dense(64, activation="relu"))
model.add(Dense(num_classes, activation="softmax"))
model.compile(
    loss=keras.losses.categorical_crossentropy,
    optimizer=keras.optimizers.SGD(lr=0.1),
    metrics=["accuracy"],
)
fit_info = model.fit(
    x_train, y_train, batch_size=batch_size, epochs=10, validation_data=(x_test, y_test)
)

# Question 2 C: both accuracies for each epoch
plt.plot(fit_info.history["accuracy"], label="training accuracy")
plt.plot(fit_info.history["val_accuracy"], label="validation accuracy")
plt.xlabel("epoch")
plt.legend()
plt.show()


def build(factor):
    """Hidden layers of 500 and 300 units with weight decay."""
    network = Sequential()
    network.add(Flatten())
    network.add(Dense(500, activation="relu", kernel_regularizer=regularizers.l2(factor)))
    network.add(Dense(300, activation="relu", kernel_regularizer=regularizers.l2(factor)))
    network.add(Dense(num_classes, activation="softmax"))
    network.compile(
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.SGD(lr=0.1),
        metrics=["accuracy"],
    )
    return network


# Question 2 D: three networks for each factor
factors = [0.000001, 0.00001, 0.0001, 0.0005, 0.001]
accuracies = []
for factor in factors:
    replicates = []
    for _ in range(3):
        network = build(factor)
        history = network.fit(
            x_train, y_train, batch_size=batch_size, epochs=40, validation_data=(x_test, y_test)
        )
        replicates.append(history.history["val_accuracy"][-1])
    accuracies.append(replicates)

# The mean of the replicates with their deviation
plt.figure()
plt.errorbar(factors, np.mean(accuracies, axis=1), yerr=np.std(accuracies, axis=1))
plt.xscale("log")
plt.xlabel("regularization factor")
plt.ylabel("validation accuracy")
plt.show()
