"""Yelp reviews, one to five stars, as Zhang, Zhao and LeCun published them.

Source: "Character-level Convolutional Networks for Text Classification", NIPS 2015.
"""

from __future__ import annotations

from functools import partial

from grader.datasets.review_files import read_class_csv
from grader.datasets.text_files import TextFile, TextFiles

_FOLDER = "yelp_review_full_csv"
_READ = partial(read_class_csv, classes=5)

DATASET = TextFiles(
    name="yelp-full",
    title="Yelp reviews, one to five stars",
    class_names=("1 star", "2 stars", "3 stars", "4 stars", "5 stars"),
    files={
        "train": TextFile(f"{_FOLDER}/train.csv", _READ),
        "test": TextFile(f"{_FOLDER}/test.csv", _READ),
    },
    source=f"the authors ({_FOLDER}.tar.gz)",
)
