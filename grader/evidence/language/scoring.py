"""Bits per character of a model on the held-out end of its text, beside those of n-grams of the same tokens."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.interface import Shapes
from grader.evidence.language.ngrams import code_points, ngram_bits
from grader.evidence.language.record import BIGRAM, FIVEGRAM, UNIGRAM, Interface
from grader.evidence.language.session import LanguageSession
from grader.evidence.language.tokens import ABSENT, Tokens
from grader.evidence.models.failures import bad_output
from grader.evidence.models.record import ModelSummary
from grader.records.base import Record
from grader.records.evidence import Failure
from grader.records.message import Count

#: Predictions of the held-out end, at most and at least, and on the text before it.
_MOST, _LEAST, _BEFORE = 20_000, 1_500, 2_000

#: Multiplications for all predictions together; a processor core does some billions in a second.
_WORK = 4e11

#: Pieces of the text that a model which remembers is given one after the other.
_PIECES = 4_000

#: Numbers that come back for all predictions together.
_NUMBERS = 60e6


class Scores(Record, frozen=True, kw_only=True):
    """What was measured."""

    predictions: int
    scored: int
    bits: float
    bits_before: float
    margin: float
    unigram: float
    bigram: float
    fivegram: float


def predictions_within(model: ModelSummary, shapes: Shapes, interface: Interface) -> int:
    """How many predictions are scored, so that a large model takes no longer than a small one.

    It depends on the model alone, so that the same submission is scored on the same characters everywhere.
    """
    table = sum(layer.parameters for layer in model.layers if layer.type == "Embedding")
    every = interface.window if interface.mode == "windows" or not interface.causal else 2
    steps = 1 if interface.mode == "stateful" else every
    work = max(model.parameters - table, 1) * steps
    possible = min(_WORK / work, _NUMBERS / shapes.width)
    if interface.mode == "stateful":
        possible = min(possible, _PIECES * (interface.window if shapes.every_step else 1))
    return max(_LEAST, min(_MOST, int(possible)))


def score(session: LanguageSession, interface: Interface, most: int) -> Scores | Failure:
    """Measure a model and the baselines.

    Args:
        session: The opened model and its text.
        interface: How it is given the text.
        most: Predictions of the held-out end.
    """
    tokens = session.tokens
    # What the vocabulary lacks is one token to n-grams.
    codes = np.where(tokens.absent, ABSENT, tokens.codes)
    grams = ngram_bits(codes, tokens.held_out, (UNIGRAM, BIGRAM, FIVEGRAM))
    held_out = session.bits(interface, tokens.held_out, len(tokens.codes), most)
    if isinstance(held_out, Failure):
        return held_out
    places, bits = held_out
    if not len(places):
        window = Count(value=interface.window, setting=True)
        return bad_output(session.client.file, "text-window", window=window)
    first = min(interface.window, tokens.held_out // 2)
    before = session.bits(interface, first, tokens.held_out, min(most, _BEFORE))
    if isinstance(before, Failure):
        return before
    spelled = _spelled(tokens, places)
    baselines = {order: found[places - tokens.held_out] + spelled for order, found in grams.items()}
    bits = bits + spelled + _escapes(tokens, places)
    lengths = tokens.lengths[places]
    scored = int(lengths.sum())
    difference = bits - baselines[FIVEGRAM]
    deviation = float(difference.std(ddof=1)) if len(difference) > 1 else 0.0
    return Scores(
        predictions=len(places),
        scored=scored,
        bits=float(bits.sum()) / scored,
        bits_before=_mean(before[1], tokens.lengths[before[0]], ~tokens.absent[before[0]]),
        margin=1.96 * deviation * math.sqrt(len(places)) / scored,
        unigram=float(baselines[UNIGRAM].sum()) / scored,
        bigram=float(baselines[BIGRAM].sum()) / scored,
        fivegram=float(baselines[FIVEGRAM].sum()) / scored,
    )


def _spelled(tokens: Tokens, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bits of spelling the words that the vocabulary lacks, by the 5-gram of characters; 0 for all others."""
    absent = tokens.absent[places]
    if not absent.any():
        return np.zeros(len(places))
    bits = ngram_bits(code_points(tokens.text), tokens.cut, (FIVEGRAM,))[FIVEGRAM]
    summed = np.concatenate([[0.0], np.cumsum(bits)])
    ends = tokens.ends[places] - tokens.cut
    return np.where(absent, summed[ends] - summed[ends - tokens.lengths[places]], 0.0)


def _escapes(tokens: Tokens, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bits of saying which words are none of the vocabulary's.

    A model with an index for them predicts that itself. For others it is as likely as in the text before the held-out
    end, and all other words pay for the chance of one.
    """
    before, absent = tokens.absent[: tokens.held_out], tokens.absent[places]
    all_known = not before.any() and not absent.any()
    if all_known or (tokens.codes[tokens.absent] != ABSENT).all():
        return np.zeros(len(places))
    share = (before.sum() + 1) / (len(before) + 2)
    return np.where(absent, -math.log2(share), -math.log2(1 - share))


def _mean(bits: NDArray[np.float64], lengths: NDArray[np.int64], kept: NDArray[np.bool_]) -> float:
    total = int(lengths[kept].sum())
    return float(bits[kept].sum()) / total if total else 0.0
