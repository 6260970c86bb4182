"""Rows of a dataset found again after they were scaled, inverted, standardised or laid out in another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data.layouts import Layout, flat, layouts

Vectors = NDArray[np.float32]

#: Values of an image that are compared with those of all images of a dataset.
_VALUES = 96

#: So alike are a row and the image it was made from.
_ALIKE = 0.99

#: Likewise where the mean and the deviation of pixels, which are only estimated, come in.
_ALIKE_ESTIMATED = 0.95

#: Images this close to the most alike one may be copies of it.
_COPY = 1e-4

#: Rows that a layout and a form are tried with.
_TRIED = 8

#: Images that the mean and the deviation of every pixel are estimated from.
_STATISTICS = 5_000

#: Pixels whose deviation is below this share of the largest are not compared once divided by it.
_STEADY = 0.2

#: Norms below this are those of rows without any contrast.
_NOTHING = 1e-6


class Match(NamedTuple):
    """The image that a row was made from."""

    image: int
    """Its place among the images of all splits."""
    copies: NDArray[np.intp]
    """The places of all images like it, ascending."""


@dataclass(frozen=True)
class _Form:
    """A way in which the values of images are changed before a model sees them."""

    channels: int
    mean: Vectors | None = None
    """Taken from every pixel. None: every channel was scaled and shifted as a whole."""
    deviation: Vectors | None = None
    """What every pixel is divided by then."""

    @property
    def alike(self) -> float:
        """How far from 0 the product of two vectors is at least, where one row was made from the other image."""
        return _ALIKE if self.mean is None else _ALIKE_ESTIMATED

    def of_images(self, images: NDArray[np.uint8], values: Any) -> Vectors:
        """Vectors of images of the dataset; see `of_rows`."""
        changed = images[:, values].astype(np.float32)
        if self.mean is not None:
            changed -= self.mean[values]
        if self.deviation is not None:
            changed /= self.deviation[values]
        return self.of_rows(changed)

    def of_rows(self, rows: NDArray[Any]) -> Vectors:
        """Vectors of length 1 whose product with that of the image they were made from is 1, or -1.

        Args:
            rows: Shape (n, values); the channels of a pixel one after the other. They were changed already.
        """
        vectors = rows.astype(np.float32)
        if self.mean is None:
            # Every channel on its own: often each is standardised with numbers of its own.
            planes = vectors.reshape(len(vectors), -1, self.channels)
            vectors = _unit(planes - planes.mean(axis=1, keepdims=True))
        return _unit(vectors.reshape(len(vectors), -1))


class _Compared(NamedTuple):
    """All images in one form."""

    form: _Form
    values: NDArray[np.intp]
    """The values of an image that are in the vectors."""
    vectors: Vectors
    checked: NDArray[np.intp]
    """The values of an image that tell in the end whether a row was made from it."""


class Fingerprints:
    """The images of a dataset, all its splits one after the other.

    Args:
        splits: Images of shape (n, height, width) or (n, height, width, channels), values 0 to 255.
    """

    def __init__(self, splits: Sequence[NDArray[np.uint8]]) -> None:
        self._splits = [flat(images) for images in splits]
        self._ends = np.cumsum([len(images) for images in splits])
        self._height, self._width, *channels = splits[0].shape[1:]
        self._channels = channels[0] if channels else 1
        self._values = self._chosen()

    def find(self, rows: NDArray[Any]) -> list[Match | None]:
        """The image each row was made from, whatever the layout and the scale.

        Args:
            rows: Shape (n, *shape of a row).
        """
        few = rows[:: max(len(rows) // _TRIED, 1)]
        best, most = None, len(few) // 2
        for layout, compared in self._ways(rows.shape[1:]):
            count = sum(match is not None for match in self._matches(layout(few), compared))
            if count > most:
                best, most = (layout, compared), count
            if count == len(few):
                break
        if best is None:
            return [None] * len(rows)
        layout, compared = best
        return self._matches(layout(rows), compared)

    def place(self, index: int) -> tuple[int, int]:
        """The number of the split an image is from, and its place there."""
        split = int(np.searchsorted(self._ends, index, side="right"))
        return split, index - (int(self._ends[split - 1]) if split else 0)

    def _ways(self, shape: tuple[int, ...]) -> Iterator[tuple[Layout, _Compared]]:
        possible = list(layouts(shape, self._height, self._width, self._channels))
        for layout in possible:
            yield layout, self._plain
        for layout in possible[:1]:
            yield layout, self._centred
            yield layout, self._standardised

    def _matches(self, rows: NDArray[Any], compared: _Compared) -> list[Match | None]:
        queries = compared.form.of_rows(rows[:, compared.values])
        whole = compared.form.of_rows(rows[:, compared.checked])
        found: list[Match | None] = []
        # Without the sign: an inverted image is that image too.
        likeness = np.abs(queries @ compared.vectors.T)
        for query, row, alike in zip(queries, whole, likeness, strict=True):
            image = int(alike.argmax())
            known = query.any() and alike[image] >= 2 * compared.form.alike - 1
            if known and abs(self._vector(image, compared) @ row) >= compared.form.alike:
                found.append(Match(image, np.flatnonzero(alike > alike[image] - _COPY)))
            else:
                found.append(None)
        return found

    def _vector(self, image: int, compared: _Compared) -> Vectors:
        """The vector of all values of an image that tell whether a row was made from it."""
        split, place = self.place(image)
        rows = self._splits[split][place : place + 1]
        vector: Vectors = compared.form.of_images(rows, compared.checked)[0]
        return vector

    def _chosen(self) -> NDArray[np.intp]:
        """Values of the middle part of an image, all channels of each chosen pixel."""
        rows = np.arange(self._height // 8, self._height - self._height // 8)
        columns = np.arange(self._width // 8, self._width - self._width // 8)
        pixels = (rows[:, None] * self._width + columns).ravel()
        chosen = np.random.default_rng(1).permutation(pixels)[: _VALUES // self._channels]
        return (np.sort(chosen)[:, None] * self._channels + np.arange(self._channels)).ravel()

    @cached_property
    def _plain(self) -> _Compared:
        return self._compared(_Form(self._channels))

    @cached_property
    def _centred(self) -> _Compared:
        mean, _ = self._statistics
        return self._compared(_Form(self._channels, mean))

    @cached_property
    def _standardised(self) -> _Compared:
        return self._compared(_Form(self._channels, *self._statistics))

    @cached_property
    def _statistics(self) -> tuple[Vectors, Vectors]:
        """Mean and deviation of every value over the first split."""
        images = self._splits[0]
        sample = images[:: max(len(images) // _STATISTICS, 1)].astype(np.float32)
        deviation = sample.std(axis=0)
        return sample.mean(axis=0), np.where(deviation > 0, deviation, 1).astype(np.float32)

    def _compared(self, form: _Form) -> _Compared:
        values, checked = self._values, np.arange(self._splits[0].shape[1])
        if form.deviation is not None:
            # A pixel that is nearly always black gets values of any size when it is divided by its deviation.
            steady = form.deviation > _STEADY * form.deviation.max()
            values, checked = values[steady[values]], checked[steady]
        vectors = np.concatenate([form.of_images(images, values) for images in self._splits])
        return _Compared(form, values, vectors, checked)


def _unit(vectors: Vectors) -> Vectors:
    """Vectors along the second axis divided by their length; those without any become zero."""
    lengths = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    unit: Vectors = np.where(lengths > _NOTHING, vectors / np.maximum(lengths, _NOTHING), 0)
    return unit
