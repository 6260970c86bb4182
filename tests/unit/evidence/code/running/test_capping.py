"""What a training is given is cut to a few rows, and counted."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from grader.evidence.code.probe.running.capping import (
    first_rows,
    inputs_of,
    is_batched,
    length_of,
    split_rows,
)

X = np.arange(400.0).reshape(100, 4)
Y = np.arange(100)


class Batches:
    """As Keras' sequences are: batches of 32, the last one smaller."""

    def __init__(self, size: int = 32) -> None:
        self.size = size

    def __len__(self) -> int:
        return math.ceil(len(X) / self.size)

    def __getitem__(self, place: int) -> tuple[Any, Any]:
        part = slice(place * self.size, (place + 1) * self.size)
        return X[part], Y[part]


class Flow(Batches):
    """As the iterators of images are: they know how many images there are, and never end."""

    n = 77

    def __next__(self) -> tuple[Any, Any]:
        return self[0]

    def __iter__(self) -> Iterator[Any]:
        return self


class Tensor:
    """As tensors of TensorFlow are."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def numpy(self) -> Any:
        return self.values

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values

    def __getitem__(self, part: Any) -> Tensor:
        return Tensor(self.values[part])


class Rows:
    """As a dataset of TensorFlow is that gives single rows."""

    def __init__(self, rows: int | None) -> None:
        self.rows = rows

    def __len__(self) -> int:
        if self.rows is None:
            raise TypeError("The dataset is infinite.")
        return self.rows


class Batched:
    """As such a dataset is once it was put into batches."""

    def __init__(self, rows: Any, size: int, given: Sequence[Any] = (X, Y)) -> None:
        self._input_dataset = rows
        self._batch_size = size
        self._given = given

    def __len__(self) -> int:
        return math.ceil(len(self._input_dataset) / self._batch_size)

    def __iter__(self) -> Iterator[Any]:
        while True:
            yield tuple(Tensor(part[: self._batch_size]) for part in self._given)

    def take(self, count: int) -> Any:
        return [next(iter(self)) for _ in range(count)]


class Prefetched:
    """And then fetched ahead."""

    def __init__(self, inner: Any) -> None:
        self._input_dataset = inner

    def __len__(self) -> int:
        return len(self._input_dataset)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._input_dataset)


def generator(*parts: Any) -> Iterator[Any]:
    while True:
        yield parts


def test_arrays_are_cut_to_their_first_rows() -> None:
    """They are whole besides, and counted."""
    found = inputs_of(X, Y, weights=Y / 2, rows=3)

    assert found.x is X
    assert (found.few_x == X[:3]).all()
    assert (found.few_y == Y[:3]).all()
    assert (found.few_weights == Y[:3] / 2).all()
    assert (found.rows, found.batch_size, found.known) == (100, None, True)


@pytest.mark.parametrize(
    ("x", "shape"),
    [
        ([X, X], [(3, 4), (3, 4)]),
        ((X, Y), [(3, 4), (3,)]),
        (namedtuple("Pair", "a b")(X, Y), [(3, 4), (3,)]),
        ([X, [Tensor(Y)]], None),
    ],
)
def test_several_inputs_are_cut_each(x: Any, shape: Any) -> None:
    """In lists and tuples, nested too."""
    found = inputs_of(x, rows=3)

    assert found.rows == 100
    assert len(found.few_x) == 2
    if shape is None:
        assert found.few_x[1][0].shape == (3,)
    else:
        assert [part.shape for part in found.few_x] == shape


def test_inputs_by_name_are_cut_each() -> None:
    """So are outputs."""
    found = inputs_of({"left": X, "right": X}, {"out": Y}, rows=5)

    assert {name: part.shape for name, part in found.few_x.items()} == {
        "left": (5, 4),
        "right": (5, 4),
    }
    assert found.few_y["out"].shape == (5,)
    assert found.rows == 100


def test_tables_are_cut_by_their_rows() -> None:
    """Not by their columns, whatever their index is."""
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X, index=np.arange(100)[::-1])
    found = inputs_of(table, table[0], rows=4)

    assert (found.few_x.shape, found.few_y.shape, found.rows) == ((4, 4), (4,), 100)
    assert found.few_y.tolist() == X[:4, 0].tolist()


def test_sparse_matrices_are_cut() -> None:
    """As those are that count words."""
    from scipy.sparse import csr_matrix

    found = inputs_of(csr_matrix(X), rows=4)

    assert (found.few_x.shape, found.rows) == ((4, 4), 100)


@pytest.mark.parametrize(
    "values", [[1.0, 2.0, 3.0], [[1, 2], [3, 4], [5, 6]], list(np.arange(3)), ["a", "b", "c"]]
)
def test_lists_of_rows_are_cut(values: list[Any]) -> None:
    """Numbers, lists, NumPy's single numbers, texts."""
    assert first_rows(values, 2) == values[:2]
    assert length_of(values) == 3


@pytest.mark.parametrize("kind", ["generator", "iterator", "zip", "map"])
def test_generators_give_their_first_batch(kind: str) -> None:
    """One is drawn, and nobody knows how many there are."""
    source: Any = {
        "generator": lambda: generator(X[:32], Y[:32]),
        "iterator": lambda: iter([(X[:32], Y[:32])] * 2),
        "zip": lambda: zip([X[:32]] * 2, [Y[:32]] * 2, strict=True),
        "map": lambda: map(lambda batch: batch, [(X[:32], Y[:32])] * 2),  # noqa: C417
    }[kind]()
    found = inputs_of(source, rows=8)

    assert (found.few_x.shape, found.few_y.shape) == ((8, 4), (8,))
    assert (found.rows, found.batch_size) == (None, 32)
    assert len(next(source)[0]) == 32


def test_batches_may_have_weights_or_no_labels() -> None:
    """Batches of one, two and three parts."""
    weighted = inputs_of(generator(X, Y, Y))
    alone = inputs_of(iter([X]))

    assert weighted.few_weights.shape == (32,)
    assert (alone.few_x.shape, alone.few_y, alone.few_weights) == ((32, 4), None, None)


def test_a_generator_that_is_spent_gives_nothing() -> None:
    """Keras is left to say so."""
    assert not inputs_of(iter(())).known


@pytest.mark.parametrize(
    ("source", "rows", "size"),
    [
        (Batches(), 100, 32),
        (Batches(50), 100, 50),
        (Flow(), 77, 32),
        (Batched(Rows(100), 32), 100, 32),
        (Batched(Rows(96), 32), 96, 32),
        (Prefetched(Batched(Rows(100), 32)), 100, 32),
        (Prefetched(Prefetched(Batched(Rows(70), 32))), 70, 32),
        (Batched(Rows(None), 32), None, 32),
    ],
)
def test_rows_of_sequences_and_datasets_are_counted(
    source: Any, rows: int | None, size: int
) -> None:
    """With a last batch that is smaller than the others."""
    found = inputs_of(source, rows=8)

    assert (found.rows, found.batch_size) == (rows, size)
    assert np.asarray(found.few_x).shape == (8, 4)
    assert np.asarray(found.few_y).shape == (8,)


def test_a_sequence_whose_last_batch_cannot_be_had_is_counted_by_its_length() -> None:
    """A mistake of a student's in there is not ours."""

    class Broken(Batches):
        def __getitem__(self, place: int) -> Any:
            if place:
                raise IndexError(place)
            return super().__getitem__(0)

    assert inputs_of(Broken()).rows == 128


@pytest.mark.parametrize(
    ("value", "batched"),
    [
        (X, False), ([X], False), ({"a": X}, False), (Tensor(X), False), (None, False),
        (generator(X), True), (Batches(), True), (Batched(Rows(9), 3), True), (Flow(), True),
    ],
)  # fmt: skip
def test_what_gives_batches_is_told_from_what_has_rows(value: Any, batched: bool) -> None:
    """Arrays, tensors and nested ones have rows."""
    assert is_batched(value) is batched


@pytest.mark.parametrize(
    ("rows", "share", "expected"),
    [
        (73_257, 0.1, 7_326),
        (60_000, 0.1, 6_000),
        (60_000, 1 / 6, 10_000),
        (10, 0.25, 3),
        (5, 0.0, 0),
    ],
)
def test_the_share_for_validation_is_counted_as_keras_does(
    rows: int, share: float, expected: int
) -> None:
    """The training part is rounded down."""
    assert split_rows(rows, share) == expected


@pytest.mark.parametrize("value", [None, 3, object(), np.float64(2)])
def test_what_has_no_rows_has_no_length(value: Any) -> None:
    """Nobody knows."""
    assert length_of(value) is None
