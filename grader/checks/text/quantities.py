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
    r"^\s*(?:epochs?|[ée]poques?|iterations?|it[ée]rations?|/)", re.IGNORECASE
)
_EPOCHS = re.compile(
    r"(?<![\d.,/])(?P<before>\d{1,5})(?:st|nd|rd|th|e|[èe]me)?[ -]*(?:training[ -])?"
    r"(?:epochs?|[ée]poques?|p[ée]riodes?)\b"
    r"|(?:epochs?|[ée]poques?)\s*(?:number|n°|no\.?|num[ée]ro)?\s*[:=(#]?\s*(?:\d{1,5}/)?(?P<after>\d{1,5})\b",
    re.IGNORECASE,
)  # fmt: skip
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
    return (
        number.unit.casefold().startswith(("epoch", "époque", "epok"))
        or (number.text.isdigit() and _EPOCH_BEFORE.search(number.before) is not None)
        or _EPOCH_AFTER.match(number.after) is not None
    )


def _is_of(number: ReportNumber, quantity: Quantity) -> bool:
    """Whether a number is of a quantity, by its unit, its size and the words around it."""
    named = [str(found.lastgroup) for found in _WORDS.finditer(number.before)]
    behind = _WORDS.search(number.after[:25])
    if behind is not None and behind.start() == 0 and behind.lastgroup == _OTHER:
        return False  # 64 units
    if not named and behind is not None:
        named = [str(behind.lastgroup)]
    if quantity == "accuracy":
        if number.unit == "%":
            return 0 <= number.value <= 100 and _ACCURACY in (
                *named,
                *(found.lastgroup for found in _WORDS.finditer(number.after[:25])),
            )
        if number.unit:
            return False
        return bool(named) and named[-1] == _ACCURACY and 0 <= number.value <= 100
    return (
        not number.unit and 0 <= number.value <= _MOST_LOSS and bool(named) and named[-1] == _LOSS
    )
