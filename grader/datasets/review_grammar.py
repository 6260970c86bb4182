"""Restaurant reviews written by a grammar: what each clause says, how strongly, and which clauses outweigh others.

Nobody wrote these reviews and no restaurant is meant. Words alone do not decide what a review says: negation turns a
clause round, what follows a ``but`` outweighs what stands before it, and what others say or what was expected does not
count. So a model that counts words and one that reads them in order make different errors.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_THINGS = (
    "food", "service", "pasta", "staff", "soup", "place", "pizza", "waiter", "steak", "dessert", "wine", "room",
    "burger", "terrace", "salad", "coffee", "bread", "owner", "menu", "curry", "fish", "music", "chicken", "table",
    "sauce", "barman", "rice", "ramen", "brunch", "cake", "taco", "decor", "sushi", "kitchen", "risotto", "tea",
)  # fmt: skip
_GOOD = (
    "great", "good", "delicious", "friendly", "excellent", "fresh", "lovely", "amazing", "tasty", "perfect", "warm",
    "superb", "wonderful", "charming", "generous", "fantastic", "attentive", "pleasant", "crisp", "flavourful",
    "outstanding", "brilliant", "cosy", "tender", "memorable", "impeccable", "heavenly", "delightful", "refined",
    "exquisite", "stellar", "sublime", "faultless", "gorgeous", "scrumptious", "luscious",
)  # fmt: skip
_BAD = (
    "bad", "terrible", "cold", "slow", "bland", "awful", "rude", "dirty", "overpriced", "dry", "stale", "horrible",
    "greasy", "salty", "disappointing", "noisy", "soggy", "tasteless", "mediocre", "burnt", "careless", "poor",
    "chewy", "unfriendly", "dreadful", "watery", "cramped", "rubbery", "inedible", "lukewarm", "sloppy", "shabby",
    "appalling", "insipid", "abysmal", "dismal",
)  # fmt: skip
_STRONG = ("very", "really", "so", "absolutely", "incredibly", "truly")
_WEAK = ("a bit", "slightly", "fairly", "kind of")
_NEGATED = ("was not", "wasn't", "was never", "was far from", "was hardly", "was anything but")
_AGAINST = ("but", "however", "yet", "still")
_ALTHOUGH = ("although", "even though", "while")
_PEOPLE = ("my friends", "the guide", "everybody", "my sister", "the internet", "a colleague")
_NEUTRAL = (
    "we went on a {day}", "we were {number} people", "it is near the {where}", "we came for a birthday",
    "we sat by the window", "somebody at the next table had the {dish}",
    "they also do takeaway", "we paid by card", "it was raining",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "friday", "saturday", "sunday")
_NUMBERS = ("two", "three", "four", "six", "ten")
_DISHES = ("pasta", "soup", "pizza", "steak", "curry", "ramen", "sushi", "risotto")
_PLACES = ("station", "church", "river", "market", "museum", "university")

#: How much a clause counts before a ``but``, and after it.
_BEFORE_BUT, _AFTER_BUT = 0.4, 1.6
#: A review says something only where its clauses add up to at least this.
_LEAST = 0.75
#: Share of words with two letters exchanged, and of reviews whose label is another than they say.
_TYPOS, _MISLABELLED = 0.015, 0.03


@dataclass(frozen=True)
class Clause:
    """Words and what they say: above 0 is praise."""

    words: str
    score: float


@dataclass(frozen=True)
class Review:
    """A review with its label: 0 negative, 1 positive."""

    text: str
    label: int
    says: int
    """What its clauses add up to; the label of a few reviews is another."""


class Grammar:
    """Writes reviews; the same seed gives the same ones on every machine.

    Args:
        seed: Of the choices.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing is kept secret by it

    def review(self) -> Review:
        """The next review; a few have a label that is not what they say, as in real data."""
        while True:
            sentences = [self._sentence() for _ in range(2 + self._below(4))]
            score = sum(sentence.score for sentence in sentences)
            if abs(score) >= _LEAST:
                break
        if self._chance(0.3):
            sentences.insert(self._below(len(sentences) + 1), self._neutral())
        says = int(score > 0)
        text = " ".join(f"{self._with_typos(sentence.words)}." for sentence in sentences)
        return Review(text, 1 - says if self._chance(_MISLABELLED) else says, says)

    def _sentence(self) -> Clause:
        kinds: tuple[tuple[float, Callable[[], Clause]], ...] = (
            (0.52, self._plain),
            (0.12, self._negated),
            (0.15, self._contrast),
            (0.06, self._although),
            (0.04, self._hearsay),
            (0.03, self._expected),
            (0.08, self._verdict),
        )
        drawn = self._random.random()
        for share, kind in kinds:
            drawn -= share
            if drawn < 0:
                return kind()
        return self._plain()

    def _plain(self) -> Clause:
        words, score = self._opinion()
        return Clause(f"the {self._pick(_THINGS)} was {words}", score)

    def _negated(self) -> Clause:
        """A word of praise or blame under a negation, which is a little weaker than its opposite."""
        praise = self._chance(0.5)
        word = self._common(_GOOD if praise else _BAD)
        thing = self._pick(_THINGS)
        score = -0.9 if praise else 0.9
        if self._chance(0.2):
            return Clause(f"there was nothing {word} about the {thing}", score)
        at_all = " at all" if self._chance(0.25) else ""
        return Clause(f"the {thing} {self._pick(_NEGATED)} {word}{at_all}", score)

    def _contrast(self) -> Clause:
        first, second = self._either(), self._either()
        score = _BEFORE_BUT * first.score + _AFTER_BUT * second.score
        return Clause(f"{first.words} {self._pick(_AGAINST)} {second.words}", score)

    def _although(self) -> Clause:
        first, second = self._either(), self._either()
        score = _BEFORE_BUT * first.score + _AFTER_BUT * second.score
        if self._chance(0.5):
            return Clause(f"{self._pick(_ALTHOUGH)} {first.words}, {second.words}", score)
        return Clause(f"{second.words} {self._pick(_ALTHOUGH)} {first.words}", score)

    def _hearsay(self) -> Clause:
        """What others say does not count, what follows does."""
        said, _ = self._opinion()
        own = self._either()
        words = f"{self._pick(_PEOPLE)} said the {self._pick(_THINGS)} was {said}, {own.words}"
        return Clause(words, own.score)

    def _expected(self) -> Clause:
        """What was expected is the opposite of what was found."""
        praise = self._chance(0.5)
        expected, found = (_BAD, _GOOD) if praise else (_GOOD, _BAD)
        thing = self._pick(_THINGS)
        words = f"i expected {self._common(expected)} {thing} and got {self._common(found)} {thing}"
        return Clause(words, 1.2 if praise else -1.2)

    def _verdict(self) -> Clause:
        return self._pick(
            (
                Clause("i would go back any time", 1.5),
                Clause("i would not go back", -1.5),
                Clause("we will never return", -1.5),
                Clause("we cannot wait to return", 1.5),
                Clause("i have no complaints", 1.0),
                Clause("i cannot recommend it", -1.3),
                Clause("i cannot recommend it enough", 1.6),
            )
        )

    def _either(self) -> Clause:
        return self._negated() if self._chance(0.2) else self._plain()

    def _neutral(self) -> Clause:
        words = self._pick(_NEUTRAL).format(
            day=self._pick(_DAYS),
            number=self._pick(_NUMBERS),
            where=self._pick(_PLACES),
            dish=self._pick(_DISHES),
        )
        return Clause(words, 0.0)

    def _opinion(self) -> tuple[str, float]:
        praise = self._chance(0.5)
        word, sign = self._common(_GOOD if praise else _BAD), 1.0 if praise else -1.0
        drawn = self._random.random()
        if drawn < 0.3:
            return f"{self._pick(_STRONG)} {word}", 1.4 * sign
        if drawn < 0.45:
            return f"{self._pick(_WEAK)} {word}", 0.6 * sign
        return word, sign

    def _with_typos(self, text: str) -> str:
        return " ".join(map(self._typed, text.split()))

    def _typed(self, word: str) -> str:
        if len(word) < 5 or not self._chance(_TYPOS):
            return word
        place = 1 + self._below(len(word) - 3)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    def _common(self, words: Sequence[str]) -> str:
        """A word; the first are more common than the last, as in any language."""
        return words[int(len(words) * self._random.random() ** 2)]

    def _pick(self, items: Sequence[T]) -> T:
        return items[self._below(len(items))]

    def _below(self, number: int) -> int:
        return int(number * self._random.random())

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
