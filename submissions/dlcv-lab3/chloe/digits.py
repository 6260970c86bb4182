"""Lab 3, parts 1 and 2: is it a zero?"""
import numpy as np
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

(x_train, y_train), (x_test, y_test) = mnist.load_data()
num_pixels = 28 * 28
x_train = x_train.reshape(len(x_train), num_pixels).astype("float32") / 255
x_test = x_test.reshape(len(x_test), num_pixels).astype("float32") / 255

zeros = np.zeros(y_train.shape)
zeros[y_train == 0] = 1
y_train = zeros
zeros = np.zeros(y_test.shape)
zeros[y_test == 0] = 1
y_test = zeros


def train(model, batch_size):
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=100, batch_size=batch_size)
    print("loss, accuracy:", model.evaluate(x_test, y_test))


# 1. A single neuron
for batch_size in (32, 128):
    model = Sequential()
    model.add(Dense(1, input_dim=num_pixels, activation="sigmoid"))
    train(model, batch_size)

# 2. A hidden layer
for units, activation in ((64, "relu"), (32, "tanh")):
    model = Sequential()
    model.add(Dense(units, input_dim=num_pixels, activation=activation))
    model.add(Dense(1, activation="sigmoid"))
    train(model, 128)
"""Lab 3, part 3: which digit is it?"""
from tensorflow import keras
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

(x_train, y_train), (x_test, y_test) = mnist.load_data()
num_pixels = 28 * 28
x_train = x_train.reshape(len(x_train), num_pixels).astype("float32") / 255
x_test = x_test.reshape(len(x_test), num_pixels).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train)
y_test = keras.utils.to_categorical(y_test)

for units, optimizer in ((64, "sgd"), (256, "adam")):
    model = Sequential()
    model.add(Dense(units, input_dim=num_pixels, activation="relu"))
    model.add(Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=100, batch_size=256)
    print("loss, accuracy:", model.evaluate(x_test, y_test))
