"""How far apart training took two networks of one shape, estimated from the sketches of their kernels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader.records.evidence import KernelSketch, WeightFingerprint

#: A kernel's change by training is trusted from this many standard deviations of its norm before training.
_SIGMAS = 3.0
#: Squared differences below this share of the squared norm are rounding, of sketches or of a smaller number type.
_ROUNDING = 1e-6

Matrix = NDArray[np.float64]


def distances(
    prints: Sequence[WeightFingerprint], origins: Sequence[WeightFingerprint] = ()
) -> Matrix:
    """The squared distance of every pair of networks, as a share of how far training took each of them.

    Networks that were drawn with one seed stay near each other however they are trained. So what counts is not the
    angle between their weights: the distance is divided by the distance from where training began. That is known
    where the network began at one of `origins`; else it is what its norm has over the norm of newly drawn weights.
    Of several kernels the one farthest apart counts: those of a base that many take over are the same in all.

    A network of a single kernel has one best setting, which every training comes near: it is compared with none.

    Args:
        prints: Fingerprints of n networks.
        origins: Fingerprints of networks that were handed out to begin with.

    Returns:
        Shape (n, n): about 1 or more for unrelated networks, 0 for the same one, infinite where that cannot be
        said: for kernels of other shapes, and where no kernel moved far from where it was drawn.
    """
    far = np.full((len(prints), len(prints)), np.inf)
    places: dict[tuple[tuple[int, ...], ...], list[int]] = defaultdict(list)
    for place, print_ in enumerate(prints):
        if len(print_.kernels) > 1 and all(map(_is_finite, print_.kernels)):
            places[_shapes(print_)].append(place)
    for shapes, members in places.items():
        found = [prints[place].kernels for place in members]
        begun = [origin.kernels for origin in origins if _shapes(origin) == shapes]
        kernels = [
            _kernel([own[place] for own in found], [origin[place] for origin in begun])
            for place in range(len(shapes))
        ]
        told = np.any([kernel.told for kernel in kernels], axis=0)
        apart = np.max([kernel.apart for kernel in kernels], axis=0)
        far[np.ix_(members, members)] = np.where(told | (apart == 0), apart, np.inf)
    return far


def _shapes(print_: WeightFingerprint) -> tuple[tuple[int, ...], ...]:
    return tuple(kernel.shape for kernel in print_.kernels)


@dataclass(frozen=True)
class _Kernel:
    """One kernel of n networks; matrices of shape (n, n)."""

    apart: Matrix
    """Squared distance as a share of how far training took both; of their size where that is not known."""
    told: NDArray[np.bool_]
    """Whether it is known of both how far training took them."""


def _kernel(kernels: Sequence[KernelSketch], origins: Sequence[KernelSketch]) -> _Kernel:
    count = len(kernels)
    squared = _squared_distances([*kernels, *origins])
    norms = np.array([kernel.norm for kernel in kernels]) ** 2
    drawn = np.array([kernel.drawn for kernel in kernels]) ** 2
    drawn = np.maximum.outer(drawn, drawn)
    moved = norms[:, np.newaxis] - drawn
    doubt = _SIGMAS * np.sqrt(2 / prod(kernels[0].shape)) * drawn
    if origins:
        begun = squared[:count, count:].min(axis=1)[:, np.newaxis]
        doubt = np.where(begun < moved, 0, doubt)
        moved = np.minimum(begun, moved)
    known = moved > np.maximum(doubt, 10 * _ROUNDING * norms[:, np.newaxis])
    told = known & known.T
    size = np.sqrt(np.outer(norms, norms))
    scale = np.where(told, np.sqrt(np.abs(moved * moved.T)), size)
    apart = squared[:count, :count]
    differing = apart > _ROUNDING * size
    return _Kernel(np.where(differing, apart / (2 * np.where(scale > 0, scale, 1)), 0), told)


def _vector(kernel: KernelSketch) -> NDArray[np.float64]:
    return kernel.norm * np.frombuffer(kernel.sketch, "<f2").astype(np.float64)


def _is_finite(kernel: KernelSketch) -> bool:
    """Whether a sketch is made of numbers; what a sandboxed process says is not taken on trust."""
    return bool(np.isfinite(_vector(kernel)).all())


def _squared_distances(kernels: Sequence[KernelSketch]) -> Matrix:
    sketches = np.stack([_vector(kernel) for kernel in kernels])
    products = sketches @ sketches.T
    squares = np.diagonal(products)
    return np.maximum(np.add.outer(squares, squares) - 2 * products, 0)
