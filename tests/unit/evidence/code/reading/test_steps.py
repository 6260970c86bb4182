"""Trainings that are written as loops, with Keras and with PyTorch."""

from __future__ import annotations

import pytest

from tests.unit.evidence.code.reading.programs import BUILT, read, training, trainings

BATCHES = """
    model = build()
    for epoch in range(7):
        for start in range(0, 60000, 100):
            model.train_on_batch(x[start:start + 100], y[start:start + 100])
    """


def test_train_on_batch_is_one_training() -> None:
    """The loop over epochs counts them; the slices are batches of all images."""
    found = training(BATCHES)

    assert (found.epochs, found.batch_size, found.data) == (7, 100, "mnist/train")
    assert (found.parameters, found.runs, found.models) == (BUILT, 1, 1)


def test_train_on_batch_in_a_sweep() -> None:
    """Each model is trained once."""
    found = training("""
        for rate in (0.1, 0.01):
            model = build(rate=rate)
            for epoch in range(3):
                for start in range(0, 60000, 64):
                    model.train_on_batch(x[start:start + 64], y[start:start + 64])
        """)

    assert (found.learning_rate, found.runs, found.models) == ((0.1, 0.01), 2, 2)
    assert (found.epochs, found.batch_size) == (3, 64)


TAPE = """
    model = build()
    optimizer = optimizers.Adam(0.01)
    loss_of = keras.losses.CategoricalCrossentropy()
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
    {decorator}
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss
    for epoch in range(4):
        for images, labels in batches:
            step(images, labels)
    """


@pytest.mark.parametrize("decorator", ["", "@tf.function"])
def test_a_training_on_a_tape(decorator: str) -> None:
    """The optimizer, the loss and the data are those of the loop."""
    found = training(TAPE.format(decorator=decorator))

    assert (found.optimizer, found.learning_rate, found.epochs) == ("Adam", 0.01, 4)
    assert (found.batch_size, found.data, found.runs) == (32, "mnist/train", 1)


TORCH = """
import torch
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

class Net(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, kernel_size=3)
        self.norm = nn.BatchNorm2d(8)
        self.layers = nn.Sequential(nn.Linear(784, units), nn.ReLU(), nn.Linear(units, 10))
    def forward(self, x):
        return self.layers(x)

loader = DataLoader(datasets.MNIST("data", train=True, download=True), batch_size=50, shuffle=True)

def train(model, optimizer, epochs):
    for epoch in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
"""


def test_a_training_with_pytorch() -> None:
    """Layers in the order they are made, with their parameters; the loader says the data."""
    reading = read(
        TORCH + "model = Net(16).to('cuda')\ntrain(model, optim.Adam(model.parameters()), 3)"
    )
    (found,) = reading.trainings

    assert reading.framework == "PyTorch"
    assert [item.class_name for item in found.layers] == [
        *("Conv2d", "BatchNorm2d", "Linear", "ReLU", "Linear"),
    ]
    assert found.parameters == (9 * 8 + 8) + 2 * 8 + (784 * 16 + 16) + (16 * 10 + 10)
    assert (found.optimizer, found.learning_rate, found.states_rate) == ("Adam", 0.001, False)
    assert (found.loss, found.epochs, found.batch_size) == ("cross_entropy", 3, 50)
    assert (found.data, found.runs) == ("mnist/train", 1)


def test_a_sweep_with_pytorch() -> None:
    """Every optimizer is a training of its own."""
    (found,) = read(
        TORCH
        + """
for rate in (0.1, 0.01, 0.001):
    model = Net(16)
    train(model, optim.SGD(model.parameters(), lr=rate), 2)
"""
    ).trainings

    assert found.learning_rate == (0.1, 0.01, 0.001)
    assert (found.runs, found.models, found.epochs) == (3, 3, 2)


def test_a_loss_that_is_an_object() -> None:
    """Of PyTorch, under the name it has there."""
    (found,) = read(
        TORCH
        + """
model, criterion = Net(4), nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.5)
for i in range(6):
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
"""
    ).trainings

    assert (found.loss, found.epochs, found.learning_rate) == ("mse_loss", 6, 0.5)


def test_loops_that_are_no_trainings() -> None:
    """Evaluating and predicting trains nothing."""
    found = trainings("""
        model = build()
        for epoch in range(3):
            model.evaluate(x_test, y_test)
            model.predict(x_test[:5])
            model.test_on_batch(x_test, y_test)
        """)

    assert found == ()
