"""The hidden layer of `lab3.py`, trained for the 100 epochs that the report tells of.

Run `python hidden-layer.py`; it writes `hidden-layer.h5` beside itself, with its learning curves.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import lab3

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader import datasets
from reference_solutions.training import Options, report, run, train

EPOCHS = 100


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    mnist, test = datasets.get("mnist").load("train"), datasets.get("mnist").load("test")
    images, labels = lab3.zeros_against_the_rest(mnist.images, mnist.labels)
    model = lab3.hidden_layer()
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    train(
        model,
        images,
        labels,
        validation_split=0.1,
        batch_size=128,
        epochs=EPOCHS,
        options=options,
    )
    report(model, *lab3.zeros_against_the_rest(test.images, test.labels), options=options)


if __name__ == "__main__":
    run(main)
