"""Have a model write: one character or word after the other is drawn from what it predicts, with a fixed seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.record import Interface
from grader.evidence.language.session import LanguageSession
from grader.records.evidence import Failure

SEED = 20_263

#: Temperature at which the likeliest is always taken.
GREEDY = 0.0


def continued(
    session: LanguageSession,
    interface: Interface,
    prompts: Sequence[NDArray[np.int64]],
    temperatures: Sequence[float],
    length: int,
) -> list[NDArray[np.int64]] | Failure:
    """What a model writes behind each of some tokens.

    Args:
        session: The opened model and its text.
        interface: How it is given the text.
        prompts: Tokens, one array for each text to write.
        temperatures: One for each: probabilities are raised to its inverse; `GREEDY` takes the likeliest.
        length: Tokens of each.

    Returns:
        For each an array of `length` tokens of the vocabulary.
    """
    allowed = _allowed(session, interface)
    if interface.mode == "stateful":
        return _remembered(session, interface, prompts, temperatures, length, allowed)
    draw = np.random.default_rng(SEED)
    window = interface.window
    rows = np.stack([_last(prompt, window) for prompt in prompts])
    written = []
    for _ in range(length):
        predicted = session.distributions(interface, rows)
        if isinstance(predicted, Failure):
            return predicted
        drawn = np.array(
            [
                _drawn(row, temperature, allowed, draw)
                for row, temperature in zip(predicted, temperatures, strict=True)
            ]
        )
        drawn -= interface.shift
        written.append(drawn)
        rows = np.concatenate([rows[:, 1:], drawn[:, None]], axis=1)
    return list(np.stack(written, axis=1))


def _remembered(
    session: LanguageSession,
    interface: Interface,
    prompts: Sequence[NDArray[np.int64]],
    temperatures: Sequence[float],
    length: int,
    allowed: NDArray[np.bool_],
) -> list[NDArray[np.int64]] | Failure:
    """Texts of a model that remembers, one after the other; one of a fixed window writes as if it saw it anew."""
    single = session.shapes.window is None or session.shapes.window == 1
    texts = []
    for prompt, temperature in zip(prompts, temperatures, strict=True):
        draw = np.random.default_rng(SEED)
        row = _last(prompt, interface.window)
        given = row.reshape(-1, 1) if session.shapes.window == 1 else row[None]
        predicted: NDArray[np.float64] | Failure = np.zeros((1, 1))
        if session.shapes.window == 1:
            given = _last(prompt, min(len(prompt), 100)).reshape(-1, 1)
        for number, piece in enumerate(given):
            predicted = session.distributions(interface, piece[None], reset=number == 0)
        written: list[int] = []
        for _ in range(length):
            if isinstance(predicted, Failure):
                return predicted
            drawn = _drawn(predicted[0], temperature, allowed, draw) - interface.shift
            written.append(drawn)
            row = np.append(row[1:], drawn)
            nothing_more = len(written) == length
            if nothing_more:
                break
            given = np.array([[drawn]]) if single else row[None]
            predicted = session.distributions(interface, given, reset=not single)
        texts.append(np.array(written))
    return texts


def _last(prompt: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """The end of a prompt, with nothing before it where it is shorter than the window."""
    missing = max(0, window - len(prompt))
    return np.concatenate([np.full(missing, -1), prompt[-window:]]).astype(np.int64)


def _allowed(session: LanguageSession, interface: Interface) -> NDArray[np.bool_]:
    """Which outputs stand for a token of the text."""
    allowed = np.zeros(session.shapes.width, np.bool_)
    codes = np.unique(session.tokens.codes[~session.tokens.absent]) + interface.shift
    allowed[codes] = True
    return allowed


def _drawn(
    predicted: NDArray[np.float64],
    temperature: float,
    allowed: NDArray[np.bool_],
    draw: np.random.Generator,
) -> int:
    logarithms = np.where(allowed, np.log(np.maximum(predicted, 1e-30)), -np.inf)
    if temperature == GREEDY:
        return int(logarithms.argmax())
    scaled = np.exp((logarithms - logarithms.max()) / temperature)
    return int(draw.choice(len(scaled), p=scaled / scaled.sum()))
