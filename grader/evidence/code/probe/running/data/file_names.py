"""Datasets told by the names of the files that code wants to read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.evidence.code.probe.running import places
from grader.evidence.code.probe.running.shims.paths import readable

#: Words in a path that tell a dataset; the first that is found counts.
_WORDS: Mapping[str, re.Pattern[str]] = {
    "fashion-mnist": re.compile(r"fashion"),
    "emnist-balanced": re.compile(r"emnist-balanced"),
    "emnist-digits": re.compile(r"emnist-digits"),
    "emnist-letters": re.compile(r"emnist"),
    "kmnist": re.compile(r"kmnist|kuzushiji"),
    "mnist": re.compile(r"mnist|digit-?recognizer"),
    "cifar100": re.compile(r"cifar[-_]?100"),
    "cifar10": re.compile(r"cifar"),
    "svhn": re.compile(r"svhn"),
}

#: Names of files that tell one where no word does.
_FILES: Mapping[str, re.Pattern[str]] = {
    "mnist": re.compile(r"(?:train|t10k)-(?:images|labels)[-.]idx.*"),
    "cifar10": re.compile(r"data_batch_[1-5]|test_batch|batches\.meta"),
    "svhn": re.compile(r"(?:train|test|extra)_32x32(?:\.mat)?"),
}

#: Archives of all images of a dataset.
ARCHIVE = re.compile(
    r"(?:mnist|fashion[-_]?mnist|kmnist|cifar[-_]?100?|svhn)(?:[-_ ]?(?:data|dataset|keras|images))?\.npz"
)

#: Code that reads tables with such words reads digits.
_DIGITS = re.compile(r"mnist|digit.?recogni[sz]er|\bpixel\d", re.IGNORECASE)


def text_of(path: Any) -> str:
    """A path in lower case with forward slashes; empty for what is no path."""
    if not isinstance(path, str | os.PathLike):
        return ""
    return str(os.fspath(path)).replace("\\", "/").lower()


def base_name(path: Any) -> str:
    """The last part of a path, in lower case."""
    return text_of(path).rpartition("/")[2]


def dataset_in(path: Any) -> str | None:
    """The dataset that a path speaks of, as the grader spells it; the file's own name counts more than its folders."""
    whole = text_of(path)
    for text in (base_name(path), whole):
        for name, pattern in _WORDS.items():
            if pattern.search(text):
                return name
    for name, pattern in _FILES.items():
        if pattern.fullmatch(base_name(path)):
            return name
    if base_name(path) in ("train.csv", "test.csv") and places.code_mentions(_DIGITS):
        return "mnist"
    return None


def is_handed_in(path: Any) -> bool:
    """Whether a file is there under this path, or was handed in under its name.

    Args:
        path: As the code writes it.
    """
    text = str(os.fspath(path)) if text_of(path) else ""
    return bool(text) and Path(readable(text)).exists()
