"""Numbers of layers and units, sizes and losses in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.checks.text.names import with_digits
from grader.evidence.answers.names import name_key, plain

_COUNT = r"(?P<count>\d{1,3}|one|une?)"
#: Words between a number and `layers` that make it count something else, and words after one that do.
_OTHER = r"hidden|input|output|dense|fully|conv\w*|of|epochs?|neurons?|units?|nodes?"
_AFTER = r"neurons?|units?|nodes?|x|×|\*"
_OF_LAYERS = re.compile(
    rf"\b{_COUNT}[\s-]+(?:(?!{_OTHER})[a-z]+[\s-]+){{0,2}}(?:layer(?:s|ed)?|couches?)\b"
    rf"|\blayers?(?:\s+in\s+total)?(?:\s+(?:is|are))?\s*[:=]?\s*{_COUNT.replace('count', 'after')}\b(?!\s*(?:{_AFTER}))"
)
_HIDDEN = re.compile(
    rf"\b{_COUNT}[\s-]+(?:(?!layer|neuron|unit|node|and\b|of\b|in\b|for\b)[\w-]+\s+){{0,3}}(?:hidden|cach[ee]+s?)\b"
)
_DENSE = re.compile(
    rf"\b{_COUNT}[\s-]+(?:(?!hidden)[a-z]+[\s-]+)?(?:dense|fully[\s-]+connected)\s+(?:\([\w ]+\)\s+)?layers?\b"
)
#: ``one input, two hidden and one output layer``: the ends, each of which is one layer.
_INPUT = re.compile(r"\b(?:1|one|an?|the|une?)[\s-]+(?:input|entree)\b|couche d['’]entree")
_OUTPUT = re.compile(r"\b(?:1|one|an?|the|une?)[\s-]+(?:output|sortie)\b|couche de sortie")
_THOUSANDS = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009,.'’](?=\d{3}(?!\d))")
_WHOLE = re.compile(r"(?<![\d.,/\w])\d+(?![\d/])(?![.,]\d)")
_PRODUCT = re.compile(
    r"(?<!\d)(\d{1,4})\s*(?:pixels?\s*|px\s*)?(?:\\times|\\cdot|×|∗|⋅|x|\*|by|par)\s*(\d{1,4})(?!\d)"
)
#: ``(28, 28, 1)``, with or without a batch in front.
_SHAPE = re.compile(
    r"[(\[]\s*(?:(?:none|batch\w*|\d{3,6})\s*,\s*)?(\d{1,4})\s*,\s*(\d{1,4})\s*(?:,\s*[13]?\s*)?[)\]]"
)
#: Numbers that are of something else.
_NO_UNITS = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:epochs?|epoques?|%|percent)|(?:epochs?|figure|question|page)\s*\d+"
)
#: ``64/64/10``: the units of one layer after the other.
_CHAIN = re.compile(r"(?<![\d/])\d{1,4}(?:\s*[/→>x×]\s*\d{1,4}){2,}(?![\d/])")

#: Families of losses to how their names look as `name_key` makes them; the longer names first.
_LOSSES = (
    ("categorical_crossentropy", r"(?:sparse)?categoricalcrossentropy|multiclasscrossentropy"),
    ("binary_crossentropy", r"binarycrossentropy"),
    ("mean_squared_error", r"meansquarederror|mse"),
    ("mean_absolute_error", r"meanabsoluteerror|mae"),
    ("hinge", r"hinge"),
    ("cross-entropy", r"crossentropy|logloss|negativeloglikelihood|softmaxloss"),
)


@dataclass(frozen=True)
class LayerCounts:
    """How many layers a sentence counts."""

    total: frozenset[int]
    """All of them: ``three layers``, and ``one input, two hidden and one output layer`` together."""
    hidden: frozenset[int]
    dense: frozenset[int]
    """Those that are called fully connected, which may or may not be all."""

    def __bool__(self) -> bool:
        return bool(self.total or self.hidden or self.dense)


def layer_counts(sentence: str) -> LayerCounts:
    """How many layers a sentence counts: ``There are 3 layers, two of them hidden``."""
    text = with_digits(sentence)
    total = {_number(item["count"] or item["after"]) for item in _OF_LAYERS.finditer(text)}
    hidden = {_number(item["count"]) for item in _HIDDEN.finditer(text)}
    ends = sum(pattern.search(text) is not None for pattern in (_INPUT, _OUTPUT))
    if ends and len(hidden) == 1:
        total |= {ends + count for count in hidden}
    dense = {_number(item["count"]) for item in _DENSE.finditer(text)}
    return LayerCounts(frozenset(total), frozenset(hidden), frozenset(dense))


def unit_chains(sentence: str) -> list[tuple[int, ...]]:
    """The units of one layer after the other, where a sentence lists them so: ``64/64/10``."""
    chains = _CHAIN.findall(with_digits(sentence))
    return [tuple(map(int, re.findall(r"\d+", chain))) for chain in chains]


def unit_counts(sentence: str) -> set[int]:
    """The numbers in a sentence that may be units of layers: ``64/64/10``, ``ten neurons``, ``1x64``."""
    text = _NO_UNITS.sub("", with_digits(sentence))
    text = _CHAIN.sub(lambda found: ", ".join(re.findall(r"\d+", found[0])), text)
    text = re.sub(r"\bone(?=\s+(?:neuron|unit|node|output))", "1", text)
    return whole_numbers(text) | {second for first, second in products(text) if first == 1}


def whole_numbers(sentence: str) -> set[int]:
    """The whole numbers in a sentence, with or without marks of thousands: ``55,050``, ``55 050``."""
    found = {int(item) for item in _WHOLE.findall(sentence)}
    joined = _THOUSANDS.sub("", sentence)
    return found | {int(item) for item in re.findall(r"(?<![\d.\w])\d{4,12}(?![\d\w])", joined)}


def products(sentence: str) -> set[tuple[int, int]]:
    """Sizes as students write them: ``28x28``, ``28 × 28``, ``28*28``, ``(28, 28, 1)``."""
    text = plain(sentence)
    found = [*_PRODUCT.findall(text), *_SHAPE.findall(text)]
    return {(int(first), int(second)) for first, second in found}


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
    return int(text) if text.isdecimal() else 1
