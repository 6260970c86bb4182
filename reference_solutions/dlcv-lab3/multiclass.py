"""The best architecture of `lab3_3.py`, trained for the 100 epochs that the report tells of.

Run `python multiclass.py`; it writes `multiclass.h5` beside itself, with its learning curves.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import lab3_3

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
from grader import datasets
from reference_solutions.training import Options, report, run, train

EPOCHS = 100


def main(options: Options) -> None:
    """Train, save, report."""
    keras.utils.set_random_seed(0)
    mnist, test = datasets.get("mnist").load("train"), datasets.get("mnist").load("test")
    images, labels = lab3_3.ten_digits(mnist.images, mnist.labels)
    model = lab3_3.multiclass((256, 128), dropout=0.3)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    train(
        model,
        images,
        labels,
        validation_split=0.1,
        batch_size=lab3_3.BATCH_SIZE,
        epochs=EPOCHS,
        options=options,
    )
    report(model, *lab3_3.ten_digits(test.images, test.labels), options=options)


if __name__ == "__main__":
    run(main)
