"""What n-grams make of a text: the baselines that models are compared with.

An interpolated n-gram is a mixture of the relative frequencies of all orders up to its own, and of a uniform share. The
weights depend on how often the context was seen, and are estimated by expectation maximisation on a part of the
training text that the frequencies were not counted on: deleted interpolation, as in Jelinek & Mercer, *Interpolated
estimation of Markov source parameters from sparse data* (1980). Nothing is estimated on the text that is scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: Share of the training text on which weights are estimated, and the most characters of it.
_DELETED = 0.1
_MOST_DELETED = 200_000

#: Contexts are grouped by the logarithm of how often they were seen.
_GROUPS = 9
_ITERATIONS = 30

#: No weight is smaller, so that nothing is impossible.
_LEAST_WEIGHT = 1e-4

_Floats = NDArray[np.float64]
_Integers = NDArray[np.int64]


def ngram_bits(tokens: _Integers, held_out: int, orders: Iterable[int]) -> Mapping[int, _Floats]:
    """Bits of every token of the end of a text, by n-grams trained on all that stands before.

    Args:
        tokens: The characters or words of the whole text as numbers, at least ten before `held_out`.
        held_out: Where the end begins.
        orders: Numbers of tokens: 1 is a unigram, 2 sees one token before, 5 sees four.

    Returns:
        Order to an array of shape (len(tokens) - held_out,).

    Raises:
        ValueError: There is no text on one of the two sides.
    """
    if held_out < 10 or held_out >= len(tokens):
        raise ValueError("n-grams need text to train on and text to score")
    wanted = sorted(set(orders))
    symbols = np.unique(tokens, return_inverse=True)[1].astype(np.int64)
    grams = _grams(symbols, wanted[-1])
    return {order: _scored(grams[: order + 1], held_out) for order in wanted}


def code_points(text: str) -> _Integers:
    """The characters of a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)


def _grams(symbols: _Integers, order: int) -> list[_Integers]:
    """For each n from 0 to `order` a number for the n tokens that end at each place, equal where they are equal.

    Near the beginning of the text they are those that are there.
    """
    size = int(symbols.max()) + 1
    grams = [np.zeros_like(symbols), symbols]
    while len(grams) <= order:
        before = np.concatenate([[-1], grams[-1][:-1]]) + 1
        joined = before * size + symbols
        grams.append(np.unique(joined, return_inverse=True)[1].astype(np.int64))
    return grams


def _scored(grams: list[_Integers], held_out: int) -> _Floats:
    deleted = min(max(1, int(held_out * _DELETED)), _MOST_DELETED)
    kept = held_out - deleted
    shares, groups = _frequencies(grams, kept, slice(kept, held_out))
    weights = _weights(shares, groups)
    shares, groups = _frequencies(grams, held_out, slice(held_out, None))
    bits: _Floats = -np.log2((shares * weights[groups]).sum(axis=1))
    return bits


def _frequencies(grams: list[_Integers], counted: int, scored: slice) -> tuple[_Floats, _Integers]:
    """Relative frequencies of the tokens of a part of a text behind their contexts.

    Args:
        grams: Of each order from 0.
        counted: Counted on the text up to here.
        scored: The part.

    Returns:
        Shape (tokens, orders + 1), uniform first; and for each token the group of its longest context.
    """
    alphabet = int(grams[1].max()) + 1
    columns = [np.full(len(grams[0][scored]), 1 / alphabet)]
    times = np.full(len(columns[0]), counted)
    for shorter, longer in pairwise(grams):
        context = np.concatenate([[0], shorter[:-1]])
        seen = np.bincount(longer[:counted], minlength=int(longer.max()) + 1)
        contexts = np.bincount(context[:counted], minlength=int(shorter.max()) + 1)
        times = contexts[context[scored]]
        columns.append(seen[longer[scored]] / np.maximum(times, 1))
    groups = np.minimum(np.log2(times + 1).astype(np.int64), _GROUPS - 1)
    return np.stack(columns, axis=1), groups


def _weights(shares: _Floats, groups: _Integers) -> _Floats:
    """The mixture under which a part of a text is most likely, for each group of contexts: (groups, columns)."""
    columns = shares.shape[1]
    weights = np.full((_GROUPS, columns), 1 / columns)
    for group in range(_GROUPS):
        inside = shares[groups == group]
        if not len(inside):
            continue
        mixture = weights[group]
        for _ in range(_ITERATIONS):
            parts = inside * mixture
            mixture = (parts / parts.sum(axis=1, keepdims=True)).mean(axis=0)
            mixture = np.maximum(mixture, _LEAST_WEIGHT)
            mixture /= mixture.sum()
        weights[group] = mixture
    return weights
