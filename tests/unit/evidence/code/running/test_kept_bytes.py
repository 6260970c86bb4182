"""What a training leaves becomes bytes and comes back, or is refused as a whole."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest

from grader.evidence.code.probe.running.kept_bytes import (
    LeftByTraining,
    RandomState,
    as_bytes,
    from_bytes,
)

LEFT = LeftByTraining(
    weights=[np.arange(6, dtype=np.float32).reshape(2, 3).T, np.float16(3), np.zeros((0, 4))],  # type: ignore[list-item]
    optimizer=[np.array(7, np.int64)],
    history={"loss": np.array([1.5, math.nan, -math.inf])},
    epochs=[0, 1, 2],
    params={"epochs": 3, "verbose": "auto", "steps": None},
    seconds=1.25,
    random=RandomState(python=(3, (1, 2), None), numpy=((4, 5), 1, 0, 0.5)),
    callbacks=[{}, {"best": 0.5, "wait": 1, "baseline": None, "greater": True}],
    files={"best.h5": b"\x89HDF", "empty": b""},
)


def test_what_comes_back_is_what_was_left() -> None:
    """Every number with its type, also where it is none."""
    found = from_bytes(as_bytes(LEFT))

    for one, other in ((LEFT.weights, found.weights), (LEFT.optimizer, found.optimizer)):
        for before, after in zip(one, other, strict=True):
            np.testing.assert_array_equal(before, after, strict=True)
    np.testing.assert_array_equal(found.history["loss"], LEFT.history["loss"])
    for name in ("epochs", "params", "seconds", "random", "callbacks", "files"):
        wanted = getattr(LEFT, name)
        assert getattr(found, name) == (tuple(wanted) if isinstance(wanted, list) else wanted)


@pytest.mark.parametrize("kept", range(0, len(as_bytes(LEFT)), 37))
def test_what_is_cut_off_is_refused(kept: int) -> None:
    """Nothing of it is used."""
    with pytest.raises(ValueError, match=r".+"):
        from_bytes(as_bytes(LEFT)[:kept])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 40,
        struct.pack("!Q", 2) + b"{}",
        as_bytes(LEFT) + b"more",
        as_bytes(LEFT).replace(b'"float32"', b'"object_"'),
        as_bytes(LEFT).replace(b'"shape":[3,2]', b'"shape":[9,9]'),
        as_bytes(LEFT).replace(b'"shape":[3,2]', b'"shape":[3,-]'),
    ],
)
def test_what_is_nothing_of_the_kind_is_refused(data: bytes) -> None:
    """With an error that says so."""
    with pytest.raises(ValueError, match=r".+"):
        from_bytes(data)


def test_objects_are_not_kept() -> None:
    """They would have to be pickled."""
    with pytest.raises(ValueError, match="objects"):
        as_bytes(
            LeftByTraining(
                weights=[np.array([object()])],
                optimizer=[],
                history={},
                epochs=[],
                params={},
                seconds=0,
            )
        )
