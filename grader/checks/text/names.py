"""Activation functions, optimizers and numerals as students write them, each in one table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.evidence.answers.names import plain

#: By the names of Keras. Texts are compared without accents and capital letters.
_ACTIVATIONS: Mapping[str, str] = {
    "relu": r"(?<!leaky )(?<!leaky[-_])(?:re-?lus?|rectif(?:ied|ier|ie)(?: linear(?: units?)?)?)",
    "leaky_relu": r"leaky[ _-]?re-?lu",
    "tanh": r"tanh|hyperbolic tangent|tangente hyperbolique",
    "sigmoid": r"sigmoids?|sigmoide|logistic(?! regression)",
    "softmax": r"soft-?max",
    "softplus": r"soft-?plus",
    "elu": r"elu",
    "selu": r"selu",
    "gelu": r"gelu",
    "swish": r"swish|silu",
    "linear": r"(?<!non[- ])(?<!rectified )(?<!rectifier )(?:linear|lineaire)"
    r"(?! (?:units?|layers?|models?|regression|classifier|combination))|identity",
}
_OPTIMIZERS: Mapping[str, str] = {
    "SGD": r"sgd|stochastic gradient descent|descente de gradient stochastique",
    "Adam": r"adam",
    "AdamW": r"adam[ _-]?w",
    "RMSprop": r"rms[ _-]?prop",
    "Adagrad": r"ada[ _-]?grad",
    "Adadelta": r"ada[ _-]?delta",
    "Adamax": r"ada[ _-]?max",
    "Nadam": r"nadam",
    "Ftrl": r"ftrl",
}

#: Numerals in English and French. ``un`` and ``une`` are mostly no numbers.
NUMERALS: Mapping[str, int] = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "un deux trois quatre cinq six sept huit neuf dix onze douze",
    )
    for number, word in enumerate(words.split(), start=1)
}
_NUMERAL = re.compile(rf"\b(?:{'|'.join(NUMERALS)})\b")


def activations_in(text: str) -> list[str]:
    """The activation functions that a text names, by the names of Keras, each once, in their order."""
    return _named(_ACTIVATIONS, text)


def optimizers_in(text: str) -> list[str]:
    """The optimizers that a text names, by the names of their classes, each once, in their order."""
    return _named(_OPTIMIZERS, text)


def with_digits(text: str) -> str:
    """A text in small letters with digits for its numerals; ``one`` stays, since it may be no number."""
    return _NUMERAL.sub(
        lambda found: found[0] if NUMERALS[found[0]] == 1 else str(NUMERALS[found[0]]), plain(text)
    )


def _named(table: Mapping[str, str], text: str) -> list[str]:
    bare = plain(text)
    found = [
        (match.start(), name)
        for name, form in table.items()
        if (match := re.search(rf"(?<![^\W\d_])(?:{form})(?![^\W\d_])", bare))
    ]
    return [name for _, name in sorted(found)]
