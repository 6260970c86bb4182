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
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(36, (3, 3), padding="same", activation="relu"))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(49, (3, 3), padding="same", activation="relu"))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
early_stop = EarlyStopping(monitor="loss", patience=5)
model.fit(X_train, Y_train, epochs=100, validation_data=(X_val, Y_val), callbacks=[early_stop])

predicted = np.argmax(model.predict(X_test / np.float32(255)), axis=1)
plt.plot(predicted)
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
