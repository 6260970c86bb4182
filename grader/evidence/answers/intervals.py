"""Intervals and sets of numbers as students write them. For checks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.evidence.answers.numbers import LATEX_FRACTION, MOST_TEXT, decimal_number
from grader.evidence.answers.record import Answer


@dataclass(frozen=True)
class NumberInterval:
    """All numbers between two."""

    low: float
    high: float
    has_low: bool | None = None
    """Whether `low` is one of them; None where nothing says."""
    has_high: bool | None = None
    """Likewise."""

    def is_same(self, other: NumberInterval | NumberSet, *, tolerance: float = 1e-9) -> bool:
        """Whether it is the same interval; an end of which nothing says whether it is in fits both.

        Args:
            other: What it is compared with.
            tolerance: By how much the ends may differ.
        """
        if not isinstance(other, NumberInterval):
            return False
        ends = ((self.low, other.low), (self.high, other.high))
        inside = ((self.has_low, other.has_low), (self.has_high, other.has_high))
        return all(_close(*pair, tolerance) for pair in ends) and all(
            None in pair or pair[0] == pair[1] for pair in inside
        )


@dataclass(frozen=True)
class NumberSet:
    """Some numbers, in order and each once."""

    values: tuple[float, ...]

    def is_same(self, other: NumberInterval | NumberSet, *, tolerance: float = 1e-9) -> bool:
        """Whether it is the same set.

        Args:
            other: What it is compared with.
            tolerance: By how much the numbers may differ.
        """
        if not isinstance(other, NumberSet) or len(self.values) != len(other.values):
            return False
        pairs = zip(self.values, other.values, strict=True)
        return all(_close(*pair, tolerance) for pair in pairs)


Range = NumberInterval | NumberSet

_INFINITY = re.compile(r"([-+]?)(?:∞|\\infty|inf|infinity|infini|oo)", re.IGNORECASE)
_IN = re.compile(r".*(?:∈|\\in\b|\bin\b|\bdans\b)\s*(?=[\[\](){⟨])", re.IGNORECASE)
_NAMED = re.compile(r"^[^\W\d][^\[\](){}<>≤≥=]*[:=]\s*")
_BRACKETS = re.compile(r"(?P<left>[\[(\]])(?P<inner>[^\[\](){}]+)(?P<right>[\])\[])")
_BRACES = re.compile(r"\{(?P<inner>[^{}\[\]()]+)\}")
_LESS = re.compile(r"<=|≤|⩽|\\leq?\b|<|\\lt\b")
_MORE = re.compile(r">=|≥|⩾|\\geq?\b|>|\\gt\b")
_VARIABLE = re.compile(r"[^\W\d_][^<>=≤≥]{0,30}")
_BETWEEN = re.compile(
    r"(?:(?:is|are|lies)\s+)?(?:between|entre|mellan|zwischen)\s+(?P<low>\S.*?)\s+(?:and|et|och|und|&)\s+(?P<high>\S+)"
    r"(?:\s+(?P<in>\(?(?:inclusive|included|inclus|incluses?|compris)\)?)|\s+(?P<out>\(?(?:exclusive|excluded|exclus)\)?))?",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:(?:from|de|från|von)\s+)?(?P<low>[^\s,;]+?)\s*(?:\s(?:to|à|a|till|bis)\s|\.{2,3}|…|–|—|\s-\s)\s*(?P<high>[^\s,;]+)",
    re.IGNORECASE,
)
_EITHER = re.compile(
    r"(?:either\s+|soit\s+)?(?P<items>[^\s]+(?:\s+(?:or|ou|and|et|eller|och|oder|und|soit)\s+[^\s]+)+)",
    re.IGNORECASE,
)
_OR = re.compile(r"\s+(?:or|ou|and|et|eller|och|oder|und|soit)\s+", re.IGNORECASE)


def interval_of(answer: Answer) -> Range | None:
    """The interval or the set of numbers that an answer is; None where it is none.

    Brackets in every habit (``(0, 1]``, ``]0; 0,25]``, ``[0, 1[``), braces (``{0, 1}``), inequalities (``0 < x <=
    1/4``, ``x > 0``), ``between 0 and 1``, ``from 0 to 1`` and ``0 or 1``. A list of two numbers is a closed interval,
    one of more a set.
    """
    value = answer.value
    if isinstance(value, tuple):
        return _of_list(value)
    if isinstance(value, bool) or not isinstance(value, str) or len(value) > MOST_TEXT:
        return None
    text = _tidied(value)
    readers: tuple[Callable[[str], Range | None], ...] = (
        _bracketed,
        _braced,
        _inequality,
        _between,
        _either,
    )
    return next((found for read in readers if (found := read(text)) is not None), None)


def _of_list(items: tuple[object, ...]) -> Range | None:
    numbers = [float(item) for item in items if isinstance(item, int | float)]
    if len(numbers) != len(items) or any(isinstance(item, bool) for item in items):
        return None
    if len(numbers) == 2:
        return _interval(numbers[0], numbers[1], True, True)
    return _set(numbers)


def _tidied(text: str) -> str:
    text = text.strip().strip("$`*").strip().rstrip(".").replace("−", "-")
    text = re.sub(r"\\(?:left|right|bigl?|bigr?)(?![a-z])", "", text)
    text = LATEX_FRACTION.sub(r"\1/\2", text)
    text = re.sub(r"\\([{},;! ])", lambda found: found[1] if found[1] in "{}" else " ", text)
    return _NAMED.sub("", _IN.sub("", text)).strip()


def _bracketed(text: str) -> Range | None:
    found = _BRACKETS.fullmatch(text)
    parts = _two(found["inner"]) if found else None
    if found is None or parts is None:
        return None
    low, high = map(_end, parts)
    return _interval(low, high, found["left"] == "[", found["right"] == "]")


def _two(inner: str) -> list[str] | None:
    """The two ends between brackets: parted by a semicolon, by the only comma, or by the only one before a space."""
    for mark in (r";", r",\s+", r",", r"\.{2,3}|…", r"\s+(?:to|à)\s+"):
        parts = re.split(mark, inner.strip())
        if len(parts) == 2:
            return parts
    return None


def _braced(text: str) -> Range | None:
    found = _BRACES.fullmatch(text)
    if found is None:
        return None
    inner = found["inner"]
    mark = r";" if ";" in inner else r",\s+" if re.search(r",\s", inner) else r","
    return _set([_end(part) for part in re.split(mark, inner)])


def _inequality(text: str) -> Range | None:
    """``0 < x <= 1``, the same turned round, and one side of it."""
    for sign, turned in ((_LESS, False), (_MORE, True)):
        parts, signs = sign.split(text), sign.findall(text)
        if len(signs) not in (1, 2):
            continue
        strict = [item in ("<", ">", "\\lt", "\\gt") for item in signs]
        if turned:
            parts, strict = parts[::-1], strict[::-1]
        parts = [part.strip() for part in parts]
        if len(parts) == 3 and _VARIABLE.fullmatch(parts[1]):
            return _interval(_end(parts[0]), _end(parts[2]), not strict[0], not strict[1])
        if len(parts) == 2 and _VARIABLE.fullmatch(parts[0]) and _end(parts[0]) is None:
            return _interval(-math.inf, _end(parts[1]), False, not strict[0])
        if len(parts) == 2 and _VARIABLE.fullmatch(parts[1]) and _end(parts[1]) is None:
            return _interval(_end(parts[0]), math.inf, not strict[0], False)
    return None


def _between(text: str) -> Range | None:
    found = _BETWEEN.fullmatch(text)
    if found is not None:
        inside = True if found["in"] else False if found["out"] else None
        return _interval(_end(found["low"]), _end(found["high"]), inside, inside)
    found = _FROM.fullmatch(text)
    return None if found is None else _interval(_end(found["low"]), _end(found["high"]), None, None)


def _either(text: str) -> Range | None:
    found = _EITHER.fullmatch(text)
    return None if found is None else _set([_end(part) for part in _OR.split(found["items"])])


def _end(text: str) -> float | None:
    text = text.strip()
    infinite = _INFINITY.fullmatch(text)
    if infinite is not None:
        return -math.inf if infinite[1] == "-" else math.inf
    return decimal_number(text)


def _interval(
    low: float | None, high: float | None, has_low: bool | None, has_high: bool | None
) -> NumberInterval | None:
    """An interval; it does not hold an end that is infinite, whatever the bracket."""
    if low is None or high is None or not low <= high or low == math.inf or high == -math.inf:
        return None
    has_low = False if math.isinf(low) else has_low
    has_high = False if math.isinf(high) else has_high
    return NumberInterval(low, high, has_low, has_high)


def _set(values: list[float | None] | list[float]) -> NumberSet | None:
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    if not numbers or len(numbers) != len(values):
        return None
    return NumberSet(tuple(sorted(set(numbers))))


def _close(first: float, second: float, tolerance: float) -> bool:
    return first == second or abs(first - second) <= tolerance
