"""What the right answer to a question is, and whether one given is it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from grader.evidence.answers.choices import choice_of, items_of, meaning_of
from grader.evidence.answers.formulas import formula_of, read_formula, variables_of
from grader.evidence.answers.intervals import NumberSet, Range, interval_of
from grader.evidence.answers.numbers import is_number, number_of
from grader.evidence.answers.record import Answer
from grader.records.base import Record
from grader.records.question import AnswerForm

Verdict = Literal["right", "wrong", "unread"]
"""`unread`: the answer is not in the form that was asked for."""


class NumberIs(Record, frozen=True, kw_only=True, tag="number"):
    """A number."""

    form: ClassVar[AnswerForm] = "number"
    value: float
    tolerance: float = 1e-9
    """By how much an answer may differ."""

    def __str__(self) -> str:
        return f"{self.value:.12g}"

    def verdict(self, answer: Answer) -> Verdict:
        """Compare every way to read the number: ``545.810`` may be 545810."""
        if is_number(answer, self.value, tolerance=self.tolerance):
            return "right"
        return "unread" if number_of(answer) is None else "wrong"


class NumbersAre(Record, frozen=True, kw_only=True, tag="numbers"):
    """Several numbers."""

    form: ClassVar[AnswerForm] = "numbers"
    values: tuple[float, ...]
    tolerance: float = 1e-9
    """By how much each may differ."""
    in_order: bool = True

    def __str__(self) -> str:
        return ", ".join(f"{value:.12g}" for value in self.values)

    def verdict(self, answer: Answer) -> Verdict:
        """Compare one by one."""
        items = list(items_of(answer))
        if not items or any(number_of(item) is None for item in items):
            return "unread"
        if len(items) != len(self.values):
            return "wrong"
        for value in self.values:
            fitting = [
                item
                for item in (items[:1] if self.in_order else items)
                if is_number(item, value, tolerance=self.tolerance)
            ]
            if not fitting:
                return "wrong"
            items.remove(fitting[0])
        return "right"


class IntervalIs(Record, frozen=True, kw_only=True, tag="interval"):
    """An interval, with or without its ends."""

    form: ClassVar[AnswerForm] = "interval"
    text: str
    """As students may write it, too: ``(0, 1/4]``."""
    tolerance: float = 1e-6
    """By how much each end may differ."""

    def __post_init__(self) -> None:
        _range(self.text)

    def __str__(self) -> str:
        return self.text

    def verdict(self, answer: Answer) -> Verdict:
        """Compare both ends."""
        found = interval_of(answer)
        if found is None:
            return "unread"
        return "right" if found.is_same(_range(self.text), tolerance=self.tolerance) else "wrong"


class SetIs(Record, frozen=True, kw_only=True, tag="set"):
    """Some numbers in any order."""

    form: ClassVar[AnswerForm] = "set"
    values: tuple[float, ...]
    tolerance: float = 1e-6
    """By how much each may differ."""

    def __str__(self) -> str:
        return f"{{{', '.join(f'{value:.12g}' for value in self.values)}}}"

    def verdict(self, answer: Answer) -> Verdict:
        """Compare with a set in braces, a list, or numbers one after the other."""
        found = None if isinstance(answer.value, tuple) else interval_of(answer)
        if found is None:
            numbers = [
                number for item in items_of(answer) if (number := number_of(item)) is not None
            ]
            if len(numbers) != len(items_of(answer)) or not numbers:
                return "unread"
            found = NumberSet(tuple(sorted({*numbers})))
        expected = NumberSet(tuple(sorted({*self.values})))
        return "right" if found.is_same(expected, tolerance=self.tolerance) else "wrong"


class WordIs(Record, frozen=True, kw_only=True, tag="word"):
    """A word or a name among those known."""

    form: ClassVar[AnswerForm] = "word"
    right: tuple[str, ...]
    """The right ones, one or several."""
    others: tuple[str, ...] = ()
    """What else may be answered, and is wrong; an answer that is none of all is reported as not understood."""
    spellings: dict[str, tuple[str, ...]] = {}
    """Further names of any of them: ``{"categorical cross-entropy": ("log loss",)}``."""

    def __post_init__(self) -> None:
        _refuse_unknown_words(self.right, self.others, self.spellings)

    def __str__(self) -> str:
        return " / ".join(self.right)

    def verdict(self, answer: Answer) -> Verdict:
        """Find out which one is meant."""
        meant = meaning_of(answer, _known_words(self.right, self.others, self.spellings))
        return "unread" if meant is None else "right" if meant in self.right else "wrong"


class WordsAre(Record, frozen=True, kw_only=True, tag="words"):
    """Several words or names among those known."""

    form: ClassVar[AnswerForm] = "words"
    right: tuple[str, ...]
    """All that are to be answered; one may come more than once."""
    others: tuple[str, ...] = ()
    """As in `WordIs`."""
    spellings: dict[str, tuple[str, ...]] = {}
    """Likewise."""
    in_order: bool = True

    def __post_init__(self) -> None:
        _refuse_unknown_words(self.right, self.others, self.spellings)

    def __str__(self) -> str:
        return ", ".join(self.right)

    def verdict(self, answer: Answer) -> Verdict:
        """Find out which ones are meant."""
        known = _known_words(self.right, self.others, self.spellings)
        meant = [meaning_of(item, known) for item in items_of(answer)]
        words = [word for word in meant if word is not None]
        if len(words) < len(meant) or not words:
            return "unread"
        is_right = words == [*self.right] if self.in_order else sorted(words) == sorted(self.right)
        return "right" if is_right else "wrong"


class YesOrNo(Record, frozen=True, kw_only=True, tag="yes-no"):
    """Yes or no, in any of the languages that `choice_of` knows."""

    form: ClassVar[AnswerForm] = "yes-no"
    yes: bool

    def __str__(self) -> str:
        return str(self.yes).lower()

    def verdict(self, answer: Answer) -> Verdict:
        """Find out which of both is meant."""
        meant = choice_of(answer, ("yes", "no"))
        return "unread" if meant is None else "right" if (meant == "yes") is self.yes else "wrong"


class FormulaIs(Record, frozen=True, kw_only=True, tag="formula"):
    """A formula, whatever its variables are called and however it is written."""

    form: ClassVar[AnswerForm] = "formula"
    expressions: tuple[str, ...]
    """The right ones, one or several: ``("-sum(y * log(p))",)``. A sum adds up the elements of vectors."""
    names: dict[str, tuple[str, ...]] = {}
    """Variables to names that students use for them alone: ``{"p": ("yhat", "y_pred")}``."""
    up_to_factor: bool = False
    """Whether a positive factor makes no difference, such as 1/N or that of another base of logarithms."""
    tolerance: float = 1e-3
    """By how much values may differ, as a share of them."""

    def __post_init__(self) -> None:
        if not self.expressions:
            raise ValueError("a formula has at least one expression")
        variables: set[str] = set()
        for text in self.expressions:
            formula = read_formula(text)
            if formula is None:
                raise ValueError(f"'{text}' is no formula")
            formula.is_same(formula)  # which refuses one that cannot be compared
            variables |= {*variables_of(formula.readings[0])}
        for name in self.names:
            if name not in variables:
                raise ValueError(f"'{name}' is no variable of {self}")

    def __str__(self) -> str:
        return " / ".join(self.expressions)

    def verdict(self, answer: Answer) -> Verdict:
        """Compare values at sample points."""
        given = formula_of(answer)
        if given is None:
            return "unread"
        expected = [formula for text in self.expressions if (formula := read_formula(text))]
        is_right = any(
            given.is_same(
                formula,
                names=self.names,
                up_to_factor=self.up_to_factor,
                tolerance=self.tolerance,
            )
            for formula in expected
        )
        return "right" if is_right else "wrong"


Expected = NumberIs | NumbersAre | IntervalIs | SetIs | WordIs | WordsAre | YesOrNo | FormulaIs


def _range(text: str) -> Range:
    found = interval_of(Answer(exercise="", name="", value=text, where=""))
    if found is None:
        raise ValueError(f"'{text}' is no interval")
    return found


def _known_words(
    right: tuple[str, ...], others: tuple[str, ...], spellings: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {word: spellings.get(word, ()) for word in (*right, *others)}


def _refuse_unknown_words(
    right: tuple[str, ...], others: tuple[str, ...], spellings: Mapping[str, tuple[str, ...]]
) -> None:
    if not right:
        raise ValueError("at least one word is right")
    for word in spellings:
        if word not in (*right, *others):
            raise ValueError(
                f"'{word}' has further names, but is neither right nor among the others"
            )
