"""Baselines: interpolated n-grams on text whose entropy is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.evidence.language.ngrams import code_points, ngram_bits


def test_a_fair_coin_costs_one_bit_in_every_order() -> None:
    """Longer contexts say nothing about independent symbols, and hardly cost anything."""
    tokens = np.random.default_rng(0).integers(0, 2, 40_000)

    found = ngram_bits(tokens, 36_000, (1, 2, 5))

    assert all(bits.shape == (4_000,) for bits in found.values())
    assert all(bits.mean() == pytest.approx(1, abs=0.01) for bits in found.values())


def test_symbols_that_follow_the_one_before_are_known_to_the_bigram() -> None:
    """A sequence in which each symbol but one in ten is the next of the alphabet has the entropy it is made with."""
    draw = np.random.default_rng(1)
    jumps = np.where(draw.random(60_000) < 0.9, 1, draw.integers(0, 8, 60_000))
    tokens = np.cumsum(jumps) % 8
    shares = np.full(8, 0.1 / 8)
    shares[1] += 0.9
    entropy = -(shares * np.log2(shares)).sum()

    found = ngram_bits(tokens, 54_000, (1, 2))

    assert found[1].mean() == pytest.approx(3, abs=0.01)
    assert found[2].mean() == pytest.approx(entropy, abs=0.05)


def test_a_context_of_four_is_what_a_5_gram_sees() -> None:
    """Text that repeats what stood four places before is free to a 5-gram, and random to a bigram."""
    draw = np.random.default_rng(2)
    blocks = draw.integers(0, 4, (5_000, 4))
    tokens = np.concatenate([blocks, blocks], axis=1).reshape(-1)

    found = ngram_bits(tokens, 36_000, (2, 5))

    assert found[2].mean() > 1.6
    assert found[5].mean() < found[2].mean() - 0.3


def test_what_was_never_seen_has_a_price() -> None:
    """A symbol of the end alone costs more than any other, and no infinite number of bits."""
    tokens = np.concatenate([np.tile([0, 1, 2], 2_000), [3, 0, 1, 2]])

    bits = ngram_bits(tokens, 6_000, (5,))[5]

    assert bits.argmax() == 0
    assert 5 < bits[0] < 40


def test_nothing_is_learnt_from_the_end() -> None:
    """The first characters of the end cost the same whatever follows them."""
    text = "the cat sat on the mat and the dog lay on the rug. " * 60
    one, other = (
        ngram_bits(code_points(text + end), len(text), (1, 2, 5)) for end in ("the cat", "the mud")
    )

    assert all(np.array_equal(one[order][:4], other[order][:4]) for order in one)


def test_an_empty_side_is_refused() -> None:
    """There must be text to train on and text to score."""
    for held_out in (0, 5, 100):
        with pytest.raises(ValueError, match="n-grams need text"):
            ngram_bits(np.zeros(100, np.int64), held_out, (1,))


def test_characters_beyond_the_first_plane_are_one_symbol() -> None:
    """An emoji is one character, and half of one does not stop the reading."""
    assert len(code_points("a😀b")) == 3
    assert len(code_points("a\ud83d")) == 2
    assert math.isclose(code_points("é")[0], 233)
