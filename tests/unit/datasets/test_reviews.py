"""The generated reviews: the same everywhere, and hard in the ways reviews are."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from grader import datasets
from grader.datasets.review_grammar import Grammar
from grader.datasets.reviews import contradicted
from grader.datasets.texts import TextDataset, TextSplit, text_ids


@pytest.fixture(scope="module")
def reviews() -> TextDataset:
    found = datasets.get("reviews")
    assert isinstance(found, TextDataset)
    return found


@pytest.fixture(scope="module")
def train(reviews: TextDataset) -> TextSplit:
    return reviews.load("train")


@pytest.fixture(scope="module")
def held_out(reviews: TextDataset) -> TextSplit:
    return reviews.load("test")


def test_they_are_the_same_on_every_machine(train: TextSplit, held_out: TextSplit) -> None:
    """Another grammar gives other reviews, and every submission made for these is worth nothing."""
    assert train.digest == "24ec568886020996d18949b0f59d2050f62d4d845b2ee01715d7db22116e7ab6"
    assert held_out.digest == "d7b54f303d00b97b5811dde8856a958b6cf9905e8cdaed09371734e737a45896"


def test_no_held_out_review_is_trained_on(train: TextSplit, held_out: TextSplit) -> None:
    """8,000 and 2,000 reviews, each once; about half of them are positive."""
    assert (len(train), len(held_out)) == (8_000, 2_000)
    assert len({*train.texts, *held_out.texts}) == 10_000
    assert 0.48 < train.labels.mean() < 0.54
    assert 0.48 < held_out.labels.mean() < 0.54


def test_the_title_says_that_nobody_wrote_them(reviews: TextDataset) -> None:
    """Who reads the list of datasets is not misled."""
    assert "generated" in reviews.title


def test_words_alone_do_not_decide(train: TextSplit, held_out: TextSplit) -> None:
    """A bag of words is far from the best that is possible, and better with pairs of words."""
    scores = []
    for words in (1, 2):
        vectorizer = CountVectorizer(ngram_range=(1, words), min_df=2)
        model = LogisticRegression(max_iter=300)
        model.fit(vectorizer.fit_transform(train.texts), train.labels)
        scores.append(model.score(vectorizer.transform(held_out.texts), held_out.labels))

    assert 0.70 < scores[0] < 0.80
    assert scores[1] > scores[0] + 0.05


def test_a_few_labels_contradict_their_reviews(held_out: TextSplit) -> None:
    """About three in a hundred, spread over both classes: nobody who reads the reviews is right on all."""
    rows = contradicted()

    assert rows.shape == held_out.labels.shape
    assert 0.02 < rows.mean() < 0.04
    assert 0.3 < held_out.labels[rows].mean() < 0.7


def test_a_seed_gives_its_own_reviews() -> None:
    """The grammar depends on its seed and nothing else."""
    first, again, other = (Grammar(seed) for seed in (1, 1, 2))
    written = [grammar.review() for grammar in (first, again, other)]

    assert written[0] == written[1]
    assert written[0] != written[2]
    assert all(re.fullmatch(r"[a-z',. ]+", review.text) for review in written)


def test_ids_tell_neither_label_nor_place(held_out: TextSplit) -> None:
    """An id is made of the text alone; the second of two equal texts has its number behind it."""
    ids = text_ids(held_out.texts)

    assert len({*ids}) == len(ids)
    assert text_ids(held_out.texts[5:6]) == ids[5:6]
    assert text_ids(["a", "b", "a"])[2] == text_ids(["a"])[0] + "-2"
    order = np.argsort(ids)
    assert abs(np.corrcoef(held_out.labels[order], np.arange(len(ids)))[0, 1]) < 0.1


def test_a_split_knows_its_digest_by_content() -> None:
    """Equal data give equal digests, and one other text or label gives another; texts do not run together."""
    labels = np.array([0, 1], np.uint8)
    split = TextSplit(("a b", "c"), labels)

    assert split.digest == TextSplit(("a b", "c"), labels.copy()).digest
    assert split.digest != TextSplit(("a", "b c"), labels).digest
    assert split.digest != TextSplit(("a b", "c"), labels[::-1].copy()).digest
    assert len(split[:1]) == 1
    assert split[:1].texts == ("a b",)
