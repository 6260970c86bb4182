"""How names of exercises and questions are compared. For checks, and inside the sandbox."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: What stands between the headings that an answer of a document is found below.
BELOW = " > "

_EXERCISE = "exercise|question|task|problem|assignment|q|ex|uppgift|fraga|exercice|tache|probleme|aufgabe|frage"
#: Parts are another thing, since they may have exercises of their own.
_PART = "part|partie|del|teil"
_LABEL = re.compile(
    rf"(?P<word>(?P<part>{_PART})|{_EXERCISE})?[\s_.:#-]*\(?(?P<number>\d{{1,2}}(?:\.\d{{1,2}})*)?"
    # The letter of `2a`, `2.a` and `2 (a)`; behind a space it needs a mark, since `2 A model` has none.
    r"(?:(?:[.(_-]?|\s*\()(?P<letter>[a-z])|[\s.)]*(?P<marked>[a-z])(?=\s*(?:[).:]|$)))?"
    r"(?![^\W_])[\s.:()_,–—-]*"
)
#: A letter alone is a label only with a mark behind it: `a) Loss`, but not `A model`.
_LONE_LETTER = re.compile(r"\(?[a-z](?:[).:]|\s*$)")


@dataclass(frozen=True)
class ExerciseLabel:
    """The number of an exercise, and the words behind it."""

    number: str
    """``2``, ``1.3``; empty of a letter alone."""
    letter: str
    """``a``; empty where it has none."""
    is_part: bool
    """Whether it is the number of a part: ``part-2``."""
    words: str
    """What follows, as `name_key` makes it: ``model`` of ``2a-model``."""


def name_key(name: str) -> str:
    """A name as names are compared: letters and digits alone, without case and accents."""
    return "".join(letter for letter in plain(name) if letter.isalnum())


def same_name(first: str, second: str) -> bool:
    """Whether two names are the same but for case, accents, spaces, hyphens, underscores and punctuation."""
    return name_key(first) == name_key(second) != ""


def exercise_label(name: str) -> ExerciseLabel | None:
    """The label that the name of an exercise begins with; None where it has none."""
    bare = plain(name).strip(" \t#*[")
    found = _LABEL.match(bare)
    if found is None:
        return None
    number, letter = found["number"] or "", found["letter"] or found["marked"] or ""
    is_lone = not (number or found["word"])
    if not (number or letter) or (is_lone and _LONE_LETTER.match(bare) is None):
        return None
    words = name_key(bare[found.end() :])
    return ExerciseLabel(number, letter, is_part=found["part"] is not None, words=words)


def exercise_below(headings: Sequence[str]) -> str:
    """What an exercise of a document is called: its headings, the outermost first, from the first with a label.

    Where no heading has a label it is the innermost one; empty where there is none.
    """
    labelled = (place for place, heading in enumerate(headings) if exercise_label(heading))
    first = next(labelled, len(headings) - 1)
    return BELOW.join(headings[max(first, 0) :])


def plain(text: str) -> str:
    """A text without accents and case."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()
