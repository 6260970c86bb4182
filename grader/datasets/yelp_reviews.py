"""Yelp's own file of reviews, JSON lines: the first 10,000 that are not of three stars are held out."""

from __future__ import annotations

from grader.datasets.review_files import YELP_JSON, read_yelp_test, read_yelp_train
from grader.datasets.text_files import TextFile, TextFiles

DATASET = TextFiles(
    name="yelp-reviews",
    title="reviews of Yelp's Open Dataset, negative or positive",
    class_names=("negative", "positive"),
    files={
        "train": TextFile(YELP_JSON, read_yelp_train),
        "test": TextFile(YELP_JSON, read_yelp_test),
    },
    source="Yelp, under its terms",
)
