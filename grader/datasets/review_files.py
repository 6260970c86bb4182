"""Reviews in the forms they are published in: Yelp's JSON lines, CSV with a class and a text, and a course's own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from grader.datasets.texts import TextSplit
from grader.errors import DataError

#: Reads a split from a file; raises ValueError or `DataError` where it is of another form.
ReadSplit = Callable[[Path], TextSplit]

YELP_JSON = "yelp_academic_dataset_review.json"

#: The first reviews of Yelp's file that say something are held out, those after them are for training.
_JSON_TEST, _JSON_TRAIN = 10_000, 50_000
#: Bytes of a line of JSON; reviews have at most 5,000 characters.
_LONGEST_LINE = 1 << 20


def read_class_csv(path: Path, classes: int) -> TextSplit:
    r"""Read ``"class","text"`` without a header, as the Yelp review sets of Zhang, Zhao and LeCun (2015) come.

    Classes count from 1. Line breaks are written ``\n`` in the texts, quotes are doubled.

    Raises:
        ValueError: A line has other columns or another class; says which.
    """
    texts, labels = [], []
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.reader(stream), 1):
            if len(row) != 2 or row[0] not in map(str, range(1, classes + 1)):
                raise ValueError(f'row {number} is not "class","text" with a class 1 to {classes}')
            labels.append(int(row[0]) - 1)
            texts.append(row[1].replace("\\n", "\n"))
    return _split(texts, labels)


def read_yelp_test(path: Path) -> TextSplit:
    """The first 10,000 reviews of Yelp's file whose stars are not 3.

    Raises:
        ValueError: A line is no review; says which.
    """
    return _split(*_columns(islice(_yelp_reviews(path), _JSON_TEST)))


def read_yelp_train(path: Path) -> TextSplit:
    """The 50,000 reviews after those of `read_yelp_test`.

    Raises:
        ValueError: A line is no review; says which.
    """
    return _split(*_columns(islice(_yelp_reviews(path), _JSON_TEST, _JSON_TEST + _JSON_TRAIN)))


def read_course_reviews(path: Path) -> TextSplit:
    """A course's own reviews: CSV with the columns ``text`` and ``label``, the label negative or positive, or 0 or 1.

    Raises:
        DataError: The table cannot be read, lacks a column, or has another label; says where.
    """
    hint = "its first line must be 'text,label', each label negative or positive; save it as CSV in UTF-8"
    known = {"negative": 0, "0": 0, "positive": 1, "1": 1}
    texts, labels = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not {"text", "label"} <= {*(reader.fieldnames or ())}:
                raise DataError(f"{path} lacks the columns 'text' and 'label'", hint=hint)
            for row in reader:
                label = known.get((row["label"] or "").strip().casefold())
                if label is None:
                    raise DataError(f"{path}, line {reader.line_num}: no such label", hint=hint)
                texts.append(row["text"])
                labels.append(label)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}", hint=hint) from error
    if not texts:
        raise DataError(f"{path} has no review", hint=hint)
    return _split(texts, labels)


def _yelp_reviews(path: Path) -> Iterator[tuple[str, int]]:
    """Text and label of every review of Yelp's file: 1 and 2 stars are negative, 4 and 5 positive."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(_LONGEST_LINE):
            number += 1
            review = _review(line, number)
            if review["stars"] != 3:
                yield review["text"], int(review["stars"] > 3)


def _review(line: bytes, number: int) -> dict[str, Any]:
    try:
        review = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON: {error}") from error
    stars = review.get("stars") if isinstance(review, dict) else None
    if stars not in (1, 2, 3, 4, 5) or not isinstance(review.get("text"), str):
        raise ValueError(f"line {number} is no review with `stars` and `text`")
    return dict(review)


def _columns(reviews: Iterator[tuple[str, int]]) -> tuple[list[str], list[int]]:
    found = list(reviews)
    return [text for text, _ in found], [label for _, label in found]


def _split(texts: list[str], labels: list[int]) -> TextSplit:
    if not texts:
        raise ValueError("it has no review")
    return TextSplit(tuple(texts), np.array(labels, np.uint8))
