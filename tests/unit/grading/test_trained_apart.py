from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from grader.grading.likeness import NEAR
from grader.grading.trained_apart import distances
from grader.records.evidence import SKETCH_SIZE, KernelSketch
from tests.factory_similarity import drawn, moved, print_of, trained


def test_unrelated_networks_are_as_far_apart_as_training_took_them() -> None:
    """Drawn and trained apart, they are one or more from each other, and nothing from themselves."""
    found = distances([print_of(trained(seed)) for seed in range(4)])
    others = found[~np.eye(4, dtype=bool)]

    assert (np.diagonal(found) == 0).all()
    assert (others > 0.5).all()
    assert np.array_equal(found, found.T)


@pytest.mark.parametrize("by", [0.002, 0.02, 0.1])
def test_a_network_trained_on_is_near(by: float) -> None:
    """A step that is small beside all training before."""
    own = trained(1)
    found = distances([print_of(own), print_of(moved(own, 7, by))])[0, 1]

    assert 0 < found < NEAR


def test_one_seed_alone_is_not_near() -> None:
    """Networks drawn alike lie at a small angle while training took each of them its own way."""
    begun = drawn(42)
    one, other = (moved(begun, seed, by=0.3) for seed in (1, 2))
    flat = [np.concatenate([array.ravel() for array in arrays]) for arrays in (one, other)]
    angle = flat[0] @ flat[1] / np.linalg.norm(flat[0]) / np.linalg.norm(flat[1])

    assert angle > 0.85
    assert distances([print_of(one), print_of(other)])[0, 1] > 0.5


def test_the_kernel_farthest_apart_counts() -> None:
    """Who takes over a trained base and trains an own last layer has made no copy."""
    one, other = trained(1), trained(2)

    assert distances([print_of(one), print_of([one[0], other[1]])])[0, 1] > 0.5


def test_what_training_hardly_moved_is_not_compared() -> None:
    """Networks of one seed, saved before training did much, would all be near."""
    begun = drawn(42)

    assert distances([print_of(moved(begun, seed, 0.02)) for seed in (1, 2)])[0, 1] == np.inf


def test_rounding_to_another_number_type_is_nothing() -> None:
    """Saved as half-precision floats, a network is the same, trained or not."""
    for own in (trained(1), drawn(1)):
        rounded = [array.astype(np.float16).astype(np.float32) for array in own]

        assert distances([print_of(own), print_of(rounded)])[0, 1] == 0


def test_what_cannot_be_compared_is_infinitely_far() -> None:
    """Kernels of other shapes, one kernel alone, none at all."""
    two = print_of(trained(1))
    wide = print_of(drawn(1, ((60, 41), (41, 10))))
    single = print_of(trained(1)[:1])
    biases = print_of([np.ones(10, np.float32)])
    found = distances([two, wide, single, single, biases, biases])

    assert np.isinf(found[~np.eye(6, dtype=bool)]).all()


def test_sketches_that_are_no_numbers_are_near_nothing() -> None:
    """A process that was taken over cannot make its network look like everybody's."""
    own = print_of(trained(1))
    broken = np.full(SKETCH_SIZE, np.nan, "<f2").tobytes()
    kernels = tuple(msgspec.structs.replace(kernel, sketch=broken) for kernel in own.kernels)
    forged = msgspec.structs.replace(own, kernels=kernels)

    assert distances([own, forged])[0, 1] == np.inf


@pytest.mark.parametrize(
    "change",
    [
        {"sketch": "AAAA"},
        {"norm": -1.0},
        {"norm": 1e300},
        {"drawn": 1e300},
        {"shape": [3]},
        {"shape": [3, 0]},
        {"shape": [1 << 50, 3]},
    ],
)
def test_sketches_of_another_form_are_refused(change: dict[str, Any]) -> None:
    """Where a sandboxed process says them, they are no answer."""
    kernel = msgspec.to_builtins(print_of(trained(1)).kernels[0])

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(kernel | change, KernelSketch)


def test_from_a_known_beginning_only_what_came_after_counts() -> None:
    """Networks made from one handed out are near each other only where they went the same way from there."""
    handed_out = trained(9)
    one, other = (moved(handed_out, seed, by=0.05) for seed in (1, 2))
    copy = moved(one, 3, by=0.004)
    prints = [print_of(arrays) for arrays in (one, other, copy)]

    assert (distances(prints) < NEAR).all()
    found = distances(prints, [print_of(handed_out), print_of(trained(5))])
    assert found[0, 1] > 0.5
    assert 0 < found[0, 2] < NEAR
