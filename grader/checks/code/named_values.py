"""Values of a setting that a text names: a report, or lines that are commented out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.checks.code.fields import Field, Setting
from grader.checks.text.names import activations_in, optimizers_in
from grader.checks.text.sentences import sentences_in

#: Words that name each setting, in English and French.
_NAMES: Mapping[Field, str] = {
    "batch_size": r"batch(?:es)?[ _-]*(?:sizes?)?|tailles? (?:de|des|du) (?:lots?|batch\w*)|mini[ -]?batch(?:es)?",
    "epochs": r"epochs?|époques?",
    "learning_rate": r"learning[ _-]*rates?|taux d['’]apprentissage|\blr\b",
    "hidden_units": r"neuron(?:e)?s?|units?|unités?|hidden[ _-]*(?:units|neurons|layers?)|couches? cachées?",
}

#: Words that numbers stand before: of layers there are some, of units a layer has some.
_COUNTED: Mapping[Field, str] = {
    "epochs": _NAMES["epochs"],
    "hidden_units": r"(?:hidden[ _-]*)?(?:neuron(?:e)?s?|units?|unités?)|(?:-| )sized? (?:hidden )?layers?",
}

#: What is said of something that was tried.
_USED = re.compile(
    r"\b(?:us(?:e|ed|ing)|tr(?:y|ied)|test(?:ed)?|train(?:ed)?|then|with|switch\w*|chang\w*|replac\w*|compar\w*|instead|later"
    r"|gives?|gave|reach\w*|accuracy|loss|utilis\w*|essay\w*|puis|ensuite|avec|remplac\w*)\b",
    re.IGNORECASE,
)

#: What is said of the last layer, whose activation is none of the hidden ones.
_OUTPUT = re.compile(
    r"(?:output|last (?:layer|neuron|unit)|final layer|sortie|dernière couche)[^.;\n]{0,40}?(?:sigmo[iï]de?|softmax)"
    r"|(?:sigmo[iï]de?|softmax)[^.;,\n]{0,25}?(?:output|last (?:layer|neuron|unit)|final layer|sortie|dernière couche)"
)

#: No percentage: ``a hidden layer of 98 % accuracy`` has no 98 units.
_NO_SHARE = r"(?!\d)(?!(?:[.,]\d+)?\s*(?:%|per ?cent|pour ?cent))"
_WHOLE, _DECIMAL = rf"(?<!\d)(?<!\d\.)\d+{_NO_SHARE}", r"\d+(?:[.,]\d+)?(?:e[-+]?\d+)?"
_SEPARATOR = r"(?:\s*(?:,|;|/|and|et|or|ou|then|puis|to|vs\.?|&)\s*)"


#: Numbers that stand beside units and count something else: ``one unit (785 parameters)``.
_NO_WIDTHS = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:[,. ]\d{3})+|\d+)\s*(?:param|weights|poids|inputs?\b|entrées|images|epochs|époques)"
)


#: A number that is compared with one before: ``64 units are better than 32 with tanh``.
_COMPARED = (
    r"\b(?:than|que|against|vs\.?|compared (?:to|with))\s+(?:with\s+|avec\s+)?"
    r"(\d+)(?=\s*(?:with\b|avec\b|[.,;)]|$))(?![.,]\d)"
)


def named_values(field: Field, text: str) -> list[Setting]:
    """The values of a field that a text names, each once, in their order; none for fields not looked for in texts.

    Numbers count beside the words that name the field: ``batch sizes of 32, 64 and 128``, ``batch_size=64``,
    ``128 neurons``.
    """
    lowered = text.casefold()
    match field:
        case "hidden_activation":
            return [*activations_in(_OUTPUT.sub(" ", lowered))]
        case "output_activation":
            return [*activations_in(lowered)]
        case "optimizer":
            return [*optimizers_in(lowered)]
        case "batch_size" | "epochs" | "learning_rate" | "hidden_units":
            return _numbers(field, lowered)
        case _:
            return []


def compared_values(field: Field, text: str) -> list[Setting]:
    """The values that a report compares.

    Numbers count wherever they are. Names count in paragraphs that name several, and in sentences that say that one was
    used: ``We used Adam.``, and in another paragraph ``Then SGD.``
    """
    found: dict[Setting, None] = {}
    for paragraph in re.split(r"\n\s*\n", text):
        names = named_values(field, paragraph)
        if len(names) > 1 or _are_numbers(names):
            found.update(dict.fromkeys(names))
            continue
        for sentence in sentences_in(paragraph):
            if _says_used(field, sentence):
                found.update(dict.fromkeys(named_values(field, sentence)))
    return list(found)


def _says_used(field: Field, sentence: str) -> bool:
    """Whether a sentence says that something was used; of activations it must say that it is one."""
    if field == "hidden_activation" and not re.search(r"activation|fonction", sentence, re.I):
        return False
    return _USED.search(sentence) is not None


def _are_numbers(values: list[Setting]) -> bool:
    return all(not isinstance(value, str) or value.isdecimal() for value in values)


def _numbers(field: Field, text: str) -> list[Setting]:
    name = _NAMES[field]
    number = _DECIMAL if field == "learning_rate" else _WHOLE
    listed = rf"{number}(?:{_SEPARATOR}{number})*"
    link = r"(?:=|:|of|de|at|à|is|was|est|set to|in|with|avec|\(|\[)"
    sized = r"(?:(?:of|de)\s+)?(?:sizes?|tailles?|widths?)"
    # What may be the number of a heading, or of layers, needs a word between.
    linked = link if field == "hidden_units" else f"{link}?"
    after = rf"(?:{name})\s*(?:{linked}|{sized}\s*{link}?)\s*[\[(]?\s*({listed})"
    counted = _COUNTED.get(field)
    if field == "hidden_units":
        text = _NO_WIDTHS.sub(" ", text)
    patterns = [after]
    if counted:
        patterns += [rf"({listed})\s*(?:{counted})", rf"(?:{counted})[^.;\n]{{0,80}}?{_COMPARED}"]
    found: dict[Setting, None] = {}
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            for text_of in re.findall(number, match[1]):
                found.setdefault(_value(field, text_of))
    return list(found)


def _value(field: Field, number: str) -> Setting:
    value = float(number.replace(",", "."))
    if field == "hidden_units":
        return f"{value:g}"
    return value if field == "learning_rate" else int(value)
