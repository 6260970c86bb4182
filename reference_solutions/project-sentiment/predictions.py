"""Both models of `submission/models.py`, trained, with what they predict on the held-out reviews.

Run `python predictions.py`; it writes `bag-of-words.csv` and `recurrent.csv` into `submission/`, and the recurrent
model `predictions.h5` with its learning curves.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np

sys.path.append(str(Path(__file__).resolve().parent / "submission"))
sys.path.append(str(Path(__file__).resolve().parents[2]))  # the repository
import models

from grader import datasets
from grader.datasets.texts import text_ids
from grader.files import make_folder
from reference_solutions.training import Options, report, run, train

EPOCHS = 8


def main(options: Options) -> None:
    """Train, save, predict, report."""
    keras.utils.set_random_seed(0)
    reviews = datasets.get("reviews")
    seen, held_out = reviews.load("train"), reviews.load("test")
    ids = list(text_ids(held_out.texts))
    handed_in = options.out / "submission"
    make_folder(handed_in)

    counting = models.bag_of_words()
    counting.fit(seen.texts, seen.labels)
    models.write(handed_in / "bag-of-words.csv", ids, counting.predict(held_out.texts))

    numbers = models.word_numbers(list(seen.texts))
    given, asked = (
        np.asarray(numbers(np.array(split.texts, object))) for split in (seen, held_out)
    )
    model = models.recurrent()
    train(
        model,
        given,
        seen.labels,
        validation_split=0.1,
        batch_size=models.BATCH,
        epochs=EPOCHS,
        options=options,
    )
    scores = model.predict(asked, verbose=0)[:, 0]
    models.write(handed_in / "recurrent.csv", ids, scores > 0.5)
    report(model, asked, held_out.labels, options=options)


if __name__ == "__main__":
    run(main)
