from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import pytest

from grader.evidence.models.probe.fingerprint import Weight, fingerprint
from grader.evidence.models.probe.init_norm import expected_init_norm
from grader.evidence.models.record import SKETCH_SIZE, KernelSketch, WeightFingerprint
from tests.factory_similarity import initialized, moved


def of(*arrays: Any) -> WeightFingerprint:
    found = fingerprint([Weight("kernel", np.asarray(array)) for array in arrays])
    assert found is not None
    return found


def vector(kernel: KernelSketch) -> np.ndarray:
    return kernel.norm * np.frombuffer(kernel.sketch, "<f2").astype(np.float64)


def test_the_order_of_layers_and_the_number_type_do_not_matter() -> None:
    """The same numbers in another order, or as doubles, are the same weights."""
    one, other = initialized(0)

    assert of(one, other).digest == of(other.astype(np.float64), one).digest


@pytest.mark.parametrize(
    "changed",
    [
        lambda array: array.T,
        lambda array: array.reshape(30, 80),
        lambda array: np.nextafter(array, np.float32(9)),
        lambda array: array.astype(np.float16),
    ],
    ids=["transposed", "reshaped", "one-bit", "rounded"],
)
def test_any_other_number_or_shape_is_another_model(changed: Any) -> None:
    """Equal digests mean equal weights, bit by bit."""
    array = initialized(0)[0]

    assert of(changed(array)).digest != of(array).digest


def test_biases_count_for_the_digest_and_have_no_sketch() -> None:
    """Models that differ only in a bias have different digests."""
    kernel = initialized(0)[0]
    one, other = (of(kernel, np.full(10, value)) for value in (0, 1))

    assert one.digest != other.digest
    assert one.kernels == other.kernels
    assert [sketch.shape for sketch in one.kernels] == [(60, 40)]


def test_a_model_without_weights_has_no_fingerprint() -> None:
    """Nothing to tell it from others."""
    assert fingerprint([]) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_weights_that_are_no_numbers_have_a_digest_alone(value: float) -> None:
    """What broke in training is compared by its bytes, and nothing warns."""
    broken = of(np.array([[value, 1.0]]))

    assert broken.kernels == ()
    assert broken.digest == of(np.array([[value, 1.0]])).digest


def test_sketches_keep_distances() -> None:
    """Distances between kernels are estimated within the error that so many numbers have."""
    kernel = initialized(0)[0]
    for by in (0.01, 0.1, 1.0):
        near = moved([kernel], 1, by)[0]
        estimated = np.linalg.norm(vector(of(kernel).kernels[0]) - vector(of(near).kernels[0]))

        assert estimated == pytest.approx(np.linalg.norm(kernel - near), rel=0.3)


def test_large_kernels_are_projected_block_by_block() -> None:
    """A kernel of several blocks is the sum of its parts' projections, and its norm is exact."""
    rng = np.random.default_rng(0)
    large = rng.normal(size=(1300, 900)).astype(np.float32)
    part = large.copy()
    part[1200:] = 0
    rest = large - part
    whole = sum(vector(of(array).kernels[0]) for array in (part, rest))

    assert of(large).kernels[0].norm == pytest.approx(np.linalg.norm(large), rel=1e-5)
    assert vector(of(large).kernels[0]) == pytest.approx(whole, abs=2)


def test_the_projection_is_the_same_everywhere() -> None:
    """Fingerprints of references were made elsewhere: signs must not depend on machine or NumPy."""
    ramp = np.arange(2 * SKETCH_SIZE, dtype=np.float32).reshape(2, SKETCH_SIZE)
    found = of(ramp)

    assert found.digest.startswith("659c17b77904ad67")
    assert hashlib.sha256(found.kernels[0].sketch).hexdigest().startswith("c945209a17294013")


def test_only_the_last_of_very_many_kernels_have_a_sketch() -> None:
    """Evidence stays small; the last kernels, which are retrained most often, are kept."""
    kernels = [np.full((1, 1), value) for value in range(1, 151)]

    assert [kernel.norm for kernel in of(*kernels).kernels] == list(range(51, 151))


SHAPE = (3, 3, 16, 32)
FAN_IN, FAN_OUT = 144, 288


def keras(name: str, **options: Any) -> dict[str, Any]:
    return {"kernel_initializer": {"class_name": name, "config": options}}


@pytest.mark.parametrize(
    ("settings", "variance"),
    [
        ({}, 2 / (FAN_IN + FAN_OUT)),
        (keras("GlorotUniform", seed=None), 2 / (FAN_IN + FAN_OUT)),
        (keras("HeNormal"), 2 / FAN_IN),
        (keras("LecunUniform"), 1 / FAN_IN),
        (keras("VarianceScaling", scale=3.0, mode="fan_out"), 3 / FAN_OUT),
        (keras("RandomNormal", mean=0.0, stddev=0.1), 0.01),
        (keras("RandomUniform", minval=-0.1, maxval=0.1), 0.01 / 3),
        (keras("Ones"), 1.0),
        (keras("Zeros"), 0.0),
        ({"kernel_initializer": "he_uniform"}, 2 / FAN_IN),
        ({"init": "glorot_uniform"}, 2 / (FAN_IN + FAN_OUT)),
        ({"init": "uniform"}, 0.05**2 / 3),
        (keras("Custom>OfMyOwn"), 2 / (FAN_IN + FAN_OUT)),
        ({"kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": "x"}}}, 0.0025),
        ({"kernel_initializer": 7}, 2 / (FAN_IN + FAN_OUT)),
    ],
)
def test_the_norm_before_training_goes_by_the_initializer(
    settings: dict[str, Any], variance: float
) -> None:
    """As saved by any version of Keras; for an unknown initializer Keras' default is assumed."""
    assert expected_init_norm(SHAPE, "kernel", settings) == pytest.approx(
        math.sqrt(math.prod(SHAPE) * variance)
    )


def test_each_kernel_of_a_layer_goes_by_its_own_initializer() -> None:
    """A recurrent kernel is orthogonal, the one beside it is not."""
    settings = {
        "kernel_initializer": {"class_name": "GlorotUniform"},
        "recurrent_initializer": {"class_name": "Orthogonal", "config": {"gain": 2.0}},
    }

    assert expected_init_norm((8, 32), "recurrent_kernel", settings) == pytest.approx(
        2 * math.sqrt(8)
    )
    assert expected_init_norm((8, 32), "kernel", settings) == pytest.approx(math.sqrt(256 * 2 / 40))
