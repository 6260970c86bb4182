"""MNIST and CIFAR-100."""

import keras
import matplotlib.pyplot as plt
from keras import layers

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, x_test = x / 255.0, x_test / 255.0

# Slower, and as good:
# model.add(layers.Dense(256, activation="relu"))

model = keras.Sequential(
    [
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, validation_split=0.1, verbose=2)

plt.plot(history.history["loss"], label="training loss")
plt.plot(history.history["val_loss"], label="validation loss")
plt.legend()
plt.show()

(a, b), (a_test, b_test) = keras.datasets.cifar100.load_data()
a, a_test = a / 255.0, a_test / 255.0

# The dense network has weights of its own for every pixel, so it stays at 18 %.
model1 = keras.Sequential([keras.Input((32, 32, 3))])
model1.add(layers.Flatten())
model1.add(layers.Dense(64, activation="relu"))
model1.add(layers.Dense(100, activation="softmax"))
model1.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model1.fit(a, b, batch_size=128, epochs=4, validation_data=(a_test, b_test), verbose=2)

# This one learns the training images by heart.
model2 = keras.Sequential([keras.Input((32, 32, 3))])
model2.add(layers.Conv2D(16, 3, strides=4, activation="relu"))
model2.add(layers.Flatten())
model2.add(layers.Dense(64, activation="relu"))
model2.add(layers.Dense(100, activation="softmax"))
model2.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model2.fit(a, b, batch_size=128, epochs=4, validation_data=(a_test, b_test), verbose=2)

# The best network of the three: dropout keeps both curves together.
cnn = keras.Sequential([keras.Input((32, 32, 3))])
cnn.add(layers.Conv2D(16, 3, strides=4, activation="relu"))
cnn.add(layers.Dropout(0.4))
cnn.add(layers.GlobalAveragePooling2D())
cnn.add(layers.Dense(100, activation="softmax"))
cnn.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = cnn.fit(a, b, batch_size=128, epochs=4, validation_data=(a_test, b_test), verbose=2)
