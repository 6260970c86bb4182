"""Arguments of older versions by the names of today."""

from __future__ import annotations

import numpy as np
import pytest

from grader.evidence.code.probe.running.shims.keras_arguments import plain, today
from grader.evidence.code.probe.running.shims.keras_training import Series, other_name

CONVOLUTION = ("filters", "kernel_size", "strides", "padding", "data_format", "kernel_initializer")
DENSE = ("units", "activation", "kernel_initializer", "kernel_regularizer")


@pytest.mark.parametrize(
    ("kind", "parameters", "positional", "named", "wanted"),
    [
        ("Conv2D", CONVOLUTION, [8, 3, 5], {}, ([8], {"kernel_size": (3, 5)})),
        ("Conv2D", CONVOLUTION, [8, 3], {}, ([8, 3], {})),
        ("Conv2D", CONVOLUTION, [8, (3, 3), 2], {}, ([8, (3, 3), 2], {})),
        (
            "Conv2D",
            CONVOLUTION,
            [],
            {"nb_filter": 8, "nb_row": 3, "nb_col": 3, "dim_ordering": "th", "subsample": (2, 2)},
            (
                [],
                {
                    "filters": 8,
                    "kernel_size": (3, 3),
                    "data_format": "channels_first",
                    "strides": (2, 2),
                },
            ),
        ),
        (
            "Dense",
            DENSE,
            [np.int64(4)],
            {"init": "uniform"},
            ([4], {"kernel_initializer": "uniform"}),
        ),
        (
            "Dense",
            DENSE,
            [],
            {"units": 8.0, "W_regularizer": "l2"},
            ([], {"units": 8, "kernel_regularizer": "l2"}),
        ),
        (
            "Embedding",
            ("input_dim", "output_dim"),
            [9],
            {"output_dim": 4, "input_length": 5},
            ([9], {"output_dim": 4}),
        ),
        ("Dense", DENSE, [4], {"unknown": 1}, ([4], {"unknown": 1})),
    ],
)
def test_arguments_get_their_names_of_today(
    kind: str,
    parameters: tuple[str, ...],
    positional: list[object],
    named: dict[str, object],
    wanted: tuple[list[object], dict[str, object]],
) -> None:
    """Only names that the class does not take, and whose new name it takes, are changed."""
    assert today(kind, parameters, positional, named, lambda name: None) == wanted


def test_numbers_of_numpy_become_plain() -> None:
    """Also in tuples; the types count, as Keras compares them."""
    found = plain((np.int32(2), [np.float64(0.5)], "a"))

    assert found == (2, [0.5], "a")
    assert [type(found[0]), type(found[1][0])] == [int, float]


@pytest.mark.parametrize(
    ("asked", "held", "found"),
    [
        ("acc", "accuracy", "accuracy"),
        ("val_acc", "val_accuracy", "val_accuracy"),
        ("accuracy", "acc", "acc"),
        ("val_acc", "accuracy", None),
        ("loss", "accuracy", None),
    ],
)
def test_the_accuracy_has_two_names(asked: str, held: str, found: str | None) -> None:
    """The other name of the same series is found, never that of another one."""
    assert other_name(asked, {held: [1]}) == found
    assert Series({held: [1]}).get(asked) == ([1] if found else None)
