"""Numbers as students write them. For checks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from grader.evidence.answers.record import Answer

#: Characters of a text that is looked at.
MOST_TEXT = 200

_SUPERSCRIPTS = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009'’](?=\d{3}(?!\d))")
_ABOUT = re.compile(
    r"^(?:=|~|≈|≃|\\approx|about|approximately|environ|ca\.?|circa)\s*", re.IGNORECASE
)
#: A number, and what may follow it: a percent sign, or one word such as `layers`.
_NUMBER = re.compile(
    r"(?P<number>[^\s%a-z]\S*?)\s*(?:(?P<percent>\\?%|percent|per ?cent|pour ?cent|procent|prozent)"
    r"|(?:(?<=\d)|\s)\s*(?P<word>[^\W\d_]{2,20}))?\.?",
    re.IGNORECASE,
)
#: Words that a number is multiplied by: which number is meant is not worked out.
_MAGNITUDES = re.compile(
    r"thousands?|millions?|mille|milliers?|billions?|milliards?|tusen|miljon(?:er)?|tausend|million(?:en)?|hundred|"
    r"cents?|dozens?|pi|or|and|to|ou|et|inf(?:inity)?|nan",
    re.IGNORECASE,
)
_POWER = re.compile(
    r"(?:(?P<factor>[-+]?[\d.,]+)(?:×|·|\*|x|\\times|\\cdot))?(?P<sign>[-+]?)10\^\{?(?P<power>[-+]?\d{1,3})\}?"
)
_RAISED = re.compile(r"10(?=[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹])")
_FRACTION = re.compile(r"(?P<above>[-+]?[\d.,]+)/(?P<below>[\d.,]+)")
LATEX_FRACTION = re.compile(r"\\[dt]?frac\{([-+]?[\d.,]+)\}\{([\d.,]+)\}")
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_COMMA_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_POINT_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")


def number_of(answer: Answer) -> float | None:
    """The number that an answer is; None where it is none, or several.

    ``545,810`` and ``545 810`` are 545810, ``0,985`` is 0.985, ``545.810`` is 545.81 (`count_of` takes it otherwise),
    ``1e-3`` and ``5×10⁻³`` are powers, ``1/4`` is 0.25 and ``90 %`` is 0.9. A word may follow: ``3 layers``.
    """
    readings = _readings(answer)
    return readings[0] if readings else None


def count_of(answer: Answer) -> int | None:
    """The whole number that an answer is; None where it is none, or more than one can be meant.

    As `number_of`, except that ``545.810`` is 545810: what is counted has no decimals. ``60.000`` may be both.
    """
    whole = [number for number in _readings(answer) if number.is_integer()]
    return int(whole[0]) if len(whole) == 1 else None


def is_number(answer: Answer, expected: float, *, tolerance: float = 1e-9) -> bool:
    """Whether an answer can be read as a number.

    Args:
        answer: The answer.
        expected: The number.
        tolerance: By how much it may differ.
    """
    return any(abs(number - expected) <= tolerance for number in _readings(answer))


def decimal_number(text: str) -> float | None:
    """A number whose only marks are decimal, ``0,25`` or ``0.25``, a fraction or a power; None for anything else."""
    return next(_numbers(_tidied(text), thousands=False), None)


def _readings(answer: Answer) -> tuple[float, ...]:
    """What an answer can mean as a number, the most usual first; each number once, and all finite."""
    value = answer.value
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else ""
    if isinstance(value, bool):
        return ()
    if isinstance(value, int | float):
        return (float(value),)
    if len(value) > MOST_TEXT:
        return ()
    found = _NUMBER.fullmatch(_tidied(value))
    if found is None or (found["word"] and _MAGNITUDES.fullmatch(found["word"])):
        return ()
    scale = 100 if found["percent"] else 1
    numbers = _numbers(found["number"], thousands=not found["percent"])
    return tuple(dict.fromkeys(number / scale for number in numbers))


def _tidied(text: str) -> str:
    """A text without what surrounds a number, and without spaces in it."""
    text = text.strip().strip("$`*").strip().replace("−", "-").replace("–", "-")
    text = _RAISED.sub("10^", text).translate(_SUPERSCRIPTS)
    text = LATEX_FRACTION.sub(r"\1/\2", text.replace("{,}", ","))
    text = re.sub(r"\s*(×|·|\*|/|\^|\\times|\\cdot)\s*", r"\1", text)
    text = re.sub(r"(?<=\d)\s+x\s+(?=10\^)", "×", text)
    return _SPACES.sub("", _ABOUT.sub("", text))


def _numbers(text: str, *, thousands: bool) -> Iterator[float]:
    """The numbers that a text may be, all of them finite."""
    if power := _POWER.fullmatch(text):
        factor = power["factor"] or f"{power['sign']}1"
        found = [f"{number}e{power['power']}" for number in _plain_forms(factor, thousands)]
        values = [float(number) for number in found if _PLAIN.fullmatch(number)]
    elif fraction := _FRACTION.fullmatch(text):
        above, below = (
            [float(form) for form in _plain_forms(fraction[name], thousands) if _is_plain(form)]
            for name in ("above", "below")
        )
        values = [top / bottom for top in above[:1] for bottom in below[:1] if bottom]
    else:
        values = [float(form) for form in _plain_forms(text, thousands) if _is_plain(form)]
    return (value for value in values if math.isfinite(value))


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None


def _plain_forms(text: str, thousands: bool) -> list[str]:
    """How Python may write a number, the most usual first."""
    grouped = thousands and _COMMA_GROUPS.fullmatch(text)
    forms = [text.replace(",", "")] if grouped else []
    if text.count(",") == 1 and "." not in text and not grouped:
        forms.append(text.replace(",", "."))
    elif "," not in text:
        forms.append(text)
    if thousands and _POINT_GROUPS.fullmatch(text):
        forms.append(text.replace(".", "").replace(",", "."))
    return forms
