"""Two models of the sentiment of reviews: one counts words, the other reads them in order.

`train.csv` and `texts.csv` lie beside this program, as `grader data export-unlabelled` wrote them. Run it; it writes
`bag-of-words.csv` and `recurrent.csv`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import keras
import numpy as np
from keras import layers
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

#: Words that occur less often are all one unknown word: most of them are typing errors.
WORDS = 300
#: Words of a review that are read; the longest has sixty.
LENGTH = 60
CLASSES = ("negative", "positive")
EPOCHS, BATCH = 8, 64


def bag_of_words() -> Pipeline:
    """Counts single words, whatever their order."""
    return make_pipeline(TfidfVectorizer(min_df=2), LogisticRegression(C=3, max_iter=500))


def word_numbers(texts: list[str]) -> layers.TextVectorization:
    """Gives every word its number, the most common ones first."""
    numbers = layers.TextVectorization(max_tokens=WORDS, output_sequence_length=LENGTH)
    numbers.adapt(np.array(texts, object))
    return numbers


def recurrent() -> keras.Sequential:
    """Reads five words at a time, then remembers what came before and after."""
    model = keras.Sequential(
        [
            layers.Embedding(WORDS, 32),
            layers.SpatialDropout1D(0.2),
            layers.Conv1D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling1D(2),
            layers.Bidirectional(layers.GRU(32)),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def read(path: Path, column: str) -> list[str]:
    """A column of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [row[column] for row in csv.DictReader(stream)]


def write(path: Path, ids: list[str], labels: np.ndarray) -> None:
    """A table of predictions."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("id", "label"))
        writer.writerows(zip(ids, labels.astype(int), strict=True))


def main() -> None:
    """Train both models and write what they predict."""
    keras.utils.set_random_seed(0)
    folder = Path(__file__).parent
    texts = read(folder / "train.csv", "text")
    labels = np.array([CLASSES.index(name) for name in read(folder / "train.csv", "label")])
    held_out, ids = read(folder / "texts.csv", "text"), read(folder / "texts.csv", "id")

    counting = bag_of_words()
    counting.fit(texts, labels)
    write(folder / "bag-of-words.csv", ids, counting.predict(held_out))

    numbers = word_numbers(texts)
    model = recurrent()
    model.fit(
        numbers(np.array(texts, object)),
        labels,
        validation_split=0.1,
        batch_size=BATCH,
        epochs=EPOCHS,
        verbose=2,
    )
    scores = model.predict(numbers(np.array(held_out, object)), verbose=0)[:, 0]
    write(folder / "recurrent.csv", ids, scores > 0.5)


if __name__ == "__main__":
    main()
