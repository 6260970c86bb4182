"""Small programs for the tests of the reader, and what is read of them."""

from __future__ import annotations

import json
from textwrap import dedent

from grader.evidence.code.probe.reading.read import read_code
from grader.evidence.code.record import CodeReading, Training

IMPORTS = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, optimizers, regularizers
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model, Sequential
from tensorflow.keras.utils import to_categorical
"""
DATA = """\
(x, y), (x_test, y_test) = mnist.load_data()
x, x_test = x.reshape(-1, 784) / 255, x_test.reshape(-1, 784) / 255
y, y_test = to_categorical(y), to_categorical(y_test)
"""
BUILD = """\
def build(units=32, rate=0.1, factor=0.0):
    model = Sequential()
    model.add(Dense(units, activation="relu", input_shape=(784,), kernel_regularizer=regularizers.l2(factor)))
    model.add(Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer=optimizers.SGD(rate), metrics=["accuracy"])
    return model
"""
#: Parameters of what `build` makes: 784 * 32 + 32, and 32 * 10 + 10.
BUILT = 25_450


def read(text: str, file: str = "lab.py") -> CodeReading:
    """What is read of one script."""
    return read_code({file: dedent(text).encode()})


def trainings(text: str) -> tuple[Training, ...]:
    """The trainings of a program that has all usual imports, MNIST and `build`."""
    return read(IMPORTS + DATA + BUILD + dedent(text)).trainings


def training(text: str) -> Training:
    """The only training of such a program."""
    (found,) = trainings(text)
    return found


def notebook(*cells: str) -> bytes:
    """A notebook of code cells."""
    made = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": made}).encode()
