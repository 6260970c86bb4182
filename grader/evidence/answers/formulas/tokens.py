"""A formula as tokens: LaTeX, Python and what people type are brought to one notation first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

#: Characters of a formula that is looked at, and tokens of it.
MOST_TEXT = 400
_MOST_TOKENS = 250

TokenKind = Literal["number", "name", "function", "sum", "fraction", "sign", "other"]


@dataclass(frozen=True)
class Token:
    """A sign, a number or a word of a formula."""

    kind: TokenKind
    text: str
    """Of a function its name in `values`; of a sum ``sum`` where it is a word, and ``Σ`` for the sign."""


class NotPlainError(Exception):
    """A text is no formula, or has something in it that is not understood."""


#: Greek letters to their names; a formula has the capital Σ as the sign of a sum.
_GREEK_LETTERS = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for letter in map(chr, [*range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)])
} | {"ϕ": "phi"}
_GREEK_LETTER = re.compile(f"([{''.join(_GREEK_LETTERS)}])((?:hat|bar|tilde)?'*)")
_GREEK = frozenset({*_GREEK_LETTERS.values(), "varepsilon", "vartheta", "varphi"})

#: What functions are called, in small letters, to their names in `values`.
_FUNCTIONS = {
    name: name
    for name in (
        "exp", "log", "tanh", "sinh", "cosh", "sech", "csch", "coth", "sin", "cos", "tan", "arctan", "artanh", "sqrt",
        "abs", "max", "min", "relu", "sigmoid", "softmax", "softplus", "sign", "square", "log2", "log10", "log1p",
        "expm1", "mean", "multiply", "divide", "power",
    )
} | {
    "ln": "log", "lg": "log10", "atan": "arctan", "atanh": "artanh", "arctanh": "artanh", "sgn": "sign",
    "pow": "power", "maximum": "max", "minimum": "min", "sigm": "sigmoid", "logistic": "sigmoid", "expit": "sigmoid",
}  # fmt: skip
#: Words that are functions only where a bracket follows.
_BEFORE_BRACKETS = {"th": "tanh", "ch": "cosh", "sh": "sinh", "sigma": "sigmoid"}

_COMMANDS = {"cdot": "*", "times": "*", "ast": "*", "div": "/", "lbrace": "{", "rbrace": "}"}

_SUPERSCRIPTS = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱˣ"
_SUPERSCRIPT = re.compile(f"[{_SUPERSCRIPTS}]+")
_SUBSCRIPT = re.compile("[\u1d62-\u1d6a\u2080-\u2089\u2090-\u209c\u2c7c]+")  # ᵢ, ₀, ₐ, ⱼ
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar"}
_DASHES, _DOTS, _SLASHES, _PRIMES = "−–—", "×·⋅∙∗•\u2a2f", "÷\u2215\u2044", "\u2032’`\u00b4"
_SIGNS = str.maketrans(
    dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_DOTS, "*")
    | dict.fromkeys(_SLASHES, "/")
    | dict.fromkeys(_PRIMES, "'")
    | {
        "∑": "\\Sum ",
        "Σ": "\\Sum ",
        "√": "\\sqrt ",
        "∂": "\\partial ",
        "∈": " \\in ",
        "…": " \\dots ",
    }
)

_FONTS = "math(?:rm|bf|it|sf|cal|bb)|boldsymbol|bm|text(?:rm|it|bf)?|operatorname\\*?|vec|rm"
#: Each is replaced in its turn.
_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\\[()\[\]]|\$|&|~", " "),  # around LaTeX, and between its columns
        (r"\\(?:begin|end)\s*\{[a-z]+\*?\}", " "),
        (r"\\(?:left|right|[bB]igg?[lrm]?|middle)(?![A-Za-z])\.?", " "),
        (r"\\[,;:!> ]|\\(?:q?quad|displaystyle|textstyle|limits|nolimits|mathopen)(?![A-Za-z])", " "),
        (r"\\([{}_])", r"\1"),
        (r"\{,\}", "."),
        (r"\*\*", "^"),
        (rf"\\(?:{_FONTS})\s*\{{([^{{}}]*)\}}", r" \1 "),
        (r"\\(?:rm|bf|it|vec)(?![A-Za-z])", " "),
        (r"\\(?:wide)?(hat|bar|tilde)\s*\{\s*(\\?[A-Za-z]+)\s*((?:_\{[^{}]*\}|_\w)?)\s*\}", r" \2\1 \3"),
        (r"\\(?:wide)?(hat|bar|tilde)\s*(\\[A-Za-z]+|[A-Za-z])", r" \2\1 "),
        (r"\^\s*\{?\s*(?:\\prime|\\star|\\ast|\*)\s*\}?", "'"),
        (r"\^\s*\{\s*\(\s*[A-Za-z]\s*\)\s*\}", ""),  # the index of an example: y^{(i)}
        (r"\b(?:np|numpy|tf|tensorflow|math|torch|keras|backend|ops|nn|K|F|jnp)\.(?=[A-Za-z])", ""),
        (r"\breduce_(?=sum\b|mean\b)", ""),
        (r",\s*(?:axis|dim|keepdims)\s*=\s*[-\w]+", ""),
        (r"\s+for\s+\w+\s+in\s+(?:range\s*\([^()]*\)|\w+)", ""),
        (r"^\s*lambda\s+\w+\s*:", ""),
        (r"(\bsum|\\sum|\\Sum)\s*_\s*(\w)\s*=\s*(\w)", r"\1_{\2=\3}"),
    )
)  # fmt: skip
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_HAS_SEPARATING_COMMA = re.compile(
    r"\d\.\d|(?:max|min|maximum|minimum|multiply|divide|pow|power)\s*\(", re.IGNORECASE
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3}(?!\d))?)|\\(?P<command>[A-Za-z]+'*)"
    r"|(?P<word>[A-Za-z]+\d*'*)|(?P<sign>[-+*/^_(){}\[\],=;])|(?P<other>[<>≤≥:|!.]))"
)
_SPLIT = re.compile(r"(?P<front>[a-z]+?)(?P<function>tanh|log|ln|exp)$")
_JOINED = re.compile(r"(?P<function>tanh|sech|log|ln)(?P<rest>[a-z](?:hat)?'*)$")


def is_word(token: Token) -> bool:
    """Whether it is a name of three letters or more that is no Greek letter."""
    return token.kind == "name" and len(token.text) > 2 and token.text.lower() not in _GREEK


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a formula; of an equation those behind its last equals sign.

    Raises:
        NotPlainError: The text is empty or too long, or holds something that no formula has.
    """
    if not text.strip() or len(text) > MOST_TEXT:
        raise NotPlainError
    tokens: list[Token] = []
    rest = _one_notation(text)
    place = 0
    while rest[place:].strip():
        found = _TOKEN.match(rest, place)
        if found is None or len(tokens) > _MOST_TOKENS:
            raise NotPlainError
        place = found.end()
        tokens += _tokens(found, rest[place:].lstrip()[:1] in ("(", "["))
    return _right_side(tokens)


def _one_notation(text: str) -> str:
    """A formula without what only concerns its looks: ``ŷ`` is ``yhat``, ``x²`` is ``x^(2)``.

    Raises:
        NotPlainError: It is too long without it.
    """
    text = _SUPERSCRIPT.sub(lambda run: f"^({unicodedata.normalize('NFKC', run[0])})", text)
    text = _SUBSCRIPT.sub(lambda run: f"_{{{unicodedata.normalize('NFKC', run[0])}}}", text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    text = unicodedata.normalize("NFD", text)
    if len(text) > 2 * MOST_TEXT:  # one character may stand for eighteen
        raise NotPlainError
    text = "".join(
        _ACCENTS.get(letter, "" if unicodedata.combining(letter) else letter) for letter in text
    )
    text = _GREEK_LETTER.sub(lambda found: f"\\{_GREEK_LETTERS[found[1]]}{found[2]} ", text)
    text = text.strip().strip("'").rstrip(".")
    for pattern, instead in _REWRITTEN:
        text = pattern.sub(instead, text)
    return text if _HAS_SEPARATING_COMMA.search(text) else _DECIMAL_COMMA.sub(".", text)


def _tokens(found: re.Match[str], before_bracket: bool) -> Iterator[Token]:
    """The tokens that a match is; a word may be several: ``xtanh`` and ``logp``."""
    if found["number"]:
        yield Token("number", found["number"])
    elif found["sign"]:
        yield Token("sign", found["sign"])
    elif found["other"]:
        yield Token("other", found["other"])
    elif found["command"]:
        yield _command(found["command"], before_bracket)
    else:
        yield from _words(found["word"], before_bracket)


def _command(name: str, before_bracket: bool) -> Token:
    if name in ("sum", "Sum"):
        return Token("sum", "Σ")
    if re.fullmatch("[dtc]?frac", name):
        return Token("fraction", name)
    if name in _COMMANDS:
        return Token("sign", _COMMANDS[name])
    word = _word(name, before_bracket)
    is_letter = re.sub(r"(?:hat|bar|tilde)?'*$", "", name).lower() in _GREEK or name == "pi"
    return word if word.kind == "function" or is_letter else Token("other", name)


def _words(text: str, before_bracket: bool) -> Iterator[Token]:
    if (known := _word(text, before_bracket)).kind != "name":
        yield known
    elif digits := re.fullmatch(r"([a-z]+)(\d+)", text.lower()):
        function = _FUNCTIONS.get(digits[1])
        yield from (
            (Token("function", function), Token("number", digits[2])) if function else (known,)
        )
    elif joined := _JOINED.fullmatch(text.lower()):
        yield Token("function", _FUNCTIONS[joined["function"]])
        yield Token("name", text[joined.end("function") :])
    elif before_bracket and (split := _SPLIT.fullmatch(text.lower())):
        yield Token("name", text[: split.end("front")])
        yield Token("function", _FUNCTIONS[split["function"]])
    else:
        yield known


def _word(text: str, before_bracket: bool) -> Token:
    small = text.lower()
    if small == "sum":
        return Token("sum", "sum")
    if small in _FUNCTIONS:
        return Token("function", _FUNCTIONS[small])
    if before_bracket and small in _BEFORE_BRACKETS:
        return Token("function", _BEFORE_BRACKETS[small])
    return Token("name", text)


def _right_side(tokens: list[Token]) -> tuple[Token, ...]:
    """What stands behind the last equals sign that is in no brackets."""
    depth, start = 0, 0
    for place, token in enumerate(tokens):
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == "=" and depth == 0:
                start = place + 1
    return tuple(tokens[start:])
