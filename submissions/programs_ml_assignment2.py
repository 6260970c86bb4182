"""Programs and a report as students of ml-assignment2 write them: for the depth of models, and for house numbers."""

from __future__ import annotations

DEPTH = """\
import numpy as np
import matplotlib.pyplot as plt
from keras import backend as K
from keras.datasets import mnist
from keras.layers import Activation, Dense
from keras.models import Sequential
from keras.optimizers import SGD
from keras.utils import np_utils
from keras.utils.generic_utils import get_custom_objects

(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train = X_train.reshape(60000, 784).astype("float32")
X_test = X_test.reshape(10000, 784).astype("float32")
X_train /= 255
X_test /= 255
Y_train = np_utils.to_categorical(y_train, 10)
Y_test = np_utils.to_categorical(y_test, 10)


def lecun(x):
    return 1.7159 * K.tanh(2 * x / 3) + 0.01 * x


get_custom_objects().update({"lecun": Activation(lecun)})


def make_model(af, depth):
    model = Sequential()
    model.add(Dense(32, activation=af, input_shape=(784,)))
    for i in range(depth - 1):
        model.add(Dense(32, activation=af))
    model.add(Dense(10, activation="softmax"))
    model.compile(optimizer=SGD(lr=0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def max_gradients(model):
    # gradients on a mini-batch of 100 digits; weights and biases come in turn
    grads = model.optimizer.get_gradients(model.total_loss, model.trainable_weights)
    inputs = model._feed_inputs + model._feed_targets + model._feed_sample_weights
    x, y, weight = model._standardize_user_data(X_train[:100], Y_train[:100])
    values = K.function(inputs, grads)(x + y + weight)
    return [np.max(np.abs(value)) for value in values[::2]]


# Exercise 1 B and C
results = []
fig, axis = plt.subplots(1, 3, figsize=(15, 4))
fig.suptitle("layer depth vs. max gradient")
for af in ["relu", "tanh", "sigmoid"]:
    for index, depth in enumerate([5, 20, 40]):
        model = make_model(af, depth)
        model.fit(X_train, Y_train, epochs=3, batch_size=64)
        score = model.evaluate(X_test, Y_test, verbose=0)
        results.append([af, depth, score[1]])
        axis[index].plot(max_gradients(model), "o", label=af)
        axis[index].set_title(str(depth) + " layers")
        axis[index].legend()
plt.show()
print(results)

# Exercise 1 D: learning curves, then untrained models
for af in ["lecun", "tanh"]:
    model = make_model(af, 5)
    history = model.fit(X_train, Y_train, epochs=3, validation_data=(X_test, Y_test))
    plt.plot(history.history["val_accuracy"], label=af)
plt.xlabel("epoch")
plt.ylabel("accuracy")
plt.legend()
plt.show()

fig, axis = plt.subplots(1, 3, figsize=(15, 4))
for af in ["lecun", "tanh"]:
    for index, depth in enumerate([5, 20, 40]):
        axis[index].plot(max_gradients(make_model(af, depth)), "o", label=af)
        axis[index].set_title(str(depth) + " layers, untrained")
plt.show()
"""

REPORT = """\
# Machine Learning, second assignment

## Exercise 1 A

Backpropagation: the error of a layer is that of the next one times its weights and the derivative of the activation.

For ReLU the derivative is 0 for x < 0 and 1 for x > 0: the values are {0, 1}.

The hyperbolic tangent has the derivative 1 - tanh(x)^2, which is between 0 and 1.

The sigmoid has the derivative s(x) (1 - s(x)). It lies in (0, 1/4].

## Exercise 1 D

The gradients of LeCun's function lie in (0.01, 1.15393]: they never vanish.
"""

HOUSE_NUMBERS = """\
from math import ceil
import matplotlib.pyplot as plt
import numpy as np
from keras.callbacks import EarlyStopping
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Model, Sequential
from scipy.io import loadmat
from sklearn.metrics import confusion_matrix

train = loadmat("svhn/train_32x32.mat")
test = loadmat("svhn/test_32x32.mat")
X = np.moveaxis(train["X"], -1, 0)
Y = train["y"].ravel() % 10
X_test = np.moveaxis(test["X"], -1, 0)
Y_test = test["y"].ravel() % 10

N = len(X)
indices = np.random.permutation(N)
N_val = int(ceil(0.1 * N))
X_val, Y_val = X[indices[:N_val]] / np.float32(255), Y[indices[:N_val]]
X_train, Y_train = X[indices[N_val:]] / np.float32(255), Y[indices[N_val:]]

model = Sequential()
model.add(Conv2D(9, (3, 3), padding="same", activation="relu", input_shape=(32, 32, 3)))
model.add(MaxPooling2D((3, 3)))
model.add(Conv2D(36, (3, 3), padding="same", activation="relu"))
model.add(MaxPooling2D((3, 3)))
model.add(Conv2D(49, (3, 3), padding="same", activation="relu"))
model.add(MaxPooling2D((3, 3)))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
early_stop = EarlyStopping(monitor="val_loss", patience=5)
model.fit(X_train, Y_train, epochs=100, validation_data=(X_val, Y_val), callbacks=[early_stop])

predicted = np.argmax(model.predict(X_test / np.float32(255)), axis=1)
plt.matshow(confusion_matrix(Y_test, predicted, labels=range(10)))
plt.colorbar()
plt.show()

# Exercise 2 B
first = [np.random.choice(np.where(Y_test == digit)[0]) for digit in range(10)]
fig, axis = plt.subplots(2, 5)
for digit in range(10):
    axis.flat[digit].imshow(X_test[first[digit]])
plt.show()

layers = [layer for layer in model.layers if "conv" in layer.name]
activations = Model(model.inputs, [layer.output for layer in layers])
images = X_test[first] / np.float32(255)
for output in activations.predict(images):
    filters, size = output.shape[3], output.shape[1]
    side = ceil(filters ** 0.5)
    grid = np.zeros((10, side * size, side * size))
    for f in range(filters):
        row, column = f // side, f % side
        grid[:, row * size:(row + 1) * size, column * size:(column + 1) * size] = output[..., f]
    fig, axis = plt.subplots(2, 5)
    for digit in range(10):
        axis.flat[digit].imshow(grid[digit])
    plt.suptitle("%d filters" % filters)
    plt.show()
"""
