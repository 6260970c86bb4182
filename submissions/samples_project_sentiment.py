"""The class of project-sentiment: tables of what models predict on the held-out reviews, and notebooks about them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sample_damage import Text
from sample_notebooks import Code, Notebook
from sample_notebooks import Text as Prose
from samples import Sample

from grader import datasets
from grader.datasets.texts import text_ids

_REFERENCE = Path(__file__).parents[1] / "reference_solutions" / "project-sentiment" / "submission"
_REVIEWS = datasets.get("reviews").load("test")
_IDS = text_ids(_REVIEWS.texts)
_PREDICTIONS = ("predictions",)
_CHECKS = tuple(f"predictions/{name}" for name in ("accuracy", "macro-f1", "difference"))


def _predicted(name: str) -> NDArray[np.int64]:
    """What a model of the reference predicts, in the order of the reviews."""
    with (_REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        found = {row["id"]: int(row["label"]) for row in csv.DictReader(stream)}
    return np.array([found[name] for name in _IDS])


BAG, RECURRENT = _predicted("bag-of-words"), _predicted("recurrent")
_WORDS = ("negative", "positive")


def _table(header: str, *columns: Iterable[object], ids: Iterable[str] = _IDS) -> Text:
    lines = (",".join(map(str, row)) for row in zip(ids, *columns, strict=True))
    return Text("\n".join((header, *lines)) + "\n")


def _words(labels: NDArray[np.int64]) -> list[str]:
    return [_WORDS[label] for label in labels]


def _changed(labels: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    """Labels of which a share is turned round."""
    turned = np.random.default_rng(seed).random(len(labels)) < share
    return np.where(turned, 1 - labels, labels)


_READ = Code(
    """
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

train, held_out = pd.read_csv("train.csv"), pd.read_csv("texts.csv")
vectorizer = TfidfVectorizer(min_df=2)
counts = vectorizer.fit_transform(train["text"])
""",
    printed="(8000, 170)\n",
)
_COUNTING = Code(
    """
counting = LogisticRegression(C=3, max_iter=500).fit(counts, train["label"])
print(counting.score(counts, train["label"]))
""",
    printed="0.7735\n",
)
_MARGIN = Code(
    """
from sklearn.svm import LinearSVC

margin = LinearSVC().fit(counts, train["label"])
print(margin.score(counts, train["label"]))
""",
    printed="0.7741\n",
)
_READING = Code(
    """
import keras
from keras import layers

numbers = layers.TextVectorization(max_tokens=300, output_sequence_length=60)
numbers.adapt(train["text"])
model = keras.Sequential([
    layers.Embedding(300, 32),
    layers.LSTM(32),
    layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(numbers(train["text"]), train["label"] == "positive", validation_split=0.1, epochs=8)
"""
)
_PICTURE = Code(
    """
from sklearn.decomposition import TruncatedSVD

points = TruncatedSVD(2).fit_transform(counts)
plt.scatter(points[:, 0], points[:, 1], s=3, c=train["label"] == "positive")
plt.show()
""",
    figure=True,
)
_PROJECTION = Code(
    """
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

train = pd.read_csv("train.csv")
counts = TfidfVectorizer(min_df=2).fit_transform(train["text"])
points = TruncatedSVD(2).fit_transform(counts)
print(points[:5])
""",
    printed="[[0.41 0.02]]\n",
)
_DISCUSSION = Prose("""
## Discussion of the errors

Counting words gets `not bad` wrong, the LSTM gets it right; both are wrong on reviews with typing errors. One training
with one seed does not show which would be better on other reviews.
""")
_LOST = Prose("""
## Conclusion

Both models are fine.
""")

STUDY = Notebook((_READ, _COUNTING, _READING, _PICTURE, _DISCUSSION))


_LSTM, _COUNTS = _table("id,label", _words(RECURRENT)), _table("id,label", _words(BAG))

SAMPLES = (
    Sample(
        "amina",
        "Two models of different kinds with both tables, a picture of the data, and a discussion.",
        {"study.ipynb": STUDY, "predictions-bow.csv": _COUNTS, "predictions-lstm.csv": _LSTM},
    ),
    Sample(
        "bruno",
        "One model alone, so that there is nothing to compare.",
        {"predictions-lstm.csv": _LSTM},
        loses=("predictions/difference",),
        exercises=_PREDICTIONS,
    ),
    Sample(
        "chloe",
        "One model under two names.",
        {"lstm.csv": _LSTM, "transformer.csv": _LSTM},
        loses=("predictions/difference",),
        exercises=_PREDICTIONS,
    ),
    Sample(
        "dmitri",
        "A table in which reviews are missing, one that names a class which is none.",
        {
            "bow.csv": _table("id,label", _words(BAG[:1990]), ids=_IDS[:1990]),
            "lstm.csv": _table("id,label", ["neutral", *_words(RECURRENT[1:])]),
        },
        loses=_CHECKS,
        reason="bad-text-predictions",
        exercises=_PREDICTIONS,
    ),
    Sample(
        "elif",
        "The most frequent class for every review, and a model that hardly learnt.",
        {
            "constant.csv": _table("id,label", [1] * len(_IDS)),
            "weak.csv": _table("id,label", _changed(_REVIEWS.labels.astype(np.int64), 0.4, 0)),
        },
        loses=_CHECKS,
        exercises=_PREDICTIONS,
    ),
    Sample(
        "farid",
        "Two linear models, which are of one kind, and no picture of the data.",
        {"study.ipynb": Notebook((_READ, _COUNTING, _MARGIN, _LOST))},
        loses=("study/unsupervised", "study/models"),
        exercises=("study",),
    ),
    Sample(
        "greta",
        "Stars in one table and probabilities with semicolons in the other; ids in another order.",
        {
            "bow.csv": _table(
                "review_id,stars",
                [5 if label else 1 for label in BAG[::-1]],
                ids=_IDS[::-1],
            ),
            "lstm.csv": Text(
                "id;probability\n"
                + "".join(
                    f"{name};{'0,97' if label else '0,02'}\n"
                    for name, label in zip(_IDS, RECURRENT, strict=True)
                )
            ),
        },
        exercises=_PREDICTIONS,
    ),
    Sample(
        "hugo",
        "The labels themselves, copied, and the same with some turned round: only hidden tests show it.",
        {
            "model-1.csv": _table("id,label", _REVIEWS.labels),
            "model-2.csv": _table("id,label", _changed(_REVIEWS.labels.astype(np.int64), 0.05, 1)),
        },
        exercises=_PREDICTIONS,
    ),
    Sample(
        "ines",
        "The data brought to two dimensions, without a figure of them, and no model.",
        {"study.ipynb": Notebook((_PROJECTION, _LOST))},
        loses=("study/unsupervised", "study/models"),
        exercises=("study",),
    ),
    Sample(
        "jonas",
        "Both models in one table, a column each.",
        {"all.csv": _table("id,counting,lstm", BAG, RECURRENT)},
        exercises=_PREDICTIONS,
    ),
)
