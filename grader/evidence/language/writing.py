"""What a model writes, and how much of it stands word for word in its corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.evidence.language.copying import known_share, longest_run, usual_run, words_in
from grader.evidence.language.record import Copying, Interface, Passage
from grader.evidence.language.sampling import GREEDY, continued
from grader.evidence.language.session import LanguageSession
from grader.evidence.language.tokens import Tokens
from grader.records.base import Record
from grader.records.evidence import Failure

TEMPERATURES = (0.5, 1.0)

#: Characters and words of a passage.
_LENGTH = {"characters": 400, "words": 70}

#: Places of each part of the text at which a model goes on, and for how many characters or words.
_PLACES = 4
_RECITED = {"characters": 120, "words": 20}

#: What is shown of the text that passages go on from.
_SHOWN_PROMPT = 60


class Written(Record, frozen=True, kw_only=True):
    """What a model wrote."""

    prompt: str
    passages: tuple[Passage, ...]
    copying: Copying


def write_passages(
    session: LanguageSession, interface: Interface, names: Mapping[int, str]
) -> Written | Failure:
    """Two passages behind the text that the model was trained on, and how far it recites that text.

    Args:
        session: The opened model and its text.
        interface: How it is given the text.
        names: Index to what it stands for.
    """
    tokens = session.tokens
    level = tokens.preparation.level
    prompt = _before(tokens, tokens.held_out)
    drawn = continued(session, interface, [prompt] * 2, TEMPERATURES, _LENGTH[level])
    if isinstance(drawn, Failure):
        return drawn
    words = frozenset(words_in(tokens.text))
    passages = tuple(
        _passage(temperature, _text(codes, names, level), tokens, words)
        for temperature, codes in zip(TEMPERATURES, drawn, strict=True)
    )
    recited = _recited(session, interface)
    if isinstance(recited, Failure):
        return recited
    usual = usual_run(tokens.text, tokens.cut, len(passages[-1].text))
    trained, held_out = recited[:_PLACES], recited[_PLACES:]
    copying = Copying(usual=usual, recited=_mean(trained), recited_held_out=_mean(held_out))
    shown = tokens.text[max(0, tokens.cut - _SHOWN_PROMPT) : tokens.cut]
    from_whole_word = shown.partition(" ")[2] or shown
    return Written(prompt=from_whole_word, passages=passages, copying=copying)


def _before(tokens: Tokens, place: int) -> NDArray[np.int64]:
    return tokens.codes[max(0, place - 400) : place]


def _text(codes: Sequence[int] | NDArray[np.int64], names: Mapping[int, str], level: str) -> str:
    separator = "" if level == "characters" else " "
    return separator.join(names.get(int(code), "?") for code in codes)


def _passage(temperature: float, text: str, tokens: Tokens, words: frozenset[str]) -> Passage:
    return Passage(
        temperature=temperature,
        text=text,
        copied=longest_run(text, tokens.text),
        known_words=round(known_share(text, words), 4),
    )


def _recited(session: LanguageSession, interface: Interface) -> list[int] | Failure:
    """Characters that a model continues exactly at places of the text it was trained on, then at those of the end."""
    tokens = session.tokens
    end = len(tokens.codes)
    length = min(_RECITED[tokens.preparation.level], (end - tokens.held_out) // 2)
    begin = min(interface.window, tokens.held_out // 2)
    places = [
        *np.linspace(begin, tokens.held_out - length - 1, _PLACES).astype(int),
        *np.linspace(tokens.held_out, end - length - 1, _PLACES).astype(int),
    ]
    prompts = [_before(tokens, place) for place in places]
    drawn = continued(session, interface, prompts, [GREEDY] * len(prompts), length)
    if isinstance(drawn, Failure):
        return drawn
    return [
        _exact(tokens, place, codes, length) for place, codes in zip(places, drawn, strict=True)
    ]


def _exact(tokens: Tokens, place: int, codes: NDArray[np.int64], length: int) -> int:
    """Characters until a continuation differs from the text at a place."""
    wrong = np.flatnonzero(codes != tokens.codes[place : place + length])
    last = place + (int(wrong[0]) if len(wrong) else length) - 1
    return int(tokens.ends[last] - tokens.ends[place - 1])


def _mean(counts: Sequence[int]) -> float:
    return round(sum(counts) / len(counts), 2)
