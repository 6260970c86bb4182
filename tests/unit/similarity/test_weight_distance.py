from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from grader.evidence.models.record import SKETCH_SIZE, KernelSketch
from grader.similarity.pairs import NEAR
from grader.similarity.weight_distance import weight_distances
from tests.factory_similarity import fingerprint_of, initialized, moved, trained


def test_unrelated_models_are_as_far_apart_as_training_moved_them() -> None:
    """Trained independently, their distance is about one or more; from itself it is zero."""
    found = weight_distances([fingerprint_of(trained(seed)) for seed in range(4)])
    others = found[~np.eye(4, dtype=bool)]

    assert (np.diagonal(found) == 0).all()
    assert (others > 0.5).all()
    assert np.array_equal(found, found.T)


@pytest.mark.parametrize("by", [0.002, 0.02, 0.1])
def test_a_model_trained_a_little_further_is_near(by: float) -> None:
    """A step that is small compared with all training before."""
    own = trained(1)
    found = weight_distances([fingerprint_of(own), fingerprint_of(moved(own, 7, by))])[0, 1]

    assert 0 < found < NEAR


def test_one_seed_alone_is_not_near() -> None:
    """Models of one seed keep a small angle although each was trained in its own direction."""
    start = initialized(42)
    one, other = (moved(start, seed, by=0.3) for seed in (1, 2))
    flat = [np.concatenate([array.ravel() for array in arrays]) for arrays in (one, other)]
    angle = flat[0] @ flat[1] / np.linalg.norm(flat[0]) / np.linalg.norm(flat[1])

    assert angle > 0.85
    assert weight_distances([fingerprint_of(one), fingerprint_of(other)])[0, 1] > 0.5


def test_the_kernel_with_the_largest_distance_counts() -> None:
    """A trained base with a last layer of its own is not a copy."""
    one, other = trained(1), trained(2)

    assert weight_distances([fingerprint_of(one), fingerprint_of([one[0], other[1]])])[0, 1] > 0.5


def test_models_that_training_hardly_moved_are_not_compared() -> None:
    """Models of one seed, saved after little training, would all be near."""
    start = initialized(42)

    assert (
        weight_distances([fingerprint_of(moved(start, seed, 0.02)) for seed in (1, 2)])[0, 1]
        == np.inf
    )


def test_rounding_to_another_number_type_makes_no_distance() -> None:
    """Saved as half-precision floats, a model is the same, trained or not."""
    for own in (trained(1), initialized(1)):
        rounded = [array.astype(np.float16).astype(np.float32) for array in own]

        assert weight_distances([fingerprint_of(own), fingerprint_of(rounded)])[0, 1] == 0


def test_models_that_cannot_be_compared_are_infinitely_far() -> None:
    """Kernels of other shapes, a single kernel, no kernels."""
    two = fingerprint_of(trained(1))
    wide = fingerprint_of(initialized(1, ((60, 41), (41, 10))))
    single = fingerprint_of(trained(1)[:1])
    biases = fingerprint_of([np.ones(10, np.float32)])
    found = weight_distances([two, wide, single, single, biases, biases])

    assert np.isinf(found[~np.eye(6, dtype=bool)]).all()


def test_sketches_that_are_not_finite_are_near_nothing() -> None:
    """A compromised process cannot make its model similar to all others."""
    own = fingerprint_of(trained(1))
    broken = np.full(SKETCH_SIZE, np.nan, "<f2").tobytes()
    kernels = tuple(msgspec.structs.replace(kernel, sketch=broken) for kernel in own.kernels)
    forged = msgspec.structs.replace(own, kernels=kernels)

    assert weight_distances([own, forged])[0, 1] == np.inf


@pytest.mark.parametrize(
    "change",
    [
        {"sketch": "AAAA"},
        {"norm": -1.0},
        {"norm": 1e300},
        {"expected_init_norm": 1e300},
        {"shape": [3]},
        {"shape": [3, 0]},
        {"shape": [1 << 50, 3]},
    ],
)
def test_sketches_of_another_form_are_refused(change: dict[str, Any]) -> None:
    """The reply of a sandboxed process is validated."""
    kernel = msgspec.to_builtins(fingerprint_of(trained(1)).kernels[0])

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(kernel | change, KernelSketch)


def test_from_a_known_origin_only_the_training_since_counts() -> None:
    """Models made from one starter are near only if they were trained in the same direction from there."""
    handed_out = trained(9)
    one, other = (moved(handed_out, seed, by=0.05) for seed in (1, 2))
    copy = moved(one, 3, by=0.004)
    fingerprints = [fingerprint_of(arrays) for arrays in (one, other, copy)]

    assert (weight_distances(fingerprints) < NEAR).all()
    found = weight_distances(fingerprints, [fingerprint_of(handed_out), fingerprint_of(trained(5))])
    assert found[0, 1] > 0.5
    assert 0 < found[0, 2] < NEAR
