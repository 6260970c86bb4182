"""Words that are chosen among a few, and lists of them, as students write them. For checks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from grader.evidence.answers.names import name_key, plain
from grader.evidence.answers.numbers import MOST_TEXT
from grader.evidence.answers.record import Answer

_YES = frozenset({"yes", "y", "true", "oui", "vrai", "o", "ja", "sant"})
_NO = frozenset({"no", "n", "false", "non", "faux", "nej", "nein", "falskt"})
_ARTICLE = re.compile(r"^(?:the|an?|le|la|les|l['’]|une?|des|en|ett|der|die|das|eine?)\s+")
_AND = re.compile(r"\s*;\s*|\s*\n\s*|,\s+|\s+(?:and|et|och|und|&)\s+")
_BRACKETS = {"[": "]", "(": ")", "{": "}"}


def choice_of(answer: Answer, options: Sequence[str]) -> str | None:
    """The option that an answer names; None where it names none, or more than one.

    Case, accents, spaces, hyphens, an article in front and the plural do not count. Yes and no are understood in
    English, French, Swedish and German, and as truth values: ``oui`` is the option ``yes``.

    Args:
        answer: The answer.
        options: What may be chosen, such as ``("relu", "tanh")`` or ``("yes", "no")``.
    """
    value = answer.value
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else ""
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    if len(text) > MOST_TEXT:
        return None
    text = _ARTICLE.sub("", plain(text).strip())
    exact = [option for option in options if name_key(option) == name_key(text) != ""]
    meant = exact or [option for option in options if _is_meant(text, option)]
    return meant[0] if len(meant) == 1 else None


def meaning_of(answer: Answer, spellings: Mapping[str, Sequence[str]]) -> str | None:
    """What an answer names where each thing has several names; None where it names none, or more than one.

    Args:
        answer: The answer.
        spellings: What may be meant, to further names of it: ``{"categorical cross-entropy": ("log loss",)}``.
    """
    meant = [
        meaning
        for meaning, others in spellings.items()
        if any(choice_of(answer, (name,)) is not None for name in (meaning, *others))
    ]
    return meant[0] if len(meant) == 1 else None


def items_of(answer: Answer) -> tuple[Answer, ...]:
    """The items of a list, each as an answer of its own, so that they can be read by what they are.

    A list of TOML, or a text whose items are parted by semicolons, lines, ``and`` or commas: ``relu, softmax``. Commas
    between digits part nothing, unless a space follows.
    """
    value = answer.value
    if isinstance(value, str):
        text = value.strip()
        if text[:1] in _BRACKETS and text[-1:] == _BRACKETS[text[0]]:
            text = text[1:-1].strip()
        mark = _AND if _AND.search(text) or re.search(r"\d\s*,\s*\d", text) else re.compile(",")
        parts: Sequence[bool | int | float | str] = [part.strip() for part in mark.split(text)]
    else:
        parts = value if isinstance(value, tuple) else [value]
    return tuple(msgspec.structs.replace(answer, value=part) for part in parts if part != "")


def _is_meant(text: str, option: str) -> bool:
    """Whether a text is an option in the plural, or says yes or no in other words."""
    if _singular(text) == _singular(option) != "":
        return True
    return _truth(text) is not None and _truth(text) == _truth(option)


def _singular(text: str) -> str:
    """The key of a name whose words have no `s` at their ends."""
    return "".join(re.sub(r"s$", "", word) for word in re.findall(r"[^\W_]+", plain(text)))


def _truth(text: str) -> bool | None:
    """Whether a text begins with yes or no as a word of its own, and does not say the other too."""
    words = re.findall(r"[^\W_]+", plain(text))
    first = re.match(r"\s*[^\W_]+\s*(?:[,.;:!(–—-]|$)", plain(text))
    said = {True for word in words if word in _YES} | {False for word in words if word in _NO}
    if first is None or len(said) != 1 or words[0] not in _YES | _NO:
        return None
    return said.pop()
