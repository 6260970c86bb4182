"""The distance between the weights of two models, relative to how far training moved them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader.evidence.models.record import KernelSketch, WeightFingerprint

#: How many standard deviations a kernel's norm must exceed its norm before training for the change to count.
_SIGMAS = 3.0
#: Squared differences below this share of the squared norm are rounding, of sketches or of a smaller number type.
_ROUNDING = 1e-6

Matrix = NDArray[np.float64]


def weight_distances(
    fingerprints: Sequence[WeightFingerprint], origins: Sequence[WeightFingerprint] = ()
) -> Matrix:
    """The squared distance of every pair of models, as a share of how far training moved each of them.

    Models initialized with the same seed stay near each other however they are trained, so the angle between
    their weights says little. The distance is therefore divided by the distance from where training started. That
    is known if the model was started from one of `origins`; otherwise it is estimated by how much the norm exceeds
    the norm of newly initialized weights. Of several kernels the one with the largest distance counts, because the
    kernels of a base model that many students reuse are the same in all of them.

    A model with a single kernel has one optimum, which every training approaches: it is not compared.

    Args:
        fingerprints: Fingerprints of n models.
        origins: Fingerprints of models that were handed out as starting points.

    Returns:
        Shape (n, n): about 1 or more for unrelated models, 0 for the same model, infinite for pairs that cannot be
        compared: those with kernels of other shapes, and those without a kernel that training moved far enough.
    """
    found = np.full((len(fingerprints), len(fingerprints)), np.inf)
    places: dict[tuple[tuple[int, ...], ...], list[int]] = defaultdict(list)
    for place, fingerprint in enumerate(fingerprints):
        if len(fingerprint.kernels) > 1 and all(map(_is_finite, fingerprint.kernels)):
            places[_shapes(fingerprint)].append(place)
    for shapes, members in places.items():
        same_shape = [fingerprints[place].kernels for place in members]
        starts = [origin.kernels for origin in origins if _shapes(origin) == shapes]
        kernels = [
            _compare_kernels(
                [kernels[layer] for kernels in same_shape], [start[layer] for start in starts]
            )
            for layer in range(len(shapes))
        ]
        comparable = np.any([kernel.comparable for kernel in kernels], axis=0)
        distance = np.max([kernel.distance for kernel in kernels], axis=0)
        found[np.ix_(members, members)] = np.where(comparable | (distance == 0), distance, np.inf)
    return found


def _shapes(fingerprint: WeightFingerprint) -> tuple[tuple[int, ...], ...]:
    return tuple(kernel.shape for kernel in fingerprint.kernels)


@dataclass(frozen=True)
class _KernelComparison:
    """One kernel of n models; matrices of shape (n, n)."""

    distance: Matrix
    """Squared distance as a share of how far training moved both; of their size where that is not known."""
    comparable: NDArray[np.bool_]
    """Whether it is known of both how far training moved them."""


def _compare_kernels(
    kernels: Sequence[KernelSketch], origins: Sequence[KernelSketch]
) -> _KernelComparison:
    count = len(kernels)
    squared = _squared_distances([*kernels, *origins])
    norms = np.array([kernel.norm for kernel in kernels]) ** 2
    initial = np.array([kernel.expected_init_norm for kernel in kernels]) ** 2
    initial = np.maximum.outer(initial, initial)
    moved = norms[:, np.newaxis] - initial
    uncertainty = _SIGMAS * np.sqrt(2 / prod(kernels[0].shape)) * initial
    if origins:
        from_origin = squared[:count, count:].min(axis=1)[:, np.newaxis]
        uncertainty = np.where(from_origin < moved, 0, uncertainty)
        moved = np.minimum(from_origin, moved)
    is_known = moved > np.maximum(uncertainty, 10 * _ROUNDING * norms[:, np.newaxis])
    comparable = is_known & is_known.T
    size = np.sqrt(np.outer(norms, norms))
    scale = np.where(comparable, np.sqrt(np.abs(moved * moved.T)), size)
    distance = squared[:count, :count]
    differs = distance > _ROUNDING * size
    relative = np.where(differs, distance / (2 * np.where(scale > 0, scale, 1)), 0)
    return _KernelComparison(relative, comparable)


def _vector(kernel: KernelSketch) -> NDArray[np.float64]:
    return kernel.norm * np.frombuffer(kernel.sketch, "<f2").astype(np.float64)


def _is_finite(kernel: KernelSketch) -> bool:
    """Whether a sketch consists of finite numbers; it comes from a sandboxed process, which is not trusted."""
    return bool(np.isfinite(_vector(kernel)).all())


def _squared_distances(kernels: Sequence[KernelSketch]) -> Matrix:
    sketches = np.stack([_vector(kernel) for kernel in kernels])
    products = sketches @ sketches.T
    squares = np.diagonal(products)
    return np.maximum(np.add.outer(squares, squares) - 2 * products, 0)
