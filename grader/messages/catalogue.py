"""The sentences of one language, from the core and from every kind of evidence."""

from __future__ import annotations

import logging
import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from grader import resources
from grader.messages.visible import visible
from grader.records.message import (
    Code,
    Count,
    Listing,
    Message,
    Name,
    Number,
    Points,
    Share,
    Value,
)
from grader.registry import plugin_folders

_LOG = logging.getLogger(__name__)


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

    def translate(self, value: Value) -> str:
        """A message or another typed value as text.

        Raises:
            KeyError: A message has no sentence, or a field is missing.
        """
        match value:
            case Name(text=text) | Code(text=text):  # most cells of tables, so first
                return visible(text)
            case Message(key=key, values=values):
                return self(key, **values)
            case Listing(items=items, separator=separator, last=last):
                texts = [self.translate(item) for item in items]
                if last and len(texts) > 1:
                    return self(last).join([separator.join(texts[:-1]), texts[-1]])
                return separator.join(texts)
            case Share(value=number):
                return self.percent(number)
            case Points(value=number) | Number(value=number):
                return self.points(number)
            case Count(value=number):
                return self.count(number)

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Look fields up by name only."""
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format one field; typed values as their type asks, numbers as the sentence asks."""
        if isinstance(value, Value):
            return self.translate(value)
        match format_spec:
            case "percent":
                return self._short(100 * value) + self._percent
            case "points":
                return self._short(value)
            case "tenths":
                return f"{value:,.1f}".translate(self._signs)
            case "count":
                return f"{int(value):,}".translate(self._signs)
            case _:
                return format(value, format_spec)

    def _short(self, value: float) -> str:
        """At most two decimals, without zeros at the end."""
        return f"{value:,.2f}".rstrip("0").rstrip(".").translate(self._signs)

    def percent(self, share: float) -> str:
        """A share as a percentage with at most two decimals."""
        return self.format_field(share, "percent")

    def points(self, points: float) -> str:
        """Points with at most two decimals."""
        return self.format_field(points, "points")

    def count(self, number: int) -> str:
        """A whole number, its thousands grouped."""
        return self.format_field(number, "count")


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language.

    Sentences that a package has in English only are in English.

    Raises:
        KeyError: The grader has no catalogue of that language.
    """
    core, *others = catalogue_files(language)
    if not core.is_file():
        raise KeyError(language)
    sections = tomllib.loads(core.read_text(encoding="utf-8"))
    signs = sections.pop("signs")
    sentences = _flatten(sections)
    for file in others:
        for key, sentence in _read(file).items():
            if sentences.setdefault(key, sentence) != sentence:
                _LOG.warning("%s: '%s' is ignored, another catalogue has it", file, key)
    return Catalogue(language, sentences, **signs)


def catalogue_files(language: str) -> list[Path]:
    """Every file of sentences in a language: the core's, those of our kinds, those of other packages."""
    folder = resources.catalogues()
    kinds = sorted(path for path in (folder.parent / "evidence").iterdir() if path.is_dir())
    folders = [*kinds, *plugin_folders()]
    found = [_in_language(place, language) for place in folders]
    return [folder / f"{language}.toml", *(file for file in found if file is not None)]


def _in_language(folder: Path, language: str) -> Path | None:
    files = (folder / f"messages.{name}.toml" for name in (language, "en"))
    return next((file for file in files if file.is_file()), None)


def _read(file: Path) -> dict[str, str]:
    try:
        sentences = _flatten(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        _LOG.warning("%s cannot be read: %s", file, error)
        return {}
    wrong = [key for key, sentence in sentences.items() if not isinstance(sentence, str)]
    for key in wrong:
        _LOG.warning("%s: '%s' is ignored, it is not a text", file, key)
        del sentences[key]
    return sentences


def _flatten(sections: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        f"{section}.{key}": sentence
        for section, entries in sections.items()
        for key, sentence in entries.items()
    }
