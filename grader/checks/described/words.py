"""Numbers, activations and losses in sentences."""

from __future__ import annotations

import re

from grader.evidence.answers.names import name_key, plain

_NUMERALS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMERALS)})"
#: Words between a number and `layers` that make it count something else, and words after one that do.
_OTHER = r"hidden|dense|fully|conv\w*|of|epochs?|neurons?|units?|nodes?"
_AFTER = r"neurons?|units?|nodes?|x|×|\*"
_OF_LAYERS = re.compile(
    rf"\b{_COUNT}[\s-]+(?:(?!{_OTHER})[a-z]+[\s-]+){{0,2}}(?:layer(?:s|ed)?|couches?)\b"
    rf"|\blayers?(?:\s+in\s+total)?(?:\s+(?:is|are))?\s*[:=]?\s*{_COUNT.replace('count', 'after')}\b(?!\s*(?:{_AFTER}))"
)
_HIDDEN = re.compile(rf"\b{_COUNT}[\s-]+(?:\w+\s+)?(?:hidden|cach[ee]+s?)\b")
_THOUSANDS = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009,.'’](?=\d{3}(?!\d))")
_WHOLE = re.compile(r"(?<![\d.,/\w])\d+(?![\d/])(?![.,]\d)")
_PRODUCT = re.compile(r"(?<!\d)(\d{1,4})\s*(?:\\times|\\cdot|×|∗|⋅|x|\*|by)\s*(\d{1,4})(?!\d)")

_ACTIVATIONS = {
    "relu": r"re-?lu|rectif(?:ied|ier)",
    "softmax": r"soft-?max",
    "sigmoid": r"sigmoid|logistic",
    "tanh": r"tanh|hyperbolic tangent",
    "elu": r"elu",
    "linear": r"linear activation|identity",
}
#: Families of losses to how their names look as `name_key` makes them; the longer names first.
_LOSSES = (
    ("categorical_crossentropy", r"(?:sparse)?categoricalcrossentropy|multiclasscrossentropy"),
    ("binary_crossentropy", r"binarycrossentropy"),
    ("mean_squared_error", r"meansquarederror|mse"),
    ("mean_absolute_error", r"meanabsoluteerror|mae"),
    ("hinge", r"hinge"),
    ("cross-entropy", r"crossentropy|logloss|negativeloglikelihood|softmaxloss"),
)


def layer_counts(sentence: str) -> tuple[set[int], set[int]]:
    """How many layers a sentence counts, and how many hidden ones: ``There are 3 layers, two of them hidden``."""
    text = plain(sentence)
    total = {_number(item["count"] or item["after"]) for item in _OF_LAYERS.finditer(text)}
    return total, {_number(item["count"]) for item in _HIDDEN.finditer(text)}


def whole_numbers(sentence: str) -> set[int]:
    """The whole numbers in a sentence, with or without marks of thousands: ``55,050``, ``55 050``."""
    found = {int(item) for item in _WHOLE.findall(sentence)}
    joined = _THOUSANDS.sub("", sentence)
    return found | {int(item) for item in re.findall(r"(?<![\d.\w])\d{4,12}(?![\d\w])", joined)}


def products(sentence: str) -> set[tuple[int, int]]:
    """Sizes as students write them: ``28x28``, ``28 × 28``, ``28*28``."""
    return {(int(first), int(second)) for first, second in _PRODUCT.findall(plain(sentence))}


def activations_in(text: str) -> set[str]:
    """The activation functions that a text names, by the names of Keras."""
    bare = plain(text)
    return {name for name, form in _ACTIVATIONS.items() if re.search(rf"(?<!\w)(?:{form})", bare)}


def losses_in(text: str) -> set[str]:
    """The losses that a text names, by the names of Keras; ``cross-entropy`` where it does not say which."""
    key = name_key(text)
    found: set[str] = set()
    for name, form in _LOSSES:
        key, count = re.subn(form, " ", key)
        if count:
            found.add(name)
    return found


def is_loss(said: set[str], loss: str) -> bool:
    """Whether losses that were said include a loss of Keras: a cross-entropy without more is any of them."""
    family = loss.removeprefix("sparse_").casefold().replace("crossentropy", "_crossentropy")
    family = family.replace("__", "_").replace("mse", "mean_squared_error")
    return family in said or ("cross-entropy" in said and "crossentropy" in family)


def _number(text: str) -> int:
    return _NUMERALS.get(text) or int(text)
