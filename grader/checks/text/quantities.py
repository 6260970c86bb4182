"""Losses, accuracies and numbers of epochs that a text tells, by the words around each number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from grader.checks.text.topic import Paragraph
from grader.evidence.report.probe.numbers import numbers_in
from grader.evidence.report.record import Place, ReportNumber

Quantity = Literal["loss", "accuracy"]

_LOSS, _ACCURACY, _OTHER = "loss", "accuracy", "other"

#: What a number is of: the nearest of these words before it says.
_WORDS = re.compile(
    r"(?<![^\W_])(?:(?P<loss>loss(?:es)?|pertes?|co[uû]ts?|costs?|f[oö]rlust\w*)"
    r"|(?P<accuracy>acc(?:urac(?:y|ies))?|exactitudes?|pr[ée]cisions?|taux de (?:r[ée]ussite|reconnaissance))"
    r"|(?P<other>times?|temps|dur[ée]e|learning rates?|lr|batch(?:es)?|batch[ _]sizes?|units?|neurone?s?"
    r"|param(?:et|èt)[a-zè]*|sizes?|layers?|couches?|mae|mse|figures?|fig|table(?:au)?|section|page))(?![^\W_])",
    re.IGNORECASE,
)
#: What stands before a number of epochs: ``epoch 100``, but not the colon of ``after 100 epochs: 0.02``.
_EPOCH_BEFORE = re.compile(
    r"(?:(?<!\d)(?<!\d[ -])(?:epochs?|[ée]poques?|iterations?|it[ée]rations?)\s*[:=(#]?|/)\s*$",
    re.IGNORECASE,
)
_EPOCH_AFTER = re.compile(
    r"^[\s-]*(?:(?:training|full|complete|more|whole)\s+)?(?:epochs?|[ée]poques?|iterations?|it[ée]rations?)",
    re.IGNORECASE,
)
#: What sets a number of epochs: ``the number of epochs was set to 100``.
_EPOCH_SET = re.compile(
    r"(?:number of|nombre d['’ ]?|n_?b?_?)\s*(?:training )?(?:epochs?|[ée]poques?)(?:\s+\w+){0,3}\s*[:=(]?\s*$"
    r"|(?:epochs?|[ée]poques?)\s+(?:is|are|was|were|to|of|at|est|[àa])\s+(?:\w+\s+(?:to|at|[àa])\s+)?$",
    re.IGNORECASE,
)
_EPOCHS = re.compile(
    r"(?<![\d.,/])(?P<before>\d{1,5})(?:st|nd|rd|th|e|[èe]me)?[ -]*(?:training[ -])?"
    r"(?:epochs?|[ée]poques?|p[ée]riodes?)\b"
    r"|(?:epochs?|[ée]poques?)\s*(?:number|n°|no\.?|num[ée]ro)?\s*[:=(#]?\s*(?:\d{1,5}/)?(?P<after>\d{1,5})\b",
    re.IGNORECASE,
)  # fmt: skip
#: What may stand between a word and the number it names.
_LINK = re.compile(
    r"[\s:=(~≈]*(?:(?:of|is|was|at|are|value|values|reaches|about|around|de|est|vaut|[àa])\b[\s:=(~≈]*){0,3}",
    re.IGNORECASE,
)
_AND = r"\s*(?:,|/|;|\||&|and|et)\s*"
_NAME = (
    r"(?:(?:the|l['’]|la|its|test|final|validation|training)\s*)*"
    r"(?:loss(?:es)?|perte|acc(?:uracy)?|exactitude|pr[ée]cision)"
)
_PAIR = rf"(?P<one>{_NAME}){_AND}(?P<two>{_NAME})\b[^\d.;]{{0,40}}?"
_VALUE = r"[\d.,]*\d(?:e[-+]?\d+)?\s*%?"
#: Two names, and then two numbers in the same order.
_FIRST_OF_TWO = re.compile(rf"{_PAIR}\s*$", re.IGNORECASE)
_SECOND_OF_TWO = re.compile(rf"{_PAIR}\s*{_VALUE}{_AND}$", re.IGNORECASE)
_SECOND_FOLLOWS = re.compile(rf"{_AND}{_VALUE}", re.IGNORECASE)
#: Characters behind a number in which its name may stand.
_BEHIND = 25
#: A loss is a number of this size, an accuracy a share or a percentage.
_MOST_LOSS = 1000.0


def quantities(paragraph: Paragraph, quantity: Quantity) -> Iterator[ReportNumber]:
    """The numbers of a paragraph that are losses, or accuracies, in their order.

    Args:
        paragraph: A paragraph of a report.
        quantity: Which.
    """
    for number in numbers_in(paragraph.text, paragraph.place):
        if not _counts_epochs(number) and _is_of(number, quantity):
            yield number


def accuracies(paragraph: Paragraph) -> Iterator[ReportNumber]:
    """The accuracies that a paragraph tells."""
    return quantities(paragraph, "accuracy")


def accuracies_in(text: str) -> list[ReportNumber]:
    """The accuracies in a text that stands nowhere in particular."""
    return list(accuracies(Paragraph(place=Place(), text=text)))


def epochs_named(text: str) -> set[int]:
    """How many epochs a text speaks of: ``after 300 epochs``, ``epoch 117/300``, ``the 100th epoch``."""
    return {int(found["before"] or found["after"]) for found in _EPOCHS.finditer(text)}


def _counts_epochs(number: ReportNumber) -> bool:
    if number.unit.casefold().startswith(("epoch", "époque", "epok")):
        return True
    before = f"{number.before} "
    is_counted = number.text.isdigit() and (
        number.after.startswith("/")
        or any(pattern.search(before) for pattern in (_EPOCH_BEFORE, _EPOCH_SET))
    )
    return is_counted or _EPOCH_AFTER.match(number.after) is not None


def _is_of(number: ReportNumber, quantity: Quantity) -> bool:
    """Whether a number is of a quantity, by its unit, its size and the words around it."""
    if number.unit not in ("", "%"):
        return False
    named = _paired(number) or _nearest(number)
    if quantity == "loss":
        return not number.unit and 0 <= number.value <= _MOST_LOSS and named == _LOSS
    if number.unit == "%" and not _is_counted(number):
        # A loss has no unit: an accuracy that is named at all is meant, as in `loss 0.05, accuracy above 98 %`.
        around = f"{number.before} {number.after[:_BEHIND]}"
        named = _ACCURACY if _ACCURACY in _words_in(around) else named
    return named == _ACCURACY and 0 <= number.value <= 100


def _is_counted(number: ReportNumber) -> bool:
    """Whether the word behind a number says that it is of something else: ``64 units``."""
    behind = _WORDS.match(number.after)
    return behind is not None and behind.lastgroup == _OTHER


def _paired(number: ReportNumber) -> str:
    """What two names before two numbers say of this one: ``loss and accuracy are 0.05 and 98 %``; empty without."""
    first = _FIRST_OF_TWO.search(number.before)
    if first is not None and _SECOND_FOLLOWS.match(number.after):
        return _words_in(first["one"])[0]
    second = _SECOND_OF_TWO.search(number.before)
    return "" if second is None else _words_in(second["two"])[0]


def _nearest(number: ReportNumber) -> str:
    """The word that names a number: one beside it, else the last before it, else the first behind; empty without."""
    before = list(_WORDS.finditer(number.before))
    behind = _WORDS.search(number.after[:_BEHIND])
    is_beside = bool(before) and _LINK.fullmatch(number.before[before[-1].end() :]) is not None
    if behind is not None and behind.start() == 0 and (not is_beside or behind.lastgroup == _OTHER):
        return str(behind.lastgroup)  # 64 units, 98 % accuracy
    if before:
        return str(before[-1].lastgroup)
    return "" if behind is None else str(behind.lastgroup)


def _words_in(text: str) -> list[str]:
    return [str(found.lastgroup) for found in _WORDS.finditer(text)]
