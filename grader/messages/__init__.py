"""Everything the grader says to students and instructors, in the language of the lab.

One TOML catalogue a language; a key such as ``accuracy.passed`` holds a sentence with named fields. Fields take
the formats of `str.format` and three more that follow the language's habits: ``{x:percent}``, ``{x:points}`` and
``{x:count}``.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

#: Invisible signs that some scripts and emoji cannot be written without.
_JOINERS = "\u200c\u200d"


class Catalogue(string.Formatter):
    """The sentences of one language.

    Args:
        language: Two-letter code, for reports.
        sentences: Key to sentence.
        decimal: The decimal sign.
        group: Stands between groups of three digits.
        percent: Follows the number of a percentage.
    """

    def __init__(
        self, language: str, sentences: Mapping[str, str], *, decimal: str, group: str, percent: str
    ) -> None:
        self.language = language
        self.sentences = sentences
        self._signs = str.maketrans({".": decimal, ",": group})
        self._percent = percent

    def __call__(self, key: str, **fields: object) -> str:
        """The sentence of `key` with its fields filled in.

        Raises:
            KeyError: There is no such sentence, or a field is missing.
        """
        return self.vformat(self.sentences[key], (), fields)

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Look fields up by name only."""
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format one field, in the habits of the language."""
        match format_spec:
            case "percent":
                return self._short(100 * value) + self._percent
            case "points":
                return self._short(value)
            case "count":
                return f"{int(value):,}".translate(self._signs)
            case _:
                return format(value, format_spec)

    def _short(self, value: float) -> str:
        """At most two decimals, none that say nothing."""
        return f"{value:,.2f}".rstrip("0").rstrip(".").translate(self._signs)

    def percent(self, share: float) -> str:
        """A share as a percentage with at most two decimals."""
        return self.format_field(share, "percent")

    def points(self, points: float) -> str:
        """Points with at most two decimals."""
        return self.format_field(points, "points")

    def count(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return self.format_field(number, "count")


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language.

    Raises:
        KeyError: There is no catalogue of that language.
    """
    file = resources.files(__name__) / f"{language}.toml"
    if not file.is_file():
        raise KeyError(language)
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    signs = data.pop("signs")
    sentences = {
        f"{section}.{key}": sentence
        for section, entries in data.items()
        for key, sentence in entries.items()
    }
    return Catalogue(language, sentences, **signs)


def visible(text: str) -> str:
    """Text of a stranger without what cannot be seen: line breaks, terminal commands, turns of direction."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in _JOINERS else " " if sign.isspace() else "\ufffd"
        for sign in text
    )


def failure_text(language: str, reason: str, args: Mapping[str, str]) -> tuple[str, str]:
    """What to say of evidence that could not be had: the message, and what mends it.

    A sentence that fits `why` is preferred to the one for the reason, and one that fits what is taken besides
    Keras' formats to both.
    """
    say = catalogue(language)
    fields = {name: visible(value) for name, value in args.items()}
    why = fields.get("why", "")
    taken = fields.get("formats", "hdf5 keras-zip").split()
    fields["formats"] = _listed([say(f"format.{name}") for name in taken], say)
    fields["why"] = "; ".join(say(f"why.{part}", **fields) for part in why.split())
    if reason == "missing":
        fields["files"] = fields.get("files") or say("why.nothing-handed-in")
    form = f"{reason}-instead" if "instead" in fields else reason
    message = _first(say, f"failure.{form}-{why}", f"failure.{form}")
    first = why.partition(" ")[0]
    mend = [f"mend.{first}-{name}" for name in taken]
    advice = _first(say, *mend, f"mend.{first}", f"advice.{reason}")
    return say(message, **fields), say(advice)


def _first(say: Catalogue, *keys: str) -> str:
    """The first key that has a sentence, else the last."""
    return next((key for key in keys if key in say.sentences), keys[-1])


def _listed(words: Sequence[str], say: Catalogue) -> str:
    """``a, b or c``."""
    return say("format.or").join([", ".join(words[:-1]), words[-1]]) if words[1:] else words[0]
