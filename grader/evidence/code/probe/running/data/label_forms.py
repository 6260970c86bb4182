"""What the labels are that a model is trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.evidence.code.probe.running.data.rows import picked, spread

#: Rows that are looked at to tell the kind of labels.
_LOOKED_AT = 2_000


def is_one_hot(labels: Any) -> bool:
    """Whether each row holds one 1 among zeros; of many rows, as far as rows spread over them tell."""
    rows = picked(labels, spread(len(labels), _LOOKED_AT))
    return (
        rows.ndim == 2
        and rows.shape[1] > 1
        and bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())
    )


def whole_numbers(labels: Any) -> NDArray[np.int64] | None:
    """The labels, one a row, where they are whole numbers; None where they are not."""
    values = np.asarray(labels)
    if values.dtype.kind not in "biuf" or values.size != len(values):
        return None
    values = values.reshape(-1)
    whole = values.astype(np.int64)
    return whole if bool((whole == values).all()) else None


def class_against_rest(given: NDArray[Any], classes: NDArray[Any]) -> int | None:
    """The class that two-valued labels tell from all others, as one value or as the other.

    Args:
        given: The labels a model gets; shape (n,), two values.
        classes: Those of the dataset for the same rows.

    Returns:
        None where they follow no single class, or the others are one class only.
    """
    low, high = np.unique(given) if len(np.unique(given)) == 2 else (None, None)
    if low is None:
        return None
    for chosen in (high, low):
        inside, outside = np.unique(classes[given == chosen]), np.unique(classes[given != chosen])
        if len(inside) == 1 and len(outside) > 1 and inside[0] not in outside:
            return int(inside[0])
    return None
