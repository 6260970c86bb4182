"""Made-up data in the shapes of datasets that are not at hand; the same at every call.

A model learns something from them, so that code which waits for that goes on. What it measures means nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Distinct images of one dataset; its rows repeat them.
_DISTINCT = 400

#: Rows that are filled at most; those after them are left black. A split that large is rarely used whole.
_FILLED = 260_000

#: Words of a made-up vocabulary.
_WORDS = 20_000


def generator(name: str) -> np.random.Generator:
    """Random numbers that depend on a name alone, apart from those of the student's code."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def class_images(
    name: str, rows: int, shape: Sequence[int], classes: int, *, places_of: str
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images with two blurred spots whose places tell the class, and labels in random order.

    Args:
        name: What the images and the order of the labels depend on.
        rows: How many.
        shape: (height, width), or (height, width, channels).
        classes: How many classes.
        places_of: What the places of the spots depend on; the same for all splits of a dataset.

    Returns:
        Images of shape (rows, *shape), values 0 to 255, and labels of shape (rows,).
    """
    pool = _spots(name, places_of, shape, classes)
    numbers = generator(name)
    labels = numbers.integers(0, classes, rows, dtype=np.uint8)
    variants = pool.shape[1]
    filled = rows if rows <= _FILLED else 2_000
    chosen = labels[:filled].astype(np.intp) * variants + numbers.integers(0, variants, filled)
    images = np.zeros((rows, *shape), np.uint8)
    np.take(pool.reshape(-1, *shape), chosen, axis=0, out=images[:filled], mode="clip")
    return images, labels


def _spots(name: str, places_of: str, shape: Sequence[int], classes: int) -> NDArray[np.uint8]:
    """Shape (classes, variants, *shape)."""
    places, numbers = generator(places_of), generator(f"{name} spots")
    height, width, *channels = shape
    depth = channels[0] if channels else 1
    variants = max(_DISTINCT // classes, 4)
    centres = places.uniform(0.2, 0.8, (classes, 1, 2, 2))
    centres = centres + numbers.normal(0, 0.03, (classes, variants, 2, 2))
    strength = places.uniform(0.4, 1, (classes, 1, 2, depth))
    rows = (np.arange(height) / height)[:, None]
    columns = np.arange(width) / width
    distance = (rows - centres[..., 0, None, None]) ** 2 + (
        columns - centres[..., 1, None, None]
    ) ** 2
    spots = np.exp(-distance / 0.02)
    light = np.einsum("cvshw,cksd->cvhwd", spots, strength)
    light += numbers.uniform(0, 0.15, light.shape)
    images: NDArray[np.uint8] = np.clip(light * 220, 0, 255).astype(np.uint8)
    return images if channels else images[..., 0]


def word_sequences(
    name: str, rows: int, classes: int, *, num_words: int | None, maxlen: int | None
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Lists of word numbers as Keras gives texts, and their labels.

    Args:
        name: What they depend on.
        rows: How many texts.
        classes: How many labels there are.
        num_words: Words with this number or a larger one are replaced by 2.
        maxlen: Texts are shorter than this.
    """
    numbers = generator(name)
    labels = numbers.integers(0, classes, rows)
    longest = max(min(maxlen or 240, 240) - 1, 2)
    lengths = numbers.integers(min(20, longest), longest, rows, endpoint=True)
    ends = np.cumsum(lengths)
    # Rare words are rare, and a few words tell the class.
    words = (_WORDS ** numbers.random(int(ends[-1]))).astype(np.int64) + 3
    of_class = numbers.random(len(words)) < 0.1
    words[of_class] = 100 + np.repeat(labels, lengths)[of_class]
    if num_words is not None:
        words[words >= num_words] = min(2, num_words - 1)
    starts = ends - lengths
    words[starts] = 1
    flat = words.tolist()
    texts = np.empty(rows, object)
    texts[:] = [flat[start:end] for start, end in zip(starts, ends, strict=True)]
    return texts, labels


def word_index(name: str) -> dict[str, int]:
    """Made-up words with their numbers, from 1."""
    return {f"{name}{number}": number for number in range(1, _WORDS)}


def table(
    name: str, rows: int, columns: int, target: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Numbers in columns and a value that depends on them.

    Args:
        name: What they depend on.
        rows: How many.
        columns: How many.
        target: Mean and standard deviation of the value.
    """
    weights: NDArray[Any] = generator(f"{name} weights").normal(size=columns)
    numbers = generator(name)
    data = numbers.normal(size=(rows, columns))
    value = data @ weights / np.linalg.norm(weights) + numbers.normal(0, 0.2, rows)
    mean, deviation = target
    return data, np.maximum(mean + deviation * value, mean / 10)
