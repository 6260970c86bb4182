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
Y_train = np_utils.to_categorical(y_train, 10)
Y_test = np_utils.to_categorical(y_test, 10)


def lecun(x):
    return 1.7519 * K.tanh(2 * x / 3) + 0.01 * x


get_custom_objects().update({"lecun": Activation(lecun)})


def make_model(af, depth):
    model = Sequential()
    model.add(Dense(30, activation=af, input_shape=(784,)))
    for i in range(depth - 1):
        model.add(Dense(30, activation=af))
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
        model.fit(X_train, Y_train, epochs=2, batch_size=64)
        score = model.evaluate(X_test, Y_test, verbose=0)
        results.append([af, depth, score[1]])
        print(max_gradients(model))
        axis[index].set_title(str(depth) + " layers")
        axis[index].legend()
plt.show()
print(results)

# Exercise 1 D: learning curves, then untrained models
for af in ["lecun", "tanh"]:
    model = make_model(af, 5)
    history = model.fit(X_train, Y_train, epochs=2, validation_data=(X_test, Y_test))
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
