"""Find out how a model takes a text: each way is tried on text before the held-out end, and the best predicts it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from grader.evidence.language.record import Interface
from grader.evidence.language.session import LanguageSession, are_probabilities
from grader.records.evidence import Failure

#: Bits by which a way must be better than one that is more usual.
_CLEARLY = 0.02

#: Predictions on which ways are compared, and the rows that tell probabilities from other outputs.
_COMPARED = 400
_ROWS = 8


def choose_interface(
    session: LanguageSession, candidates: Sequence[Interface]
) -> Interface | Failure:
    """The way of giving the text under which the model predicts it best.

    Args:
        session: The opened model and the text.
        candidates: Ways that fit its input and output, the usual one first, which wins where several are as good.
    """
    complete: list[Interface] = []
    for candidate in candidates:
        seen = _with_outputs(session, candidate)
        if isinstance(seen, Failure):
            return seen
        complete += seen
    if len(complete) == 1:
        return complete[0]
    best, lowest = complete[0], np.inf
    held_out = session.tokens.held_out
    for candidate in complete:
        first = max(candidate.window, held_out - 20 * _COMPARED)
        scored = session.bits(candidate, min(first, held_out - 1), held_out, _COMPARED)
        if isinstance(scored, Failure):
            return scored
        bits = scored[1].mean() if len(scored[1]) else np.inf
        if bits < lowest - _CLEARLY:
            best, lowest = candidate, bits
    return best


def _with_outputs(session: LanguageSession, candidate: Interface) -> list[Interface] | Failure:
    """A way of giving the text with what the model's outputs show: whether they are probabilities, and causal."""
    raw = session.raw_outputs(candidate, _ROWS)
    if isinstance(raw, Failure):
        return raw
    if session.shapes.every_step and candidate.window > 1:
        causal = session.is_causal(candidate)
        if isinstance(causal, Failure):
            return causal
        candidate = msgspec.structs.replace(candidate, causal=causal)
    if are_probabilities(raw):
        return [candidate]
    logits = msgspec.structs.replace(candidate, logits=True)
    return [logits] if raw.min() < 0 else [logits, candidate]
