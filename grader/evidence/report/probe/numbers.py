"""Numbers in a text, with the words around them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from grader.evidence.report.probe.dates import DATE
from grader.evidence.report.record import Place, ReportNumber

#: Characters that are kept before and after a number.
_AROUND = 60

_SPACES = "\u00a0\u202f\u2009"
_SIGN = r"[-+−–]?"
_DIGITS = (
    rf"(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)(?:[.,]\d+)?"  # 60 000 with spaces that do not break
    r"|\d{1,3}(?: 000)+(?!\d)"  # round thousands with plain spaces
    r"|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?"  # 60,000 and 1,234.5
    r"|\d{1,3}(?:\.\d{3}){2,}(?!\d)(?:,\d+)?"  # 1.000.000
    r"|\d+(?:[.,]\d+)?|[.,]\d+)"
)
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
_POWER = r"10(?:\s*\^\s*\{?\s*[-+−]?\d{1,3}\s*\}?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}|−\d{1,3})"
_TIMES = r"\s*(?:×|·|∗|⋅|\\times|\\cdot|x|\*)\s*"
#: Units that may follow a number without a space.
_ATTACHED = r"(?:ms|s|min|h|x|k|M|[kKMG]i?B|px|°C)\b"
_NUMBER = re.compile(
    # Not within words and names, such as `conv2d` and CIFAR-10.
    r"(?<![\w.])(?<![^\W\d_][-−])(?<!\d:)(?:"
    rf"(?P<factor>{_SIGN}{_DIGITS}){_TIMES}(?P<scale>{_POWER})|(?P<sign>{_SIGN})(?P<power>{_POWER})"
    rf"|(?P<plain>{_SIGN}{_DIGITS})(?P<exponent>[eE][-+−]?\d{{1,3}})?"
    rf")(?:(?![\w^])(?!\.\d)(?!:\d)|(?={_ATTACHED}))"
)
_THOUSANDS = r"\d{1,3}(?:\.\d{3}){2,}(?!\d)"
#: Dates, times, versions, shapes and lists, which are no numbers.
_NO_NUMBERS = re.compile(
    rf"(?i:{DATE.pattern})|\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b"
    rf"|\b(?!{_THOUSANDS})v?\d+\.\d+\.\d+\S*|(?<![\d.,])\d+(?:,\d{{1,2}}(?!\d)){{2,}}|\(\d+,\d+\)"
    r"|(?<![\d.,])\d+(?:,\d+)+,(?=\w)"
)
_UNIT = re.compile(
    r"\s?(?:(?P<percent>%|\\%|percent\b|per cent\b|procent\b|pour cent\b|pourcent\b|Prozent\b)|(?P<mille>‰)"
    r"|(?P<unit>ms|µs|μs|s|sec(?:onds?)?|seconds?|sekunder|secondes?|min(?:utes?)?|minuter|h|hours?|timmar|heures?"
    r"|[kKMG]i?B|px|pixels?|epochs?|epoker|époques?|images?|bilder|parameters?|params?|neurons?|neurones?|°C)\b)"
)
#: What Keras prints of a training, and what of it runs on into the next lines.
_LOG = re.compile(
    r"^[ \t]*(?:Epoch \d+/\d+[ \t]*$|\d+/\d+ (?:\[[=>.]+\]|[━─]+)[^\n]*(?:\n[ \t]*-?[ \t]*\w+: [-\w.: ]*$)*)",
    re.MULTILINE,
)


def without_logs(text: str) -> str:
    """A text without what Keras prints of every epoch of a training."""
    return _LOG.sub("", text)


def numbers_in(text: str, place: Place) -> Iterator[ReportNumber]:
    """Every number of a text, in order."""
    skipped = [found.span() for found in _NO_NUMBERS.finditer(text)][::-1]
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        while skipped and skipped[-1][1] <= start:
            skipped.pop()
        if skipped and skipped[-1][0] < end:
            continue
        unit = _UNIT.match(text, end)
        is_percentage = unit is not None and unit["percent"] is not None
        value = _value(found, is_percentage=is_percentage)
        if not math.isfinite(value):
            continue
        after = text[unit.end() if unit else end :][:_AROUND]
        yield ReportNumber(
            text=found.group(),
            value=value,
            unit=_unit_name(unit),
            before=" ".join(text[max(0, start - _AROUND) : start].split()),
            after=" ".join(after.split()),
            place=place,
        )


def _unit_name(unit: re.Match[str] | None) -> str:
    if unit is None:
        return ""
    return "%" if unit["percent"] else "‰" if unit["mille"] else str(unit["unit"])


def _value(found: re.Match[str], *, is_percentage: bool) -> float:
    digits, exponent = found["plain"], (found["exponent"] or "e0")[1:]
    if digits is None:
        digits = found["factor"] or f"{found['sign']}1"
        exponent = (found["scale"] or found["power"])[2:].strip("^{} \t\n")
    decimal = _decimal(digits, is_percentage=is_percentage)
    return float(f"{decimal}e{exponent.translate(_SUPERSCRIPTS)}")


def _decimal(written: str, *, is_percentage: bool) -> str:
    """Digits with a decimal comma or marks between thousands as Python writes them.

    ``0,985`` and ``98,123 %`` have a decimal comma; ``60,000`` is sixty thousand.
    """
    digits = re.sub(rf"[ {_SPACES}]", "", written.replace("−", "-").replace("–", "-"))
    bare = digits.lstrip("+-")
    if re.fullmatch(rf"{_THOUSANDS}(?:,\d+)?", bare):
        return digits.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", bare) and not is_percentage:
        return digits.replace(",", "")
    return digits.replace(",", ".", 1).replace(",", "")
